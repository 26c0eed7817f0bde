"""Tickets find somebody, or wait for somebody who can take them."""

from datetime import date, timedelta

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.notices.models import Notice, Topic
from otklik.routing import reactions
from otklik.routing.load import Weights, loads
from otklik.routing.models import Assignment, Need, Turn, Wait, Weight
from otklik.routing.placing import place_due
from otklik.staff.models import Leave, Member, Presence, Skill
from otklik.testing import kinds, react_to_all
from otklik.tickets.models import Channel, Ticket

from .scene import MINUTE, NOON, RoutingTestCase, make_route, set_way, work

DAY = timedelta(days=1)


class PlacingTests(RoutingTestCase):
    def given(self, tickets: list[Ticket]) -> list[Member | None]:
        work(NOON + MINUTE)
        return [self.assignee(ticket) for ticket in tickets]

    def test_a_team_that_says_nothing_is_asked_nothing(self):
        ticket = self.mail()
        work(NOON)
        self.assertIsNone(self.assignee(ticket))
        self.assertFalse(Wait.objects.exists())

    def test_in_turn(self):
        set_way(self.support)
        self.assertEqual(self.given(self.mails_in(5)), [self.ana, self.oleg, self.pia, self.ana, self.oleg])
        self.assertEqual(self.given(self.mails_in(2, at=NOON + MINUTE)), [self.pia, self.ana])

    def test_the_history_says_why(self):
        set_way(self.support)
        ticket = self.mail()
        work(NOON)
        self.assertEqual(self.why(ticket), ["in_turn"])
        self.assertEqual(kinds(ticket)[-3:], ["ticket.assigned", "ticket.state_changed", "ticket.placed"])

    def test_who_has_the_least_to_do_by_weights(self):
        set_way(self.support, "least_loaded")
        Weight.objects.create(about="priority", key="4", weight=3)
        urgent, *others = self.mails_in(5)
        urgent.set_priority(4, by=None)
        self.assertEqual(self.given([urgent, *others]), [self.ana, self.oleg, self.pia, self.oleg, self.pia])
        self.assertEqual(loads([self.ana.pk, self.oleg.pk], Weights.in_force()), {self.ana.pk: 3, self.oleg.pk: 2})

    def test_tickets_that_wait_for_the_client_weigh_nothing(self):
        set_way(self.support, "least_loaded")
        first, _second, _third = self.mails_in(3)
        work(NOON)
        Ticket.objects.get(pk=first.pk).set_state("waiting_client", by=self.ana)
        self.assertEqual(self.given(self.mails_in(1, at=NOON + MINUTE)), [self.ana])

    def test_the_urgent_come_first_then_the_oldest(self):
        set_way(self.support)
        Member.objects.exclude(pk=self.ana.pk).update(ticket_limit=0)
        Member.objects.filter(pk=self.ana.pk).update(ticket_limit=2)
        old, late, urgent = self.mails_in(3)
        urgent.set_priority(4, by=None)
        self.assertEqual(self.given([old, late, urgent]), [self.ana, None, self.ana])

    def test_the_same_person_as_last_time(self):
        set_way(self.support, same_person_first=True)
        before = self.mail()
        before.assign_to(self.pia, by=None)
        other = self.mail(client=self.carl)
        again = self.mail(at=NOON + MINUTE)
        self.assertEqual(self.given([again, other]), [self.pia, self.ana])
        self.assertEqual(self.why(again), ["same_person"])

    def test_by_hand_but_for_the_same_person(self):
        set_way(self.support, "by_hand", same_person_first=True)
        self.mail().assign_to(self.pia, by=None)
        again, other = self.mail(at=NOON + MINUTE), self.mail(client=self.carl)
        self.assertEqual(self.given([again, other]), [self.pia, None])

    def test_only_who_has_the_skills_of_the_team_and_of_the_route(self):
        english, tills = Skill.objects.create(name="English"), Skill.objects.create(name="Tills")
        self.support.skills.add(tills)
        self.ana.skills.add(english)
        self.oleg.skills.add(tills)
        self.pia.skills.add(tills, english)
        set_way(self.support)
        make_route("English", {"if": "text", "is": "contains", "value": "help me"}, skills=[english])
        asks, plain = self.mail("Please help me."), self.mail("Помогите.")
        self.assertEqual(self.given([asks, plain]), [self.pia, self.oleg])
        self.assertEqual(Need.objects.get(ticket=asks).skill, english)

    def test_a_skill_that_nobody_has_blocks_nobody_else(self):
        rare = Skill.objects.create(name="Chinese")
        make_route("Rare", {"if": "text", "is": "contains", "value": "nihao"}, skills=[rare], priority=4)
        set_way(self.support)
        asks, plain = self.mail("Nihao!"), self.mail()
        self.assertEqual(self.given([asks, plain]), [None, self.ana])
        self.oleg.skills.add(rare)
        Assignment.objects.update(due_at=NOON)
        self.assertEqual(self.given([asks]), [self.oleg])

    def test_who_puts_it_back_is_not_given_it_again(self):
        set_way(self.support)
        ticket = self.mail()
        work(NOON)
        self.assertEqual(self.assignee(ticket), self.ana)
        Ticket.objects.get(pk=ticket.pk).assign_to(None, by=self.ana, at=NOON)
        self.assertEqual(self.given([ticket]), [self.oleg])

    def test_whoever_takes_it_by_hand_ends_the_waiting(self):
        set_way(self.support, minds_presence=True)
        ticket = self.mail()
        work(NOON)
        self.assertTrue(Wait.objects.filter(ticket=ticket).exists())
        ticket.assign_to(self.oleg, by=self.oleg)
        self.assertFalse(Wait.objects.exists())
        self.arrive(self.ana)
        self.assertEqual(self.given([ticket]), [self.oleg])

    def test_an_end_or_somebody_elses_turn_ends_the_waiting_and_reopening_begins_it(self):
        set_way(self.support, minds_presence=True)
        ticket = self.mail()
        for state, waits in (("resolved", 0), ("open", 1), ("waiting_client", 0), ("open", 1), ("closed", 0)):
            with self.subTest(state):
                ticket.set_state(state, by=self.olga)
                self.assertEqual(Wait.objects.count(), waits)

    def test_a_ticket_handed_over_waits_where_it_is(self):
        set_way(self.support, minds_presence=True)
        ticket = self.mail()
        ticket.hand_to(self.sales, by=self.ana)
        self.assertFalse(Wait.objects.exists())
        set_way(self.sales)
        other = self.mail()
        other.hand_to(self.sales, by=self.ana, at=NOON)
        self.assertEqual(self.given([other]), [self.omar])

    def test_many_wait_and_all_are_given_in_batches(self):
        set_way(self.support)
        tickets = self.mails_in(50)
        given = self.given(tickets)
        self.assertEqual([given.count(one) for one in (self.ana, self.oleg, self.pia)], [17, 17, 16])
        self.assertEqual(Turn.objects.count(), 3)

    def test_what_was_changed_is_true_at_once_and_old_tickets_are_swept_up(self):
        ticket = self.mail()
        Assignment(team=self.support, way="in_turn", minds_presence=False).keep(NOON)
        self.assertFalse(place_due(NOON + timedelta(seconds=2)))
        self.assertEqual(self.given([ticket]), [self.ana])
        Assignment(team=self.support, way="by_hand", taken_within=MINUTE).keep(NOON + MINUTE)
        work(NOON + 2 * MINUTE)
        self.assertEqual(Wait.objects.count(), 0)


