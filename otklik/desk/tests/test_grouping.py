"""Lists in groups: their order, pages, counts, folding, and going from ticket to ticket through them."""

from datetime import timedelta
from itertools import pairwise

from django.urls import reverse
from django.utils.timezone import now

from otklik.lib.fields import CustomField
from otklik.lib.keyset import BadCursor
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_ticket
from otklik.tickets.grouping import grouped, way_of, ways
from otklik.tickets.listing import LISTS, Listing
from otklik.tickets.models import Ticket, TicketField, View


class GroupingTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.address = reverse("desk:queue", args=["open"])

    def like(self, **liked: str) -> None:
        self.client.post(reverse("desk:like", args=["open"]), liked)

    def sections(self, group: str, **query: str) -> list[tuple[str, str, list[int]]]:
        shown = self.client.get(self.address, {"group": group, **query}).context["sections"]
        return [(each.group.label, each.group.count, [row.pk for row in each.rows]) for each in shown]

    def test_each_way_puts_every_ticket_under_one_heading(self):
        TicketField.objects.create(key="floor-no", label="Floor", kind=CustomField.Kind.CHOICE, choices=["1", "2"])
        for key, _label in ways():
            with self.subTest(key):
                rows = [pk for _heading, _count, pks in self.sections(key) for pk in pks]
                self.assertCountEqual(rows, [self.ticket.pk, self.other.pk])

    def test_groups_stand_in_their_own_order_and_tickets_in_the_list_s(self):
        third = make_ticket(self.bea, self.mailbox, subject="Third printer")
        self.ticket.set_priority(4, by=self.ana)
        expected = [("Critical", "1", [self.ticket.pk]), ("Normal", "2", [third.pk, self.other.pk])]
        self.assertEqual(self.sections("priority"), expected)
        self.ticket.assign_to(self.ana, by=self.ana)
        self.assertEqual([label for label, *_rest in self.sections("assignee")], ["nobody", "Ana Belova"])

    def test_days_of_deadlines_have_words(self):
        for ticket, hours in ((self.ticket, -48), (self.other, 24)):
            Ticket.objects.filter(pk=ticket.pk).update(due_at=now() + timedelta(hours=hours))
        make_ticket(self.bea, self.mailbox)
        labels = [label for label, *_rest in self.sections("due")]
        self.assertEqual(labels, ["Before today", "Tomorrow", "No deadline"])

    def test_what_nobody_chose_of_a_field_comes_last(self):
        field = TicketField.objects.create(key="floor", label="Floor", kind=CustomField.Kind.CHOICE, choices=["2", "1"])
        self.other.set_field(field, "2", by=self.ana)
        self.assertEqual([label for label, *_rest in self.sections("field:floor")], ["2", "nothing chosen"])

    def test_only_visible_tickets_are_counted(self):
        labels = {label: count for label, count, _rows in self.sections("team")}
        self.assertEqual(labels, {"Support": "2"})

    def test_pages_go_on_through_the_groups_without_gaps_or_repeats(self):
        at = now() - timedelta(hours=1)
        Ticket.objects.bulk_create(
            Ticket(subject=str(n), team=self.support, client=self.bea, active_at=at, priority=n % 4 + 1)
            for n in range(40)
        )
        for size in (1, 7, 10, 11):
            whole, seen, cursor = self.grouped("priority").page(size=100).rows, [], ""
            for _page in range(60):
                page = self.grouped("priority").page(cursor, size=size)
                self.assertLessEqual(len(page.rows), size)
                seen += page.rows
                cursor = page.next
                if not cursor:
                    break
            with self.subTest(size):
                self.assertEqual(seen, whole)
                self.assertEqual(len(seen), 42)

    def grouped(self, key: str, *folded: str):
        return grouped(Listing(LISTS["open"], self.ana, "activity"), key, frozenset(folded))

    def test_a_group_that_is_gone_is_stepped_over(self):
        self.ticket.set_priority(4, by=self.ana)
        first = self.grouped("priority").page(size=1)
        self.ticket.set_priority(1, by=self.ana)
        further = self.grouped("priority").page(first.next).rows
        self.assertEqual([row.pk for row in further], [self.other.pk, self.ticket.pk])

    def test_a_folded_group_is_its_heading_alone_and_stays_so(self):
        self.ticket.set_priority(4, by=self.ana)
        self.like(headings="priority")
        self.client.post(reverse("desk:fold", args=["open"]), {"group": "priority", "value": "4", "folded": "yes"})
        page = self.client.get(self.address)
        self.assertContains(page, 'aria-expanded="false"', count=1)
        self.assertNotContains(page, f"row-{self.ticket.pk}")
        self.client.post(reverse("desk:fold", args=["open"]), {"group": "priority", "value": "4", "folded": "no"})
        self.assertContains(self.client.get(self.address), f"row-{self.ticket.pk}")

    def test_the_next_ticket_is_the_next_one_that_is_shown(self):
        third = make_ticket(self.bea, self.mailbox, subject="Third printer")
        self.ticket.set_priority(4, by=self.ana)
        shown = self.client.get(self.address, {"group": "priority"}).context
        self.assertEqual([row.pk for row in shown["tickets"].rows], [self.ticket.pk, third.pk, self.other.pk])
        for first, second in pairwise(shown["tickets"].rows):
            with self.subTest(first.pk):
                origin = shown["addresses"][first.pk].partition("?")[2]
                answer = self.client.get(f"{reverse('desk:next', args=[first.pk])}?{origin}", follow=True)
                self.assertEqual(answer.context["ticket"].pk, second.pk)
                origin = answer.redirect_chain[-1][0].partition("?")[2]
                answer = self.client.get(f"{reverse('desk:previous', args=[second.pk])}?{origin}", follow=True)
                self.assertEqual(answer.context["ticket"].pk, first.pk)
        self.ana.like("open", folded={"priority": ["4"]})
        origin = shown["addresses"][third.pk].partition("?")[2]
        answer = self.client.get(f"{reverse('desk:previous', args=[third.pk])}?{origin}", follow=True)
        self.assertRedirects(answer, f"{self.address}?sort=activity&group=priority")

    def test_however_many_groups_it_costs_the_same(self):
        self.client.get(self.address)
        for number in range(30):
            make_ticket(self.bea, self.mailbox, subject=str(number)).set_priority(number % 4 + 1, by=self.ana)
        Ticket.objects.filter(pk=self.ticket.pk).update(due_at=now())
        for key in ("priority", "client", "due"):
            with self.subTest(key), self.assertNumQueries(10):
                self.client.get(self.address, {"group": key})

    def test_damaged_places_are_refused(self):
        for key in ("state", "assignee", "due"):
            for written in ("x", "WzEsMiwzXQ", "WyJub25lIiwiIiwiIl0", "WyI5OTk5LTEyLTMxIiwiIiwiIl0", "WyIiLCIiLCJ4Il0"):
                with self.subTest((key, written)), self.assertRaises(BadCursor):
                    self.grouped(key).page(written)
        self.assertEqual(self.client.get(self.address, {"group": "subject"}).status_code, 404)
        with self.assertRaises(KeyError):
            way_of("field:none")

    def test_a_view_keeps_how_it_is_grouped(self):
        view = View.make({"name": "By client", "group": "client"}, by=self.ana)
        page = self.client.get(reverse("desk:queue", args=[view.key]))
        self.assertEqual([each.group.label for each in page.context["sections"]], ["Bea Orlova"])
        self.assertContains(self.client.get(reverse("desk:view", args=[view.pk])), '<option value="client" selected>')

    def test_a_field_that_was_removed_groups_no_more(self):
        self.ana.like("open", headings="field:gone")
        self.assertNotContains(self.client.get(self.address), 'class="group"')

    def test_an_observer_folds_too(self):
        self.client.force_login(self.olga)
        for group, value in (("state", "new"), ("priority", "4"), ("state", "open")):
            self.client.post(reverse("desk:fold", args=["open"]), {"group": group, "value": value, "folded": "yes"})
        folded = Member.objects.get(pk=self.olga.pk).habits["open"]["folded"]
        self.assertEqual(folded, {"state": ["new", "open"], "priority": ["4"]})
