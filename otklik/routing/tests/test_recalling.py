"""Tickets are taken back from whoever is not there, to the substitute or to the team."""

from datetime import date, timedelta

from otklik.calendars.models import Calendar
from otklik.routing.models import Recall, Wait
from otklik.staff.models import Leave, Member, Presence, Status
from otklik.testing import kinds
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply

from .scene import MINUTE, NOON, RoutingTestCase, set_way, work

TOMORROW = date(2026, 12, 3)
AT = NOON + timedelta(hours=12)


class LeaveTests(RoutingTestCase):
    def anas(self, state: str = "open") -> Ticket:
        ticket = self.mail()
        ticket.assign_to(self.ana, by=None, at=NOON)
        ticket.set_state(state, by=self.ana, at=NOON)
        return ticket

    def goes(self, substitute: Member | None = None) -> None:
        Leave.plan(self.ana, TOMORROW, TOMORROW, substitute=substitute, by=None, at=NOON)
        work(AT)

    def test_they_go_to_the_substitute(self):
        ticket = self.anas()
        self.goes(self.pia)
        self.assertEqual((self.assignee(ticket), self.why(ticket)), (self.pia, ["on_leave", "substitute"]))
        self.assertFalse(Recall.objects.exists())

    def test_without_one_back_to_the_team_and_by_its_way_to_another(self):
        ticket = self.anas()
        self.goes()
        self.assertIsNone(self.assignee(ticket))
        set_way(self.support)
        other = self.anas()
        Recall.objects.create(member=self.ana, team=self.support, why="on_leave", due_at=AT)
        work(AT)
        self.assertEqual((self.assignee(other), self.why(other)), (self.oleg, ["on_leave", "in_turn"]))

    def test_a_substitute_who_cannot_answer_here_gets_nothing(self):
        ticket = self.anas()
        self.goes(self.omar)
        self.assertIsNone(self.assignee(ticket))

    def test_the_team_may_let_them_stay_or_take_all_back(self):
        for on_leave, heir in (("stay", self.ana), ("back", None), ("substitute", self.pia)):
            with self.subTest(on_leave):
                set_way(self.support, "by_hand", on_leave=on_leave)
                ticket = self.anas()
                self.goes(self.pia)
                self.assertEqual(self.assignee(ticket), heir)
                Leave.objects.all().delete()

    def test_tickets_that_wait_for_the_client_stay_until_there_is_an_answer(self):
        ticket = self.anas("waiting_client")
        self.goes(self.pia)
        self.assertEqual(self.assignee(ticket), self.ana)
        self.mail("It works again.", replies_to=(f"<{self.mails}@test>",), at=AT + MINUTE)
        work(AT + MINUTE)
        self.assertEqual(self.assignee(ticket), self.pia)

    def test_unless_the_team_says_otherwise(self):
        set_way(self.support, "by_hand", waiting_stay=False)
        ticket = self.anas("waiting_client")
        self.goes()
        self.assertIsNone(self.assignee(ticket))
        self.assertFalse(Wait.objects.exists())

    def test_whoever_is_shut_out_or_leaves_the_team_has_nothing_more(self):
        for leave in (
            lambda: self.ana.deactivate(by=self.admin, at=AT),
            lambda: Member.objects.get(pk=self.ana.pk).set_teams([self.sales], by=self.admin, at=AT),
            lambda: self.ana.set_role("observer", by=self.admin, at=AT),
        ):
            with self.subTest():
                Member.objects.filter(pk=self.ana.pk).update(is_active=True, role="agent")
                self.ana = Member.objects.get(pk=self.ana.pk)
                self.ana.teams.set([self.support])
                ticket = self.anas("waiting_client")
                leave()
                work(AT)
                self.assertEqual((self.assignee(ticket), self.why(ticket)), (None, ["gone"]))

    def test_whoever_is_let_in_again_meanwhile_keeps_them(self):
        ticket = self.anas()
        self.ana.deactivate(by=self.admin, at=AT)
        self.ana.activate(by=self.admin, at=AT)
        work(AT)
        self.assertEqual(self.assignee(ticket), self.ana)

    def test_a_closed_ticket_that_comes_back_to_somebody_gone_is_not_theirs(self):
        ticket = self.anas("closed")
        self.ana.deactivate(by=self.admin, at=AT)
        work(AT)
        self.assertEqual(self.assignee(ticket), self.ana)
        ticket.reopen(by=self.bea, at=AT)
        work(AT)
        self.assertIsNone(self.assignee(ticket))

    def test_many_go_in_batches(self):
        tickets = [self.anas() for _number in range(45)]
        self.goes(self.pia)
        self.assertEqual({self.assignee(ticket) for ticket in tickets}, {self.pia})
        self.assertEqual(kinds(tickets[44]).count("ticket.taken_back"), 1)