class WaitingTests(RoutingTestCase):
    def test_somebody_comes_online(self):
        set_way(self.support, minds_presence=True)
        ticket = self.mail()
        work(NOON)
        self.assertIsNone(self.assignee(ticket))
        self.arrive(self.pia, NOON + MINUTE)
        work(NOON + MINUTE)
        self.assertEqual(self.assignee(ticket), self.pia)

    def test_somebody_who_is_away_gets_nothing(self):
        set_way(self.support, minds_presence=True)
        self.arrive(self.pia)
        Presence.of(self.pia).choose("away", at=NOON)
        ticket = self.mail()
        work(NOON)
        self.assertIsNone(self.assignee(ticket))

    def test_somebody_falls_below_their_limit(self):
        set_way(self.support)
        Member.objects.update(ticket_limit=1)
        tickets = self.mails_in(4)
        work(NOON + MINUTE)
        self.assertIsNone(self.assignee(tickets[3]))
        Ticket.objects.get(pk=tickets[1].pk).set_state("resolved", by=self.oleg)
        work(NOON + MINUTE)
        self.assertEqual(self.assignee(tickets[3]), self.oleg)

    def test_the_calendar_opens(self):
        self.support.calendar = Calendar.objects.create(name="Office")
        self.support.save()
        set_way(self.support)
        night = NOON + timedelta(hours=9)
        ticket = self.mail(at=night)
        work(night)
        self.assertIsNone(self.assignee(ticket))
        morning = NOON + timedelta(hours=21)
        self.assertEqual(Assignment.objects.get().due_at, morning)
        self.assertFalse(place_due(morning - MINUTE))
        work(morning)
        self.assertEqual(self.assignee(ticket), self.ana)

    def test_a_leave_ends(self):
        set_way(self.support)
        for member in (self.ana, self.oleg, self.pia):
            Leave.plan(member, date(2026, 12, 2), date(2026, 12, 2), by=None, at=NOON)
        ticket = self.mail()
        work(NOON)
        self.assertIsNone(self.assignee(ticket))
        work(NOON + timedelta(hours=12))
        self.assertEqual(self.assignee(ticket), self.ana)

    def test_a_setting_lets_somebody_take_it(self):
        set_way(self.support)
        Member.objects.update(ticket_limit=0)
        ticket = self.mail()
        work(NOON)
        self.assertFalse(place_due(NOON + MINUTE))
        Member.objects.update(ticket_limit=None)
        self.client.force_login(self.admin)
        self.client.post("/desk/settings/teams/new/", {"name": "Third"})
        work(NOON + 9 * DAY)
        self.assertEqual(self.assignee(ticket), self.ana)

    def test_nothing_is_asked_again_while_nothing_changes(self):
        set_way(self.support, minds_presence=True)
        self.mails_in(30)
        work(NOON + MINUTE)
        with self.assertNumQueries(3):
            self.assertFalse(place_due(NOON + MINUTE))

    def test_a_queue_that_nobody_can_take_costs_the_same_however_long_it_is(self):
        set_way(self.support, minds_presence=True)
        self.mails_in(5)
        with self.assertNumQueries(18):
            place_due(NOON + MINUTE)
        self.mails_in(40)
        with self.assertNumQueries(18):
            place_due(NOON + MINUTE)


