"""What is promised to whom: policies chosen by conditions, each with its targets."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, models
from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.lib.remembered import remembered
from otklik.lib.ruling import Subject
from otklik.staff.models import Team
from otklik.tickets.choosing import check_conditions, fits
from otklik.tickets.models import Ticket


class Metric(models.TextChoices):
    """What is measured, from when, until when."""

    FIRST_ANSWER = "first_answer", _("First answer")
    NEXT_ANSWER = "next_answer", _("Next answer")
    RESOLUTION = "resolution", _("Resolution")
    CALLBACK = "callback", _("Callback")
    IN_TEAM = "in_team", _("Time in the team")  # internal: from handing over to handing on or resolving


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self) -> PolicyQuerySet:
        return self.filter(is_active=True).select_related("calendar").prefetch_related("targets__calendar")

    def of(self, ticket: Ticket, at: datetime) -> Policy | None:
        """The first policy, by position, whose conditions the ticket meets at a time."""
        return next((policy for policy in self.in_force() if policy.covers(ticket, at)), None)


class Policy(models.Model):
    """An agreement: which tickets it covers, in which calendar its targets are counted."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The first one that fits a ticket is in force.")
    )
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="policies", verbose_name=_("calendar"))
    conditions = models.JSONField(_("conditions"), default=dict, blank=True, validators=[check_conditions])
    is_active = models.BooleanField(_("in force"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def touch(cls) -> None:
        """Say that an agreement changed. It may win or lose tickets to any other, so all are looked at anew."""
        cls.objects.update(version=F("version") + 1)

    @cached_property
    def promised(self) -> list[Target]:
        return list(self.targets.all())

    def covers(self, ticket: Ticket, at: datetime) -> bool:
        return fits(Subject(ticket, None, at), self.conditions)

    def target(self, metric: str, ticket: Ticket) -> Target | None:
        """What is promised for a ticket: for just its line, else any; of these for just its priority, else any."""
        own = [one for one in self.promised if one.metric == metric and one.fits(ticket)]
        return max(own, key=lambda one: (one.line, one.priority or 0), default=None)


ANY_LINE = 0


class Target(models.Model):
    """A promise in working time; `calendar` when it is counted in another than the policy's.

    `line` narrows it to teams of one line: what a line promises the next is how long it may keep a ticket.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="targets")
    metric = models.CharField(_("what is promised"), max_length=15, choices=Metric)
    priority = models.PositiveSmallIntegerField(
        _("priority"), null=True, blank=True, choices=Ticket.Priority, help_text=_("Empty: any.")
    )
    line = models.PositiveSmallIntegerField(
        _("line"), default=ANY_LINE, choices=[(ANY_LINE, _("any")), *Team.Line.choices]
    )
    length = models.DurationField(_("within"))
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, verbose_name=_("calendar"))

    class Meta:
        ordering = ["policy", "metric", "line", "priority"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "metric", "line", "priority"], name="target_once"),
            models.UniqueConstraint(
                fields=["policy", "metric", "line"], condition=models.Q(priority=None), name="target_for_any_once"
            ),
            models.CheckConstraint(condition=models.Q(length__gt=timedelta()), name="target_is_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}: {self.length}"

    def fits(self, ticket: Ticket) -> bool:
        return self.line in (ANY_LINE, ticket.team.line) and self.priority in (None, ticket.priority)

    @property
    def counted_in(self) -> Calendar:
        return self.calendar or self.policy.calendar


_VERSIONS = (
    f"SELECT 'policy', id, version FROM {Policy._meta.db_table} WHERE is_active "  # noqa: S608 our names
    f"UNION ALL SELECT 'calendar', id, version FROM {Calendar._meta.db_table} ORDER BY 1, 2"
)


def policies_in_force() -> tuple[Policy, ...]:
    """The policies in force by position, with their targets and calendars; not to be changed, others have them too.

    They are read anew when one of them or a calendar has changed, so a new ticket costs one question about versions.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS)
        return _policies(tuple(cursor.fetchall()))


@remembered(4)
def _policies(_versions: tuple[tuple[str, int, int], ...]) -> tuple[Policy, ...]:
    return tuple(Policy.objects.in_force())
