"""Which agreement covers a ticket, and what of it holds on which line; deadlines that move say why."""

from datetime import date

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.sla.models import Metric, Policy, Target
from otklik.sla.recalculating import recalculate
from otklik.sla.tests.test_clocks import HOUR, PromiseTestCase, at
from otklik.staff.models import Team
from otklik.tickets.models import Ticket, TicketField


class CoverTests(PromiseTestCase):
    def better(self, **conditions: list[str]) -> Policy:
        policy = Policy.objects.create(name="Better", position=1, calendar=self.calendar, conditions=conditions)
        self.promise(policy, Metric.RESOLUTION, 1)
        return policy

    def covered(self, ticket: Ticket, when: str) -> str:
        fresh = Ticket.objects.select_related("client__organisation", "team").get(pk=ticket.pk)
        return str(Policy.objects.of(fresh, at(when)))

    def test_each_condition_chooses(self):
        TicketField.objects.create(key="area", label="Area", kind="choice", choices=["net", "mail"])
        TicketField.objects.create(key="vip", label="VIP", kind="yes_no")
        Team.objects.filter(pk=self.support.pk).update(line=1)
        ticket = self.arrive("03-02 10:00")
        ticket.tag("hot", by=None)
        Ticket.objects.filter(pk=ticket.pk).update(fields={"area": "net", "vip": True}, type="incident", priority=3)
        cases = {
            "type": "incident", "priority": "3", "channel": str(self.mailbox.pk), "team": str(self.support.pk),
            "line": "1", "tag": "hot", "client": str(self.bea.pk), "organisation": str(self.alpha.pk),
            "contract": "nobody", "language": "", "field:area": "net", "field:vip": "yes",
        }  # fmt: skip
        for name, value in cases.items():
            with self.subTest(name):
                policy = self.better(**{name: ["other", value]})
                self.assertEqual(self.covered(ticket, "03-02 10:00"), "Better")
                Policy.objects.filter(pk=policy.pk).update(conditions={name: ["other"]})
                self.assertEqual(self.covered(ticket, "03-02 10:00"), "Usual")
                policy.targets.all().delete()
                policy.delete()

    def test_a_contract_counts_while_it_is_valid(self):
        self.better(contract=["Gold"])
        self.alpha.agree("Gold", begins=date(2026, 3, 2), ends=date(2026, 3, 31), by=self.ana)
        cases = {"03-01 23:59": "Usual", "03-02 00:00": "Better", "03-31 23:59": "Better", "04-01 00:00": "Usual"}
        ticket = self.arrive("03-02 10:00")
        for when, name in cases.items():
            with self.subTest(when):
                self.assertEqual(self.covered(ticket, when), name)

    def test_another_contract_is_looked_at_on_every_ticket_of_the_organisation(self):
        self.better(contract=["Gold"])
        ticket = self.arrive("03-02 10:00")
        self.assertEqual(self.due(ticket, "resolution"), at("03-04 10:00"))
        self.assertTrue(self.alpha.agree("Gold", begins=None, ends=None, by=self.ana, at=at("03-02 10:10")))
        self.assertFalse(self.alpha.agree("Gold", begins=None, ends=None, by=self.ana))
        while recalculate(at("03-02 10:20")):
            pass
        self.assertEqual(self.due(ticket, "resolution"), at("03-02 11:00"))

    def test_a_custom_field_that_is_filled_in_changes_what_is_promised(self):
        field = TicketField.objects.create(key="area", label="Area", kind="choice", choices=["net", "mail"])
        self.better(**{"field:area": ["net"]})
        ticket = self.arrive("03-02 10:00")
        ticket.set_field(field, "net", by=self.ana, at=at("03-02 10:30"))
        self.assertEqual(self.due(ticket, "resolution"), at("03-02 11:00"))


class LineTargetTests(PromiseTestCase):
    def test_each_line_has_its_own_time_within_one_agreement(self):
        Team.objects.filter(pk=self.support.pk).update(line=1)
        Team.objects.filter(pk=self.sales.pk).update(line=2)
        self.mailbox.refresh_from_db()
        self.promise(self.usual, Metric.IN_TEAM, 8)
        self.promise(self.usual, Metric.IN_TEAM, 1, line=1)
        self.promise(self.usual, Metric.IN_TEAM, 4, line=2)
        other = Team.objects.create(name="Nowhere")
        ticket = self.arrive("03-02 10:00")
        self.assertEqual(self.due(ticket, "in_team"), at("03-02 11:00"))
        ticket.hand_to(self.sales, by=self.ana, at=at("03-02 10:30"))
        self.assertEqual(self.due(ticket, "in_team"), at("03-02 14:30"))
        ticket.hand_to(other, by=self.ana, at=at("03-02 11:00"))
        self.assertEqual(self.due(ticket, "in_team"), at("03-03 10:00"))

    def test_the_line_goes_before_the_priority(self):
        Team.objects.filter(pk=self.support.pk).update(line=1)
        self.promise(self.usual, Metric.IN_TEAM, 8, priority=Ticket.Priority.NORMAL)
        own = self.promise(self.usual, Metric.IN_TEAM, 1, line=1)
        ticket = Ticket.objects.select_related("team").get(pk=self.arrive("03-02 10:00").pk)
        self.assertEqual(self.usual.target(Metric.IN_TEAM, ticket), own)


class BecauseTests(PromiseTestCase):
    def why(self) -> str:
        return narrate([Event.objects.filter(kind="clock.moved").latest("pk")])[0].sentence

    def test_a_deadline_that_moves_says_why(self):
        ticket = self.arrive("03-02 10:00")
        ticket.set_priority(Ticket.Priority.CRITICAL, by=self.ana, at=at("03-02 11:00"))
        self.assertIn(", because the priority changed", self.why())
        self.assertNotIn("agreement", self.why())
        vip = Policy.objects.create(name="VIP", position=1, calendar=self.calendar, conditions={"tag": ["vip"]})
        self.promise(vip, Metric.RESOLUTION, 6)
        ticket.tag("vip", by=self.ana, at=at("03-02 11:30"))
        self.assertIn(", because a tag was put on, by the agreement “VIP”", self.why())
        Target.objects.filter(policy=vip).update(length=8 * HOUR)
        Policy.touch()
        recalculate(at("03-02 12:00"))
        self.assertIn(", because the agreements changed", self.why())
        self.calendar.set_day(date(2026, 3, 2), ((600, 780),))
        while recalculate(at("03-02 12:30")):
            pass
        self.assertIn(", because the working hours changed", self.why())