class UnnoticedTests(RoutingTestCase):
    def test_the_head_is_told_once_in_working_time(self):
        self.support.calendar = Calendar.objects.create(name="Office")
        self.support.head = self.admin
        self.support.save()
        set_way(self.support, "by_hand", taken_within=30 * MINUTE)
        ticket = self.mail(at=NOON + timedelta(hours=5, minutes=50))
        morning = NOON + timedelta(hours=21)
        work(morning + 19 * MINUTE)
        self.assertNotIn("ticket.unnoticed", kinds(ticket))
        for _again in range(2):
            work(morning + 20 * MINUTE)
        self.assertEqual(kinds(ticket).count("ticket.unnoticed"), 1)
        react_to_all("notices")
        notice = Notice.objects.get(topic=Topic.UNNOTICED)
        self.assertEqual((notice.member, notice.event.about_id), (self.admin, ticket.pk))

    def test_without_a_head_the_supervisors_are_told(self):
        set_way(self.support, "by_hand", taken_within=MINUTE)
        Member.objects.filter(pk=self.oleg.pk).update(role=Member.Role.SUPERVISOR)
        self.mail()
        work(NOON + MINUTE)
        react_to_all("notices")
        self.assertEqual(Notice.objects.get(topic=Topic.UNNOTICED).member, self.oleg)

    def test_nobody_is_told_of_what_somebody_has(self):
        set_way(self.support, "by_hand", taken_within=MINUTE)
        ticket = self.mail()
        ticket.assign_to(self.ana, by=self.ana)
        work(NOON + 5 * MINUTE)
        self.assertNotIn("ticket.unnoticed", kinds(ticket))


