"""The escalation ladder: what happens before and after a deadline, each step once on each promise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.lib.prepared import Change
from otklik.staff.models import Member, Team
from otklik.tickets.lines import escalate
from otklik.tickets.models import Ticket

from .clock import Clock
from .policy import Metric, Policy


class Step(models.Model):
    """One step of a policy's ladder: at a share of the promised time and so much working time after that.

    70 % is “30 % before the deadline”, 100 % the deadline, 100 % and two hours “two hours late”.
    """

    class Action(models.TextChoices):
        TELL_ASSIGNEE = "tell_assignee", _("Tell the assignee")
        TELL_MANAGER = "tell_manager", _("Tell the assignee’s manager")
        TELL_HEAD = "tell_head", _("Tell the head of the team")
        TELL_MEMBER = "tell_member", _("Tell a member")
        TELL_TEAM = "tell_team", _("Tell everybody of a team")
        RAISE_PRIORITY = "raise_priority", _("Raise the priority")
        HAND_OVER = "hand_over", _("Hand over to a team")
        NEXT_LINE = "next_line", _("Escalate to the next line")

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="steps")
    metric = models.CharField(
        _("promise"), max_length=15, choices=Metric, blank=True, help_text=_("Empty: of every promise.")
    )
    share_percent = models.PositiveSmallIntegerField(
        _("at % of the time"), default=100, help_text=_("100 is the deadline, 70 is 30 per cent before it.")
    )
    plus = models.DurationField(_("and so long after that"), default=timedelta)
    action = models.CharField(_("what happens"), max_length=15, choices=Action)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    # Set when running clocks have passed its moment already: what was set today does not act on yesterday.
    since = models.DateTimeField(null=True, editable=False)
    in_working_time = models.BooleanField(
        _("mail it in working time"), default=True, help_text=_("A mail at midnight helps nobody.")
    )

    class Meta:
        ordering = ["policy", "share_percent", "plus", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(action__in=["hand_over", "tell_team"]) | models.Q(team__isnull=False),
                name="step_names_its_team",
            ),
            models.CheckConstraint(
                condition=~models.Q(action="tell_member") | models.Q(member__isnull=False),
                name="step_names_its_member",
            ),
            models.CheckConstraint(condition=models.Q(share_percent__lte=1000), name="step_is_within_reason"),
        ]

    def __str__(self) -> str:
        return str(self.get_action_display())

    def moment(self, clock: Clock) -> datetime | None:
        """When this step of a running clock is; None if the clock does not run."""
        return clock.reaches(clock.length * self.share_percent / 100 + self.plus)


class RungQuerySet(models.QuerySet["Rung"]):
    def due(self, at: datetime) -> RungQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Rung(models.Model):
    """A step on one clock. `due_at` is set while it is ahead, `done_at` once it was taken.

    It holds only for the deadline it was laid for: a clock that moved or stopped leaves it behind, and lays it anew.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="rungs")
    step = models.ForeignKey(Step, models.CASCADE, related_name="+")
    laid_for = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = RungQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "step"], name="rung_once")]
        indexes = [models.Index(fields=["due_at", "id"], condition=models.Q(due_at__isnull=False), name="rung_due")]

    def take(self, *, at: datetime) -> bool:
        """Do the step, once, with its event; False if it was done, or its clock moved, stopped or ended meanwhile."""
        with transaction.atomic():
            ahead = Rung.objects.filter(pk=self.pk, due_at=self.due_at, done_at=None)
            # What is asked of another row, PostgreSQL does not ask again after waiting for a rival: that the rung is
            # still ahead has to be asked of the rung itself.
            holds = Clock.objects.filter(pk=self.clock_id, due_at=models.OuterRef("laid_for"))
            if not ahead.filter(models.Exists(holds)).update(due_at=None, done_at=at):
                ahead.update(due_at=None)
                return False
            self._act(at)
        return True

    def _act(self, at: datetime) -> None:
        step, ticket = self.step, self.clock.ticket
        told = self._told(ticket)
        facts: dict[str, Any] = {
            "metric": self.clock.metric,
            "action": step.action,
            "told": told.pk if told else None,
            "team": step.team_id,
            "mail_at": self._mail_at(at).isoformat() if step.in_working_time else None,
        }
        record("clock.escalated", ticket, at=at, **facts)
        if step.action == Step.Action.RAISE_PRIORITY:
            ticket.raise_priority(by=None, at=at)
        if step.action == Step.Action.HAND_OVER and step.team:
            ticket.hand_to(step.team, by=None, at=at)
        if step.action == Step.Action.NEXT_LINE:
            escalate(ticket, by=None, at=at)

    def _mail_at(self, at: datetime) -> datetime:
        """The agreement's working time; who has a calendar of their own is mailed by that one."""
        return self.clock.calendar.working_time(at).opens(at) or at

    def _told(self, ticket: Ticket) -> Member | None:
        """Whom the step tells; where there is nobody of the kind, the head of the team."""
        assignee, head = ticket.assignee, ticket.team.head
        return {
            Step.Action.TELL_ASSIGNEE: assignee or head,
            Step.Action.TELL_MANAGER: (assignee.manager if assignee else None) or head,
            Step.Action.TELL_HEAD: head,
            Step.Action.TELL_MEMBER: self.step.member,
        }.get(Step.Action(self.step.action))


def lay(clocks: Sequence[Clock]) -> int:
    """Lay the rungs that are still ahead for the deadlines that running clocks have now; how many.

    None are laid for a clock that moved meanwhile. All in one transaction: a burst of mail begins hundreds of clocks.
    """
    ahead = _ahead(clocks)
    with transaction.atomic():
        still = [clock.pk for clock in clocks if _LAID(clock.pk, clock.due_at)]
        Rung.objects.filter(clock__in=still, done_at=None).delete()
        rungs = [rung for number in still for rung in ahead[number]]
        Rung.objects.bulk_create(rungs)
    return len(rungs)


_LAID = Change(
    lambda number, due_at: (Clock.objects.to_lay().filter(pk=number, due_at=due_at), {"laid_for": due_at}),
    int,
    datetime,
)


def _ahead(clocks: Sequence[Clock]) -> dict[int, list[Rung]]:
    """What is to be laid for each clock, by its number."""
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(policy__in={clock.policy_id for clock in clocks}):
        steps.setdefault(step.policy_id, []).append(step)
    done = set(Rung.objects.filter(clock__in=clocks).exclude(done_at=None).values_list("clock", "step"))
    return {
        clock.pk: [
            Rung(clock_id=clock.pk, step_id=step.pk, laid_for=due_at, due_at=moment)
            for step in steps.get(clock.policy_id, ())
            if step.metric in ("", clock.metric) and (clock.pk, step.pk) not in done
            if (moment := step.moment(clock)) and not (step.since and moment < step.since)
        ]
        for clock in clocks
        if (due_at := clock.due_at)
    }
