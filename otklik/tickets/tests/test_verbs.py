"""Each verb changes one thing, once, and says so in the journal."""

from django.core.exceptions import ValidationError

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.testing import CastTestCase, kinds
from otklik.tickets.errors import NotInTeam
from otklik.tickets.models import Ticket, TicketField


class VerbTests(CastTestCase):
    def told(self, ticket: Ticket) -> list[str]:
        return [line.sentence for line in narrate(Event.objects.about(ticket))]

    def test_opening_is_the_first_event(self):
        self.assertEqual(kinds(self.ticket), ["ticket.opened"])
        self.assertEqual(self.told(self.ticket), ["Ticket opened: Printer"])

    def test_setting_the_same_state_twice_records_one_event(self):
        self.assertTrue(self.ticket.set_state("resolved", by=self.ana))
        self.assertFalse(Ticket.objects.get(pk=self.ticket.pk).set_state("resolved", by=self.ana))
        self.assertEqual(kinds(self.ticket), ["ticket.opened", "ticket.state_changed"])

    def test_who_and_when_stay_on_the_row(self):
        self.ticket.set_state("resolved", by=self.ana)
        fresh = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual(fresh.state_by, self.ana)
        self.assertGreater(fresh.state_at, fresh.opened_at)
        self.assertFalse(fresh.is_open)

    def test_a_stale_copy_records_what_really_was(self):
        stale = Ticket.objects.get(pk=self.ticket.pk)
        self.ticket.set_priority(Ticket.Priority.HIGH, by=self.ana)
        stale.set_priority(Ticket.Priority.CRITICAL, by=self.ana)
        self.assertEqual(self.told(self.ticket)[1:], ["Priority: Normal → High", "Priority: High → Critical"])

    def test_assigning_a_new_ticket_opens_it(self):
        self.assertTrue(self.ticket.assign_to(self.ana, by=self.admin))
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "open")
        self.assertEqual(self.told(self.ticket)[1], "Assignee: — → Ana Belova")

    def test_somebody_of_another_team_cannot_be_assigned(self):
        with self.assertRaises(NotInTeam):
            self.ticket.assign_to(self.omar, by=self.admin)
        self.assertEqual(kinds(self.ticket), ["ticket.opened"])

    def test_an_observer_cannot_be_assigned(self):
        with self.assertRaises(NotInTeam):
            self.ticket.assign_to(self.olga, by=self.admin)

    def test_handing_over_takes_the_ticket_from_an_outsider(self):
        self.ticket.assign_to(self.ana, by=self.admin)
        self.assertTrue(self.ticket.hand_to(self.sales, by=self.ana))
        fresh = Ticket.objects.get(pk=self.ticket.pk)
        self.assertIsNone(fresh.assignee)
        self.assertEqual(fresh.team, self.sales)

    def test_handing_over_within_the_assignees_teams_keeps_the_assignee(self):
        self.ana.teams.add(self.sales)
        self.ticket.assign_to(self.ana, by=self.admin)
        self.ticket.hand_to(self.sales, by=self.ana)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).assignee, self.ana)

    def test_a_resolved_ticket_reopens_and_an_open_one_does_not(self):
        self.assertFalse(self.ticket.reopen(by=self.ana))
        self.ticket.set_state("closed", by=self.ana)
        self.assertTrue(self.ticket.reopen(by=self.ana))

    def test_a_tag_is_folded_and_put_on_once(self):
        self.assertTrue(self.ticket.tag("  Urgent  Stuff ", by=self.ana))
        self.assertFalse(self.ticket.tag("urgent stuff", by=self.ana))
        self.assertTrue(self.ticket.untag("urgent stuff", by=self.ana))
        self.assertFalse(self.ticket.untag("urgent stuff", by=self.ana))
        self.assertEqual(kinds(self.ticket)[1:], ["ticket.tagged", "ticket.untagged"])

    def test_linking_is_said_once_and_can_be_unsaid_from_either_side(self):
        self.assertTrue(self.ticket.link(self.other, "duplicate", by=self.ana))
        self.assertFalse(self.ticket.link(self.other, "related", by=self.ana))
        self.assertFalse(self.ticket.link(self.ticket, "related", by=self.ana))
        self.assertTrue(self.other.unlink(self.ticket, by=self.ana))

    def test_a_custom_field_takes_only_its_kind(self):
        field = TicketField.objects.create(key="order", label="Order", kind="number")
        self.assertTrue(self.ticket.set_field(field, "8 812", by=self.ana))
        self.assertFalse(self.ticket.set_field(field, 8812, by=self.ana))
        with self.assertRaises(ValidationError):
            self.ticket.set_field(field, "eight", by=self.ana)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).fields, {"order": 8812})

    def test_a_field_of_other_types_is_refused(self):
        field = TicketField.objects.create(key="order", label="Order", types=["complaint"])
        with self.assertRaises(ValidationError):
            self.ticket.set_field(field, "x", by=self.ana)


class VisibilityTests(CastTestCase):
    def test_members_see_the_tickets_of_their_teams(self):
        self.assertQuerySetEqual(Ticket.objects.visible_to(self.omar), [self.foreign])
        self.assertEqual(Ticket.objects.visible_to(self.olga).count(), 2)

    def test_administrators_see_all(self):
        self.assertEqual(Ticket.objects.visible_to(self.admin).count(), 3)

    def test_who_left_sees_nothing(self):
        self.admin.deactivate(by=None)
        self.assertEqual(Ticket.objects.visible_to(self.admin).count(), 0)
