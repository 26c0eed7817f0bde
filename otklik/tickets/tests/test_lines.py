"""Lines: what a team wants before it gets a ticket, escalation, handing back, and where a ticket has been."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.clients.models import Address
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.staff.models import Team
from otklik.testing import CastTestCase
from otklik.tickets.errors import NotFilledIn
from otklik.tickets.lines import earlier, escalate, next_line, stays
from otklik.tickets.models import Terms, TicketField

HOUR = timedelta(hours=1)


class LineTestCase(CastTestCase):
    """Support on L1, Sales on L2, two teams on L3."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        Team.objects.filter(pk=cls.support.pk).update(line=1)
        Team.objects.filter(pk=cls.sales.pk).update(line=2)
        cls.support.refresh_from_db()
        cls.sales.refresh_from_db()
        cls.ticket.refresh_from_db()
        cls.network, cls.database = (Team.objects.create(name=name, line=3) for name in ("Network", "Database"))
        cls.field = TicketField.objects.create(key="serial", label="Serial number")
        cls.terms = Terms.objects.create(
            team=cls.sales, wants_reason=True, wants_phone=True, confirm="The client knows."
        )
        cls.terms.fields.add(cls.field)


class TermsTests(LineTestCase):
    def test_a_person_is_told_all_that_is_missing_at_once(self):
        with self.assertRaises(NotFilledIn) as refused:
            self.ticket.hand_to(self.sales, by=self.ana)
        wanted = "the reason, the client’s phone number, the confirmation and Serial number"
        self.assertIn(f"wants to be filled in before: {wanted}.", str(refused.exception))
        self.assertFalse(Event.objects.filter(kind="ticket.handed_over").exists())

    def test_what_is_filled_in_is_not_wanted_any_more(self):
        Address.objects.create(person=self.bea, kind="phone", value="+79160000001")
        self.ticket.set_field(self.field, "X-1", by=self.ana)
        self.assertEqual(self.ticket.missing_for(self.sales), ["reason", "confirmed"])
        self.assertTrue(self.ticket.hand_to(self.sales, by=self.ana, why="A contract", confirmed=True))

    def test_a_rule_is_not_refused_and_what_is_missing_is_told(self):
        self.assertTrue(self.ticket.hand_to(self.sales, by=None, why="Silence for a day"))
        [line] = narrate(Event.objects.filter(kind="ticket.handed_over"))
        missing = "the client’s phone number, the confirmation and Serial number"
        told = f"Team: Support → Sales; why: Silence for a day; not filled in: {missing}"
        self.assertEqual(line.sentence, told)

    def test_a_team_without_terms_wants_nothing_and_an_old_event_reads_as_before(self):
        self.assertTrue(self.foreign.hand_to(self.support, by=self.omar))
        Event.objects.filter(kind="ticket.handed_over").update(
            facts={"before": self.sales.pk, "after": self.support.pk}
        )
        [line] = narrate(Event.objects.filter(kind="ticket.handed_over"))
        self.assertEqual(line.sentence, "Team: Sales → Support")

    def test_false_and_nought_are_filled_in(self):
        Terms.objects.exclude(pk=self.terms.pk).delete()
        self.ticket.fields = {"serial": 0}
        self.assertNotIn("field:serial", self.ticket.missing_for(self.sales))


class EscalationTests(LineTestCase):
    def test_the_next_line_is_the_nearest_that_has_a_team(self):
        self.assertEqual(next_line(self.support), [self.sales])
        self.assertEqual(next_line(self.sales), [self.database, self.network])
        self.assertEqual(next_line(self.network), [])
        self.assertEqual(next_line(Team(name="No line")), [])

    def test_without_a_choice_it_goes_where_it_was_else_where_least_is_open(self):
        self.other.hand_to(self.database, by=None)
        self.foreign.hand_to(self.database, by=None)
        self.ticket.hand_to(self.sales, by=None)
        self.assertTrue(escalate(self.ticket, by=None, at=now(), why="Late"))
        self.assertEqual(self.ticket.team_id, self.network.pk)
        self.other.hand_to(self.sales, by=None)
        escalate(self.other, by=None, at=now())
        self.assertEqual(self.other.team_id, self.database.pk)
        self.assertFalse(escalate(self.other, by=None, at=now()))

    def test_it_is_handed_back_to_the_last_team_of_a_lower_line(self):
        for team in (self.sales, self.network, self.database):
            self.ticket.hand_to(team, by=None)
        self.assertEqual(earlier(stays(self.ticket), self.database), self.sales)
        self.assertEqual(earlier(stays(self.other), self.support), None)

    def test_stays_tell_where_it_has_been_how_long_and_why_it_left(self):
        begin = self.ticket.opened_at
        self.ticket.hand_to(self.sales, by=None, at=begin + HOUR, why="Price")
        first, second = stays(self.ticket)
        self.assertEqual((first.team, first.length(begin), first.why), (self.support, HOUR, "Price"))
        self.assertEqual((second.team, second.length(begin + 3 * HOUR), second.end), (self.sales, 2 * HOUR, None))
