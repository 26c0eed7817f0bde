"""Clocks that run, as many as asked for: `python -m bench.clocks COUNT` starts one on each of so many tickets.

Their deadlines lie over the next thirty days, their steps of the ladder before them, as in a house that is busy and
on time: the worker meets a few of them within a minute.
"""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import OuterRef, Subquery  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from otklik.calendars.models import Calendar  # noqa: E402
from otklik.sla.models import Clock, Metric, Policy, Run, Rung, Step, Target  # noqa: E402
from otklik.tickets.models import Ticket  # noqa: E402

CHUNK = 2_000
PROMISED = timedelta(hours=40)
SPREAD = timedelta(days=30)


def agreement() -> Step:
    """A policy that covers every ticket, with a promise and a step before its end."""
    calendar = Calendar.objects.create(name="Bench", week=[[[0, 24 * 60]]] * 7)
    policy = Policy.objects.create(name="Bench", position=999, calendar=calendar)
    Target.objects.create(policy=policy, metric=Metric.RESOLUTION, length=PROMISED)
    return Step.objects.create(policy=policy, share_percent=70, action=Step.Action.TELL_HEAD)


def clocks(count: int, step: Step, at: datetime) -> Iterator[Clock]:
    going = Clock.objects.going().filter(metric=Metric.RESOLUTION)
    tickets = Ticket.objects.exclude(pk__in=going.values("ticket")).order_by("pk")
    for place, number in enumerate(tickets.values_list("pk", flat=True)[:count], 1):
        due = at + SPREAD * place / count
        yield Clock(
            ticket_id=number,
            metric=Metric.RESOLUTION,
            policy=step.policy,
            calendar=step.policy.calendar,
            length=PROMISED,
            started_at=due - PROMISED,
            due_at=due,
            laid_for=due,
            calendar_version=step.policy.calendar.version,
            policy_version=step.policy.version,
        )


def start(chunk: list[Clock], step: Step, at: datetime) -> None:
    """Put clocks into the store with all that belongs to them."""
    Clock.objects.bulk_create(chunk)
    Run.objects.bulk_create(Run(clock=clock, begin=clock.started_at) for clock in chunk)
    Rung.objects.bulk_create(_rung(clock, step, at) for clock in chunk)


def _rung(clock: Clock, step: Step, at: datetime) -> Rung:
    """The step that lies ahead, or was taken."""
    assert clock.due_at
    moment = clock.due_at - PROMISED * 0.3
    ahead = moment > at
    return Rung(
        clock=clock,
        step=step,
        laid_for=clock.due_at,
        due_at=moment if ahead else None,
        done_at=None if ahead else at,
    )


def main(count: int) -> None:
    at = now()
    with transaction.atomic():
        step = agreement()
        waiting = clocks(count, step, at)
        while chunk := list(islice(waiting, CHUNK)):
            start(chunk, step, at)
        nearest = Clock.objects.filter(ticket=OuterRef("pk"), due_at__isnull=False).order_by("due_at").values("due_at")
        Ticket.objects.filter(clocks__policy=step.policy).update(due_at=Subquery(nearest[:1]))
    print(Clock.objects.exclude(due_at=None).count())


if __name__ == "__main__":
    main(int(sys.argv[1]))
