"""Views: what each criterion finds, who sees which view, and that no view shows what its reader may not see."""

from datetime import timedelta

from django.utils.timezone import localdate, now

from otklik.lib.asking import Book, WrongCondition
from otklik.staff.models import Member
from otklik.testing import CastTestCase, kinds, make_member
from otklik.tickets import listing
from otklik.tickets.listing import Listing
from otklik.tickets.models import Delivery, Ticket, TicketField, View
from otklik.tickets.replying import reply


def leaf(key: str, operator: str, *values: str):
    return {"if": key, "is": operator, "value": list(values)}


class CriteriaTests(CastTestCase):
    def found(self, *leaves, member: Member | None = None, standing: str = "open") -> list[str]:
        view = View(standing=standing, conditions={"all": list(leaves)})
        return [ticket.subject for ticket in Listing(view, member or self.ana, "oldest").page().rows]

    def test_each_property_finds_and_is_denied(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.ticket.set_priority(4, by=self.ana)
        self.ticket.set_type("incident", by=self.ana)
        self.ticket.tag("Fire", by=self.ana)
        Ticket.objects.filter(pk=self.other.pk).update(channel=None)
        of_first = {
            "state": "open", "type": "incident", "priority": "4", "assignee": "me", "tag": "fire",
            "channel": str(self.mailbox.pk),
        }  # fmt: skip
        for key, value in of_first.items():
            with self.subTest(key):
                self.assertEqual(self.found(leaf(key, "is", value)), ["Printer"])
                self.assertEqual(self.found(leaf(key, "is_not", value)), ["Second printer"])

    def test_nobody_and_none_are_values_too(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.assertEqual(self.found(leaf("assignee", "is", "nobody")), ["Second printer"])
        self.assertEqual(len(self.found(leaf("assignee", "is", "nobody", "me"))), 2)
        self.assertEqual(self.found(leaf("organisation", "is", "nobody")), [])
        self.assertEqual(self.found(leaf("organisation", "is", "nobody"), member=self.omar), ["Price list"])

    def test_me_and_my_teams_are_those_of_whoever_looks(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        mine = leaf("assignee", "is", "me")
        self.assertEqual((self.found(mine), self.found(mine, member=self.olga)), (["Printer"], []))
        self.assertEqual(self.found(leaf("team", "is", "mine"), member=self.omar), ["Price list"])

    def test_texts_are_found_in_any_letter_case(self):
        self.ticket.set_subject("Счёт за ПРИНТЕР", by=self.ana)
        self.assertEqual(self.found(leaf("subject", "contains", "счет за принт")), ["Счёт за ПРИНТЕР"])
        self.assertEqual(self.found(leaf("subject", "contains_not", "принтер")), ["Second printer"])
        for text in ("ORLOVA", "bea@alpha"):
            self.assertEqual(len(self.found(leaf("client", "contains", text))), 2)

    def test_times_and_promises(self):
        at = now()
        Ticket.objects.filter(pk=self.ticket.pk).update(
            due_at=at - timedelta(hours=1), opened_at=at - timedelta(days=9)
        )
        Ticket.objects.filter(pk=self.other.pk).update(due_at=at + timedelta(hours=30))
        finds = {
            ("due", "ago", "0", "hours"): ["Printer"],
            ("due", "last", "2", "hours"): ["Printer"],
            ("due", "next", "2", "days"): ["Second printer"],
            ("due", "later", "1", "days"): ["Second printer"],
            ("promise", "is", "late"): ["Printer"],
            ("promise", "is", "none"): [],
            ("opened", "ago", "8", "days"): ["Printer"],
            ("opened", "during", "today"): ["Second printer"],
            ("active", "last", "1", "days"): ["Printer", "Second printer"],
        }
        for wanted, subjects in finds.items():
            with self.subTest(wanted):
                self.assertEqual(self.found(leaf(*wanted)), subjects)

    def test_an_answer_that_did_not_arrive(self):
        reply(self.ticket, by=self.ana, text="Pour water over it.")
        Delivery.objects.update(failed_at=now())
        self.assertEqual(self.found(leaf("undelivered", "is", "yes")), ["Printer"])
        self.assertEqual(self.found(leaf("undelivered", "is", "no")), ["Second printer"])
        self.assertEqual(len(self.found(leaf("undelivered", "is", "no", "yes"))), 2)

    def test_custom_fields_by_their_kind(self):
        at = localdate()
        for kind, value, asked, denied in (
            ("choice", "red", ("is", "red"), ("is_not", "red")),
            ("yes_no", "yes", ("is", "yes"), ("is", "no")),
            ("text", "Ёлка", ("contains", "елк"), ("contains_not", "елк")),
        ):
            with self.subTest(kind):
                field = TicketField.objects.create(key=f"a-{kind}", label=kind, kind=kind, choices=["red"])
                self.ticket.set_field(field, value, by=self.ana)
                self.assertEqual(self.found(leaf(f"field:a-{kind}", *asked)), ["Printer"])
                self.assertEqual(self.found(leaf(f"field:a-{kind}", *denied)), ["Second printer"])
        number = TicketField.objects.create(key="number", label="Number", kind="number")
        day = TicketField.objects.create(key="day", label="Day", kind="date")
        self.ticket.set_field(number, "7,5", by=self.ana)
        self.ticket.set_field(day, at.isoformat(), by=self.ana)
        for wanted in (("number", "more", "7"), ("number", "less", "8"), ("day", "during", "today"),
                       ("day", "last", "1", "days"), ("day", "since", at.isoformat()),
                       ("day", "until", at.isoformat())):  # fmt: skip
            with self.subTest(wanted):
                self.assertEqual(self.found(leaf(f"field:{wanted[0]}", *wanted[1:])), ["Printer"])
        self.assertEqual(self.found(leaf("field:day", "ago", "1", "days")), [])

    def test_any_of_a_group(self):
        self.ticket.set_priority(4, by=self.ana)
        either = {"any": [leaf("priority", "is", "4"), leaf("subject", "contains", "second")]}
        self.assertEqual(len(self.found(either)), 2)

    def test_numbers_that_are_none_are_refused(self):
        for key in ("assignee", "team", "channel", "organisation"):
            with self.subTest(key), self.assertRaises(WrongCondition):
                self.found(leaf(key, "is", "x"))

    def test_every_list_of_choices_can_be_read(self):
        for key, criterion in Book().criteria.items():
            with self.subTest(key):
                self.assertIsNotNone(getattr(criterion, "choices", list)())


class SharingTests(CastTestCase):
    def make(self, owner: Member, audience: str = "own", **rest) -> View:
        return View.make({"name": "Hot", "audience": audience, **rest}, by=owner)

    def sees(self, member: Member) -> bool:
        rows = View.objects.visible_to(member)
        self.assertEqual(list(rows), [view for view in View.objects.all() if view.is_visible_to(member)])
        return rows.exists()

    def test_a_view_is_seen_by_whom_it_is_shared_with(self):
        view = self.make(self.ana)
        self.assertEqual(
            [self.sees(one) for one in (self.ana, self.olga, self.omar, self.admin)], [True, False, False, False]
        )
        view.change({"audience": "team", "team": self.support}, by=self.ana)
        self.assertEqual([self.sees(one) for one in (self.ana, self.olga, self.omar)], [True, True, False])
        view.change({"audience": "everyone", "team": None}, by=self.ana)
        self.assertTrue(self.sees(self.omar))
        self.omar.deactivate(by=self.admin)
        self.assertFalse(self.sees(self.omar))
        self.assertEqual(kinds(view), ["view.made", "view.changed", "view.changed"])

    def test_a_shared_view_shows_each_reader_their_own_tickets_only(self):
        view = self.make(self.admin, "everyone")
        for member, subjects in ((self.omar, ["Price list"]), (self.olga, ["Second printer", "Printer"])):
            with self.subTest(member):
                self.assertEqual([row.subject for row in Listing(view, member, "activity").page().rows], subjects)

    def test_whoever_leads_may_change_what_is_shared_with_them(self):
        boss = make_member("Boris Head", self.support, role=Member.Role.SUPERVISOR)
        view = self.make(self.ana, "team", team=self.support)
        own = self.make(self.ana)
        self.assertEqual(set(View.objects.editable_by(boss)), {view})
        self.assertEqual(set(View.objects.editable_by(self.ana)), {view, own})
        self.assertFalse(View.objects.editable_by(self.olga).exists())

    def test_a_view_is_removed_once(self):
        view = self.make(self.ana)
        self.assertTrue(View.objects.get().remove(by=self.ana))
        self.assertFalse(view.remove(by=self.ana))
        self.assertFalse(View.objects.exists())

    def test_a_key_that_is_none_is_no_list(self):
        view = self.make(self.omar)
        for key in ("none", "view-", "view-x", "view-9" * 9, view.key):
            with self.subTest(key), self.assertRaises(KeyError):
                listing.find(key, self.ana)


class DepthTests(CastTestCase):
    """A view over what no index knows looks through so many tickets at a time, and says so."""

    def setUp(self) -> None:
        at = now() - timedelta(days=1)
        Ticket.objects.bulk_create(
            Ticket(subject=str(number), team=self.support, client=self.bea, active_at=at - timedelta(minutes=number))
            for number in range(30)
        )
        Ticket.objects.filter(subject__in=("3", "27")).update(priority=4)
        self.view = View(conditions=leaf("priority", "is", "4"))

    def test_a_page_stops_where_it_has_looked_far_enough_and_goes_on_from_there(self):
        with self.looking_at(10):
            listed, seen, cursor, pages = Listing(self.view, self.admin, "activity"), [], "", 0
            while pages == 0 or cursor:
                shown = listed.page(cursor)
                seen += [ticket.subject for ticket in shown.rows]
                cursor, pages = shown.next, pages + 1
                self.assertEqual(shown.is_cut, bool(cursor))
        self.assertEqual((seen, pages), (["3", "27"], 4))

    def test_the_next_ticket_is_looked_for_as_far(self):
        with self.looking_at(10):
            first = Ticket.objects.get(subject="3")
            listed = Listing(self.view, self.admin, "activity")
            cursor = listed.page().next
            self.assertIsNone(listed.beside(first, cursor, back=False))

    def test_a_count_says_when_it_looked_no_further(self):
        listed = Listing(self.view, self.admin, "activity")
        self.assertEqual(listing.counts({"x": listed}), {"x": "2"})
        with self.looking_at(10):
            self.assertEqual(listing.counts({"x": listed}), {"x": "1+"})

    def looking_at(self, number: int):
        from unittest import mock

        return mock.patch.multiple(listing, LOOKED_AT=number, LOOKED_AT_TO_COUNT=number)
