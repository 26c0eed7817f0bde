"""Views ask which promises were broken when."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.sla.models import Clock, Metric, Policy, Target
from otklik.sla.models.clock import start_clock
from otklik.testing import CastTestCase
from otklik.tickets.listing import Listing
from otklik.tickets.models import View


class BrokenTests(CastTestCase):
    def found(self, operator: str, *values: str) -> list[str]:
        view = View(conditions={"if": "broken", "is": operator, "value": list(values)})
        return [ticket.subject for ticket in Listing(view, self.ana, "activity").page().rows]

    def test_a_promise_is_broken_when_its_time_ran_out_noticed_or_not(self):
        policy = Policy.objects.create(name="Usual", calendar=Calendar.objects.create(name="Office"))
        target = Target(policy=policy, metric=Metric.RESOLUTION, length=timedelta(hours=9))
        clock = start_clock(self.ticket, policy, target, at=now())
        self.assertEqual(self.found("during", "today"), [])
        for column in ("due_at", "broken_at"):
            Clock.objects.filter(pk=clock.pk).update(due_at=None, broken_at=None)
            Clock.objects.filter(pk=clock.pk).update(**{column: now() - timedelta(hours=30)})
            with self.subTest(column):
                self.assertEqual(self.found("last", "2", "days"), ["Printer"])
                self.assertEqual(self.found("last", "1", "days"), [])
                self.assertEqual(self.found("ago", "1", "days"), ["Printer"])
