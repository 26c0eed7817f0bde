"""What is promised to whom: policies chosen by conditions, each with its targets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.lib.remembered import remembered
from otklik.tickets.models import Ticket

# What a policy may ask of a ticket; each answers the ticket's values, any one of which has to be wished for.
CONDITIONS: dict[str, Callable[[Ticket], set[Any]]] = {
    "type": lambda ticket: {ticket.type},
    "priority": lambda ticket: {ticket.priority},
    "channel": lambda ticket: {ticket.channel_id},
    "team": lambda ticket: {ticket.team_id},
    "client": lambda ticket: {ticket.client_id},
    "organisation": lambda ticket: {ticket.client.organisation_id},
    "tag": lambda ticket: {tag.name for tag in ticket.tags.all()},
}


class Metric(models.TextChoices):
    """What is measured, from when, until when."""

    FIRST_ANSWER = "first_answer", _("First answer")
    NEXT_ANSWER = "next_answer", _("Next answer")
    RESOLUTION = "resolution", _("Resolution")
    IN_TEAM = "in_team", _("Time in the team")  # internal: from handing over to handing on or resolving


def check_conditions(value: Any) -> None:
    if not isinstance(value, dict) or not all(isinstance(wanted, list) for wanted in value.values()):
        raise ValidationError(_("Conditions name lists of values."))
    if unknown := value.keys() - CONDITIONS.keys():
        raise ValidationError(_("There is no condition “%(name)s”."), params={"name": min(unknown)})


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self) -> PolicyQuerySet:
        return self.filter(is_active=True).select_related("calendar").prefetch_related("targets__calendar")

    def of(self, ticket: Ticket) -> Policy | None:
        """The first policy, by position, whose conditions the ticket meets."""
        return next((policy for policy in self.in_force() if policy.covers(ticket)), None)


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

    def covers(self, ticket: Ticket) -> bool:
        return all(CONDITIONS[name](ticket) & set(wanted) for name, wanted in self.conditions.items())

    def target(self, metric: str, priority: int) -> Target | None:
        """What is promised for a priority: the target for just that, else the one for any."""
        fitting = [one for one in self.targets.all() if one.metric == metric and one.priority in (None, priority)]
        return max(fitting, key=lambda one: one.priority or 0, default=None)


class Target(models.Model):
    """A promise in working time; `calendar` when it is counted in another than the policy's."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="targets")
    metric = models.CharField(_("what is promised"), max_length=15, choices=Metric)
    priority = models.PositiveSmallIntegerField(
        _("priority"), null=True, blank=True, choices=Ticket.Priority, help_text=_("Empty: any.")
    )
    length = models.DurationField(_("within"))
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, verbose_name=_("calendar"))

    class Meta:
        ordering = ["policy", "metric", "priority"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "metric", "priority"], name="target_once"),
            models.UniqueConstraint(
                fields=["policy", "metric"], condition=models.Q(priority=None), name="target_for_any_once"
            ),
            models.CheckConstraint(condition=models.Q(length__gt=timedelta()), name="target_is_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}: {self.length}"

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
