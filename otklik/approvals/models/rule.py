"""Which tickets may go to which states only after whose approval."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.lib.ruling import Subject
from otklik.staff.models import Member
from otklik.tickets.choosing import check_conditions, fits
from otklik.tickets.models import Ticket


def check_states(value: object) -> None:
    if not isinstance(value, list) or not set(value) <= set(Ticket.State.values):
        raise ValidationError(_("Choose states of tickets."))


class ApprovalRuleQuerySet(models.QuerySet["ApprovalRule"]):
    def in_force(self) -> ApprovalRuleQuerySet:
        return self.filter(is_active=True).prefetch_related("steps__members")


class ApprovalRule(models.Model):
    """Tickets that fit its conditions go from one of `before` (empty: any) to one of `after` once all steps agreed.

    The first rule that fits a change holds it back. `expires_after` is counted by the calendar, or round the clock.
    """

    journal_name = "approval_rule"

    name = models.CharField(_("name"), max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The first one that fits a change is in force.")
    )
    conditions = models.JSONField(_("conditions"), default=dict, blank=True, validators=[check_conditions])
    before = models.JSONField(default=list, blank=True, validators=[check_states])
    after = models.JSONField(default=list, validators=[check_states])
    expires_after = models.DurationField(null=True, blank=True)
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )
    is_active = models.BooleanField(_("in force"), default=True)

    objects = ApprovalRuleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def covers(self, ticket: Ticket, state: str, at: datetime) -> bool:
        """Whether a ticket, as it is now, needs this approval for a state. One without steps needs nobody's."""
        is_move = state in self.after and (not self.before or ticket.state in self.before)
        return is_move and bool(self.steps.all()) and fits(Subject(ticket, None, at), self.conditions)

    def expires(self, at: datetime) -> datetime | None:
        """When an approval that is asked for at a time expires; None if never."""
        if self.expires_after is None:
            return None
        return self.calendar.working_time(at).due(at, self.expires_after) if self.calendar else at + self.expires_after


class ApprovalStep(models.Model):
    """Who has to agree: one of them, or all. Steps follow each other by position."""

    class Who(models.TextChoices):
        HEAD = "head", _("The head of the team")
        LOOKS_AFTER = "manager", _("The client’s personal manager")
        MEMBERS = "members", _("Named members")
        ROLE = "role", _("Everybody with a role")

    rule = models.ForeignKey(ApprovalRule, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    who = models.CharField(_("who approves"), max_length=10, choices=Who)
    members = models.ManyToManyField(Member, blank=True, related_name="+", verbose_name=_("members"))
    role = models.CharField(_("role"), max_length=15, choices=Member.Role, blank=True)
    needs_all = models.BooleanField(_("all of them have to"), default=False)

    class Meta:
        ordering = ["rule", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(who="role") | ~models.Q(role=""), name="approval_step_names_its_role"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_who_display())

    def approvers(self, ticket: Ticket) -> list[Member]:
        """Who is asked about a ticket; where there is nobody of the kind, the administrators."""
        found = [member for member in self._wanted(ticket) if member and member.is_active]
        return found or list(Member.objects.active().filter(role=Member.Role.ADMINISTRATOR))

    def _wanted(self, ticket: Ticket) -> list[Member | None]:
        match self.who:
            case self.Who.HEAD:
                return [ticket.team.head]
            case self.Who.LOOKS_AFTER:
                return [ticket.client.looked_after_by]
            case self.Who.MEMBERS:
                return list(self.members.all())
        return list(Member.objects.active().filter(role=self.role))
