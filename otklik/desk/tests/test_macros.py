"""Macros: who sees and makes which, what one would do to a ticket, and that it is done whole and once."""

import uuid
from typing import Any

from django.test import override_settings
from django.urls import reverse
from django.utils.timezone import now

from otklik.desk.macros import tried
from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_member
from otklik.tickets.merging import merge
from otklik.tickets.models import Bulk, Delivery, Macro, Message, Ticket, TicketField
from otklik.tickets.rehearsing import Foreseen
from otklik.tickets.replying import note

REFUND = [
    {"do": "assignee", "value": "me"},
    {"do": "tag", "value": "refund"},
    {"do": "answer", "value": "Dear {client}, {number} is paid back."},
    {"do": "state", "value": "resolved"},
]


URGENT = {"do": "priority", "value": "4"}


def hold(_ticket: object, _state: str, _by: object, _at: object) -> bool:
    """A gate that lets nothing through."""
    return True


class MacroTestCase(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def make(self, title: str = "Refund sent", steps: Any = REFUND, **rest: Any) -> Macro:
        return Macro.objects.create(title=title, steps=steps, **rest)

    def address(self, macro: Macro, ticket: Ticket | None = None) -> str:
        return reverse("desk:use_macro", args=[(ticket or self.ticket).pk, macro.pk])

    def form(self, press: object) -> dict[str, object]:
        """What the page that was looked at sends."""
        macro = Macro.objects.latest("pk")
        return {"press": press, "seen": Event.objects.about(self.ticket).latest("id").pk, "version": macro.version}


class MacroTests(MacroTestCase):
    def test_it_waits_for_another_look_when_something_happened_since_the_first(self):
        macro, form = self.make(), self.form(uuid.uuid4())
        note(self.ticket, by=self.admin, text="Do not refund!")
        answer = self.client.post(self.address(macro), form, follow=True)
        self.assertRedirects(answer, self.address(macro))
        self.assertContains(answer, "something happened meanwhile")
        self.assertFalse(Message.objects.filter(member=self.ana).exists())

    def test_one_sees_one_s_own_one_s_teams_and_everybody_s(self):
        for title, rest in {
            "Mine": {"owner": self.ana},
            "His": {"owner": self.omar},
            "Sales’": {"team": self.sales},
        }.items():
            self.make(title, **rest)
        self.make("All")
        self.assertEqual({macro.title for macro in Macro.objects.visible_to(self.ana)}, {"Mine", "All"})
        foreign = Macro.objects.get(title="His")
        for address in (self.address(foreign), reverse("desk:edit_macro", args=[foreign.pk])):
            self.assertEqual(self.client.get(address).status_code, 404)
        self.assertEqual(self.client.get(self.address(Macro.objects.get(title="All"), self.foreign)).status_code, 404)

    def test_it_is_told_what_will_happen_and_nothing_happens(self):
        before = Event.objects.about(self.ticket).count()
        page = self.client.get(self.address(self.make())).content.decode()
        for part in ("→ Ana Belova", "Tag added: refund", "State: ", "Resolved", "bea@alpha.example",
                     "Dear Bea Orlova"):  # fmt: skip
            with self.subTest(part):
                self.assertIn(part, page)
        self.assertEqual(
            (Event.objects.about(self.ticket).count(), Message.objects.filter(member=self.ana).count()), (before, 0)
        )

    def test_it_is_done_once_however_often_it_is_pressed(self):
        macro, press = self.make(), str(uuid.uuid4())
        for _press in range(2):
            self.assertRedirects(
                self.client.post(self.address(macro), self.form(press)), self.ticket.get_absolute_url()
            )
        ticket, message = Ticket.objects.get(pk=self.ticket.pk), Message.objects.get(member=self.ana)
        self.assertEqual((ticket.state, ticket.assignee, message.text[:15]), ("resolved", self.ana, "Dear Bea Orlova"))
        self.assertFalse(Delivery.objects.due().exists())  # it can be taken back still
        macro.refresh_from_db()
        self.assertEqual(macro.uses, 1)
        self.assertEqual(self.client.post(self.address(macro), self.form("x")).status_code, 404)

    def test_what_cannot_be_done_whole_is_not_done_at_all_and_says_why(self):
        Member.objects.filter(pk=self.omar.pk).update(is_active=False)
        macro = self.make(steps=[{"do": "tag", "value": "refund"}, {"do": "assignee", "value": str(self.omar.pk)}])
        self.assertTrue(tried(macro, self.ticket, by=self.ana, at=now()).is_refused)
        self.assertContains(self.client.get(self.address(macro)), "So nothing of it can be done here.")
        self.client.post(self.address(macro), self.form(uuid.uuid4()))
        self.assertFalse(self.ticket.tags.exists())
        gone = self.make("Old", steps=[{"do": "field:gone", "value": "1"}])
        self.assertContains(self.client.get(self.address(gone)), "field:gone")
        answer = self.client.post(self.address(gone), self.form(uuid.uuid4()), follow=True)
        self.assertContains(answer, "field:gone")

    def test_what_was_changed_after_the_look_is_looked_at_again(self):
        macro, form = self.make(), self.form(uuid.uuid4())
        Macro.objects.filter(pk=macro.pk).update(steps=[URGENT])
        answer = self.client.post(self.address(macro), form, follow=True)
        self.assertRedirects(answer, self.address(macro))
        self.assertContains(answer, "the macro was changed meanwhile")
        self.assertFalse(Message.objects.filter(member=self.ana).exists())

    def test_it_is_built_step_by_step(self):
        built = {"title": "Hot", "whose": "me", "do-0-do": "priority"}
        page = self.client.post(reverse("desk:new_macro"), built)  # without “save” nothing is kept, the blanks come
        self.assertContains(page, 'name="do-0-value"')
        self.assertContains(page, 'name="do-1-do"')
        self.assertContains(page, 'value="Hot"')
        built |= {"do-0-value": "4", "do-1-do": "tag", "do-1-value": "hot"}
        page = self.client.post(reverse("desk:new_macro"), {**built, "move": "up do-1"})
        self.assertEqual([step["do"] for step in page.context["steps"].chosen], ["tag", "priority"])
        self.assertContains(page, 'autofocus aria-label="Do this later"', count=1)  # of the step that was moved
        page = self.client.post(reverse("desk:new_macro"), {**built, "drop": "do-0"})
        self.assertEqual([step["do"] for step in page.context["steps"].chosen], ["tag"])
        for nonsense in ("up do-9", "aside do-0", "up do-", "x"):
            with self.subTest(nonsense):
                page = self.client.post(reverse("desk:new_macro"), {**built, "move": nonsense})
                self.assertEqual([step["do"] for step in page.context["steps"].chosen], ["priority", "tag"])
        self.assertFalse(Macro.objects.exists())

    def test_it_is_made_changed_and_removed(self):
        wish = {"title": "Hot", "whose": "me", "save": "1", "do-0-do": "note", "do-0-value": "Look, {assignee}!"}
        nothing = self.client.post(reverse("desk:new_macro"), {"title": "Nothing", "whose": "me", "save": "1"})
        self.assertContains(nothing, "at least one")
        self.assertRedirects(self.client.post(reverse("desk:new_macro"), wish), reverse("desk:macros"))
        macro = Macro.objects.get()
        self.assertEqual((macro.owner, [step["do"] for step in macro.steps]), (self.ana, ["note"]))
        address = reverse("desk:edit_macro", args=[macro.pk])
        self.assertContains(self.client.get(address), "Look, {assignee}!</textarea>")
        self.client.post(address, {**wish, "do-1-do": "priority", "do-1-value": "4"})
        self.assertEqual([step["do"] for step in Macro.objects.get().steps], ["note", "priority"])
        self.client.post(address, {"remove": "1"})
        self.assertFalse(Macro.objects.exists())

    def test_a_word_in_braces_that_stands_for_nothing_is_refused(self):
        wish = {"title": "Hot", "whose": "me", "save": "1", "do-0-do": "answer", "do-0-value": "Dear {clinet}!"}
        page = self.client.post(reverse("desk:new_macro"), wish)
        self.assertContains(page, "There is no placeholder {clinet} here. You can use: {client}, {number}")
        page = self.client.post(reverse("desk:bulk"), {"ticket": [self.ticket.pk], "answer": "Dear {clinet}!"})
        self.assertContains(page, "There is no placeholder {clinet} here.")
        self.assertFalse(Macro.objects.exists() or Message.objects.filter(member=self.ana).exists())

    def test_only_who_leads_makes_one_for_others(self):
        wish = {"title": "Hot", "save": "1", "do-0-do": "priority", "do-0-value": "4"}
        for whose in ("all", f"team:{self.support.pk}"):
            self.client.post(reverse("desk:new_macro"), {**wish, "whose": whose})
            self.assertFalse(Macro.objects.exists())
        self.client.force_login(make_member("Sara Lead", self.support, role=Member.Role.SUPERVISOR))
        self.client.post(reverse("desk:new_macro"), {**wish, "whose": f"team:{self.support.pk}"})
        self.assertEqual(Macro.objects.get().team, self.support)

    def test_many_tickets_get_it_at_once(self):
        macro = self.make()
        wish = {"ticket": [self.ticket.pk, self.other.pk], "macro": macro.pk, "priority": "4", "press": uuid.uuid4()}
        self.client.post(reverse("desk:bulk"), wish)
        states = set(Ticket.objects.filter(pk__in=wish["ticket"]).values_list("state", "priority"))
        self.assertEqual(states, {("resolved", 4)})
        foreign = self.make("His", owner=self.omar)
        answer = self.client.post(reverse("desk:bulk"), {"ticket": self.ticket.pk, "macro": foreign.pk})
        self.assertContains(answer, "Select a valid choice")

    def test_the_palette_finds_it_on_a_ticket(self):
        macro = self.make()
        found = self.client.get(reverse("desk:palette"), {"text": "macro ref", "ticket": self.ticket.pk})
        self.assertContains(found, self.address(macro))
        self.assertContains(self.client.get(reverse("desk:macros_for", args=[self.ticket.pk])), self.address(macro))


class PreviewTests(MacroTestCase):
    """What each step would do, told before any is done."""

    def told(self, *steps: dict[str, str]) -> list[Foreseen]:
        return [each for _words, each in tried(self.make(steps=steps), self.ticket, by=self.ana, at=now()).steps]

    def test_each_step_tells_what_it_changes_on_this_ticket(self):
        taken, tagged, answered, resolved = self.told(*REFUND)
        self.assertEqual(taken.lines, ("Assignee: — → Ana Belova", "State: New → Open"))
        self.assertEqual(tagged.lines, ("Tag added: refund",))
        self.assertEqual(answered.text, f"Dear Bea Orlova, {self.ticket.pk} is paid back.")
        self.assertEqual(answered.readers, ("Bea Orlova <bea@alpha.example>",))
        self.assertEqual(resolved.lines, ("State: Waiting for the client → Resolved",))

    def test_every_refusal_is_told_beside_its_step_and_the_other_steps_too(self):
        to_omar = {"do": "assignee", "value": str(self.omar.pk)}
        refused, urgent, gone = self.told(to_omar, URGENT, {"do": "field:gone", "value": "x"})
        self.assertIn("does not answer for the team", refused.refused)
        self.assertEqual((urgent.refused, urgent.lines), ("", ("Priority: Normal → Critical",)))
        self.assertIn("field:gone", gone.refused)

    def test_a_client_without_an_address_cannot_be_answered(self):
        self.bea.addresses.all().delete()
        self.ticket.refresh_from_db()
        self.assertIn("has no address", self.told(REFUND[2])[0].refused)

    def test_a_merged_ticket_refuses_every_step(self):
        merge(self.ticket, self.other, by=self.ana)
        self.assertTrue(all("was merged into" in each.refused for each in self.told(*REFUND)))

    def test_what_is_so_already_is_told(self):
        self.ticket.tag("refund", by=self.ana)
        self.assertContains(self.client.get(self.address(self.make(steps=[REFUND[1]]))), "It is so already")

    @override_settings(GATES=["otklik.desk.tests.test_macros.hold"])
    def test_a_state_that_waits_for_leave_says_so_before_and_afterwards_and_the_rest_is_done(self):
        macro = self.make(steps=[URGENT, REFUND[3]])
        self.assertContains(self.client.get(self.address(macro)), "held back")
        self.assertFalse(tried(macro, self.ticket, by=self.ana, at=now()).is_refused)
        answer = self.client.post(self.address(macro), self.form(uuid.uuid4()), follow=True)
        self.assertContains(answer, "held back")
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.priority, self.ticket.state), (4, "new"))

    def test_nothing_of_it_stays(self):
        before = Event.objects.count()
        self.told(*REFUND, {"do": "into", "value": str(self.other.pk)})
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.state, self.ticket.assignee, self.ticket.merged_into), ("new", None, None))
        self.assertEqual((Event.objects.count(), Delivery.objects.count(), Bulk.objects.count()), (before, 0, 0))

    def test_a_long_ticket_and_many_fields_and_macros_cost_no_more_queries(self):
        address = self.address(self.make())
        self.client.get(address)  # the presence is written down
        with self.assertNumQueries(103):  # nearly all of them the verbs’ own
            self.client.get(address)
        for number in range(5):
            self.make(f"More {number}")
            TicketField.objects.create(key=f"field{number}", label=f"Field {number}")
            note(self.ticket, by=self.admin, text=f"Note {number}")
        self.client.get(address)  # what was written is taken note of
        self.client.get(address)  # and known from then on
        with self.assertNumQueries(103):
            self.client.get(address)


