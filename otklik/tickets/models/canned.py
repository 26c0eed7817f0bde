"""Canned replies: texts that are written often, of one member, of a team, or of everybody."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Language, Member, Team


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def visible_to(self, member: Member) -> CannedReplyQuerySet:
        """One's own, those of one's teams, and those for everybody; nobody sees another's own."""
        teams = Team.objects.all() if member.is_administrator else member.teams.all()
        return self.filter(Q(owner=member) | Q(owner=None, team=None) | Q(owner=None, team__in=teams))

    def editable_by(self, member: Member) -> CannedReplyQuerySet:
        """One's own; a team's for those who lead it; all that are shared for administrators."""
        if not member.can_answer:
            return self.none()
        shared = Q(owner=None) if member.is_administrator else Q(owner=None, team__in=teams_led_by(member))
        return self.filter(Q(owner=member) | shared)


class CannedReply(models.Model):
    """A text of `owner` or of `team`; of everybody when it is of neither. Words in braces are filled in when used."""

    owner = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="canned_replies")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="canned_replies")
    title = models.CharField(_("title"), max_length=120)
    shortcut = models.CharField(
        _("shortcut"), max_length=30, blank=True, help_text=_("What you type behind / to find it at once.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    uses = models.PositiveIntegerField(default=0)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="canned_of_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def count_use(self) -> None:
        CannedReply.objects.filter(pk=self.pk).update(uses=F("uses") + 1)


class CannedFile(models.Model):
    """A file that goes with a canned reply."""

    reply = models.ForeignKey(CannedReply, models.CASCADE, related_name="files")
    file = models.FileField(max_length=80)
    name = models.CharField(max_length=250)
    type = models.CharField(max_length=127)
    size_bytes = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


def teams_led_by(member: Member) -> models.QuerySet[Team]:
    """The teams for which a member may write canned replies: all for an administrator, their own for a supervisor."""
    if member.is_administrator:
        return Team.objects.all()
    return member.teams.all() if member.role == Member.Role.SUPERVISOR else Team.objects.none()
