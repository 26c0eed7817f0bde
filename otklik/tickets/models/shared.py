"""What members keep for their work: of one member, of a team, or of everybody."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from otklik.staff.models import Member, Team

Row = TypeVar("Row", bound=models.Model, covariant=True)


class SharedQuerySet(models.QuerySet[Row]):
    def visible_to(self, member: Member) -> Self:
        """One's own, those of one's teams, and those for everybody; nobody sees another's own."""
        teams = Team.objects.all() if member.is_administrator else member.teams.all()
        return self.filter(Q(owner=member) | Q(owner=None, team=None) | Q(owner=None, team__in=teams))

    def editable_by(self, member: Member) -> Self:
        """One's own; a team's for those who lead it; all that are shared for administrators."""
        if not member.can_answer:
            return self.none()
        shared = Q(owner=None) if member.is_administrator else Q(owner=None, team__in=teams_led_by(member))
        return self.filter(Q(owner=member) | shared)


class Shared(models.Model):
    """Something of `owner` or of `team`; of everybody when it is of neither."""

    owner = models.ForeignKey(Member, models.CASCADE, null=True, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="%(class)s_of_one")]

    def count_use(self) -> None:
        type(self)._default_manager.filter(pk=self.pk).update(uses=models.F("uses") + 1)


def teams_led_by(member: Member) -> models.QuerySet[Team]:
    """The teams for which a member may keep things: all for an administrator, their own for a supervisor."""
    if member.is_administrator:
        return Team.objects.all()
    return member.teams.all() if member.role == Member.Role.SUPERVISOR else Team.objects.none()