class RouteTests(RoutingTestCase):
    def test_the_first_that_fits_decides(self):
        make_route("Fire", {"if": "text", "is": "contains", "value": "fire"}, team=self.sales, priority=4,
                   tags=["fire"], position=1)  # fmt: skip
        make_route("All", team=self.support, position=2, tags=["other"])
        burning, plain = self.mail("It is on fire!"), self.mail()
        self.assertEqual((burning.team, burning.priority), (self.sales, 4))
        self.assertEqual([tag.name for tag in burning.tags.all()], ["fire"])
        self.assertEqual((plain.team, plain.priority), (self.support, 2))
        told = kinds(burning)
        self.assertLess(told.index("ticket.routed"), told.index("ticket.priority_changed"))
        self.assertNotIn("ticket.handed_over", told)

    def test_one_that_asks_for_what_is_no_more_fits_nothing(self):
        make_route("Gone", {"if": "field:gone", "is": "is", "value": "x"}, team=self.sales, position=1)
        make_route("All", tags=["seen"], position=2)
        with self.assertLogs("otklik.routing.routes", "WARNING"):
            ticket = self.mail()
        self.assertEqual((ticket.team, ticket.tags.get().name), (self.support, "seen"))

    def test_an_answer_is_not_routed_anew(self):
        ticket = self.mail()
        make_route("All", team=self.sales)
        self.mail("And?", replies_to=(f"<{self.mails}@test>",), at=NOON + MINUTE)
        self.assertEqual(Ticket.objects.get(pk=ticket.pk).team, self.support)

    def test_to_the_personal_manager_and_their_team(self):
        self.alpha.manager = self.omar
        self.alpha.save()
        make_route("Managers", is_personal=True)
        ticket, stranger = self.mail(), self.mail(client=self.carl)
        work(NOON)
        self.assertEqual((ticket.team, self.assignee(ticket)), (self.sales, None))
        self.arrive(self.omar)
        work(NOON)
        self.assertEqual(self.assignee(ticket), self.omar)
        self.assertEqual(self.why(ticket), ["looks_after"])
        self.assertIsNone(self.assignee(stranger))

    def test_whoever_stands_in_for_them(self):
        self.alpha.manager = self.ana
        self.alpha.save()
        make_route("Managers", is_personal=True)
        set_way(self.support, "by_hand")
        Leave.plan(self.ana, date(2026, 12, 2), date(2026, 12, 5), substitute=self.pia, by=None, at=NOON)
        ticket = self.mail()
        work(NOON)
        self.assertEqual((self.assignee(ticket), self.why(ticket)), (self.pia, ["stands_in"]))

    def test_a_manager_who_cannot_take_it_leaves_it_to_the_team(self):
        self.alpha.manager = self.ana
        self.alpha.save()
        Member.objects.filter(pk=self.ana.pk).update(ticket_limit=0)
        make_route("Managers", is_personal=True)
        set_way(self.support)
        ticket = self.mail()
        work(NOON)
        self.assertEqual((self.assignee(ticket), self.why(ticket)), (self.oleg, ["in_turn"]))

    def test_what_a_mail_costs_where_nothing_is_set(self):
        self.mail()
        with self.assertNumQueries(0):
            reactions.opened(Event(kind="ticket.opened", about="ticket", about_id=1, at=NOON))
            facts = {"opened": True}
            reactions.received(Event(kind="message.received", about="ticket", about_id=1, at=NOON, facts=facts))

    def test_channels_that_are_no_channel_are_kept_apart(self):
        make_route("Sales", {"if": "channel", "is": "is", "value": str(self.sales_box.pk)}, team=self.support)
        self.assertEqual(self.mail(channel=Channel.objects.get(pk=self.sales_box.pk)).team, self.support)