class OrderTests(MacroTestCase):
    def move(self, macro: Macro, where: str) -> int:
        return self.client.post(reverse("desk:move_macro", args=[macro.pk]), {"move": where}).status_code

    def titles(self, member: Member) -> list[str]:
        return [macro.title for macro in Macro.objects.visible_to(member).in_order()]

    def test_one_s_own_stand_before_the_team_s_and_these_before_everybody_s(self):
        self.make("All")
        self.make("Support’s", team=self.support)
        self.make("Mine", owner=self.ana)
        self.assertEqual(self.titles(self.ana), ["Mine", "Support’s", "All"])

    def test_a_new_one_is_the_last_of_its_own_and_is_moved_among_them(self):
        self.make("All")
        one_step = {"save": "1", "do-0-do": "priority", "do-0-value": "4"}
        for title in ("C", "B", "A"):
            self.client.post(reverse("desk:new_macro"), {"title": title, "whose": "me", **one_step})
        self.assertEqual(self.titles(self.ana), ["C", "B", "A", "All"])
        last = Macro.objects.get(title="A")
        for where in ("up", "up", "up"):
            self.move(last, where)
        self.assertEqual(self.titles(self.ana), ["A", "C", "B", "All"])
        self.move(last, "down")
        self.assertEqual(self.titles(self.ana), ["C", "A", "B", "All"])
        page = self.client.get(reverse("desk:macros")).content.decode()
        self.assertLess(page.index("<b>C</b>"), page.index("<b>A</b>"))

    def test_one_that_is_saved_stays_where_it_stands_and_one_that_is_given_away_goes_last(self):
        self.client.force_login(self.admin)
        first, _second = self.make("X", owner=self.admin), self.make("Y", owner=self.admin, position=1)
        self.make("All", position=4)
        address = reverse("desk:edit_macro", args=[first.pk])
        wish = {"title": "Z", "save": "1", "do-0-do": "priority", "do-0-value": "4"}
        self.client.post(address, {**wish, "whose": "me"})
        self.assertEqual(self.titles(self.admin), ["Z", "Y", "All"])
        self.client.post(address, {**wish, "whose": "all"})
        self.assertEqual(self.titles(self.admin), ["Y", "All", "Z"])

    def test_nobody_moves_what_is_not_theirs_to_change(self):
        self.assertEqual(self.move(self.make(), "up"), 404)
        self.assertEqual(self.move(self.make(owner=self.omar), "up"), 404)
        self.assertEqual(self.move(self.make(owner=self.ana), "aside"), 404)