class AwayTests(RoutingTestCase):
    def setUp(self) -> None:
        set_way(self.support, minds_presence=True, away_after=15 * MINUTE)
        self.arrive(self.ana)
        self.ticket = self.mail()
        work(NOON)

    def away(self, at=NOON + MINUTE) -> None:
        Presence.of(self.ana).choose(Status.AWAY, at=at)

    def here(self, member: Member, minutes: int) -> None:
        Presence.of(member).choose(Status.ONLINE, at=NOON + minutes * MINUTE)

    def test_a_client_who_waits_does_not_wait_for_somebody_away(self):
        self.away()
        self.here(self.oleg, 14)
        work(NOON + 15 * MINUTE)
        self.assertEqual(self.assignee(self.ticket), self.ana)
        work(NOON + 16 * MINUTE)
        self.assertEqual(self.assignee(self.ticket), self.oleg)
        self.assertEqual(self.why(self.ticket), ["in_turn", "away", "in_turn"])

    def test_whoever_comes_back_in_time_keeps_it(self):
        self.away()
        self.here(self.ana, 10)
        work(NOON + 10 * MINUTE)
        self.assertFalse(Recall.objects.exists())
        work(NOON + 27 * MINUTE)
        self.assertEqual(self.assignee(self.ticket), self.ana)

    def test_away_and_then_offline_is_one_absence(self):
        self.away()
        work(NOON + 4 * MINUTE)
        self.assertEqual(Presence.of(self.ana).status, Status.OFFLINE)
        self.assertEqual(Recall.objects.get().due_at, NOON + 16 * MINUTE)

    def test_an_answered_client_waits_for_nobody_until_they_write_again(self):
        reply(self.ticket, by=self.ana, text="Restart it.", then=Ticket.State.OPEN, at=NOON + MINUTE)
        self.away(NOON + 2 * MINUTE)
        work(NOON + 30 * MINUTE)
        self.assertEqual(self.assignee(self.ticket), self.ana)
        self.mail("No.", replies_to=(f"<{self.mails}@test>",), at=NOON + 40 * MINUTE)
        work(NOON + 54 * MINUTE)
        self.assertEqual(self.assignee(self.ticket), self.ana)
        work(NOON + 55 * MINUTE)
        self.assertIsNone(self.assignee(self.ticket))

    def test_whoever_is_off_for_the_night_has_until_so_long_after_the_morning(self):
        self.ana.calendar = Calendar.objects.create(name="Office")
        self.ana.save()
        evening = NOON + timedelta(hours=6)
        self.here(self.ana, 5 * 60 + 59)
        work(evening + 30 * MINUTE)
        self.assertEqual(self.assignee(self.ticket), self.ana)
        morning = NOON + timedelta(hours=21)
        self.assertEqual(Recall.objects.get().due_at, morning + 15 * MINUTE)
        work(morning + 15 * MINUTE)
        self.assertIsNone(self.assignee(self.ticket))
