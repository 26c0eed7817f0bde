"""People who answer, and their roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.calendars.models import Calendar
from otklik.journal.record import record

from .company import Language
from .skill import Skill
from .team import Team


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> MemberQuerySet:
        return self.filter(is_active=True)

    def seeing(self, team: Team) -> MemberQuerySet:
        """Who sees the tickets of this team."""
        return self.active().filter(Q(role=Member.Role.ADMINISTRATOR) | Q(teams=team)).distinct().order_by("name")

    def answering(self, team: Team) -> MemberQuerySet:
        """Who can be given a ticket of this team."""
        return self.active().filter(teams=team).exclude(role=Member.Role.OBSERVER).order_by("name")


class Invitations(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **rest: Any) -> Member:
        member = Member(email=email.strip().lower(), **rest)
        member.set_password(password)
        member.save()
        return member


Members = Invitations.from_queryset(MemberQuerySet)


class Member(AbstractBaseUser):
    """Somebody of the staff. A member who left is made inactive, never deleted: the tickets stay theirs."""

    journal_name = "member"

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administrator")
        SUPERVISOR = "supervisor", _("Supervisor")
        AGENT = "agent", _("Agent")
        OBSERVER = "observer", _("Observer")

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")
        CONTRAST = "contrast", _("High contrast")

    class Density(models.TextChoices):
        ROOMY = "", _("Roomy")
        DENSE = "dense", _("Dense")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=120)
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.AGENT)
    teams = models.ManyToManyField(Team, related_name="members", blank=True, verbose_name=_("teams"))
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    skills = models.ManyToManyField(Skill, related_name="members", blank=True, verbose_name=_("skills"))
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
        help_text=_("When they work; empty: as their team does."),
    )
    ticket_limit = models.PositiveSmallIntegerField(
        _("tickets at most"),
        null=True,
        blank=True,
        help_text=_("No more are given by themselves while so many wait for an answer of theirs; empty: no limit."),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    signature = models.TextField(_("signature"), blank=True, help_text=_("Stands under every answer you send."))
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.RUSSIAN)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, blank=True)
    density = models.CharField(
        _("density"), max_length=8, choices=Density, blank=True, help_text=_("Dense shows more rows at once.")
    )
    single_keys = models.BooleanField(
        _("single keys"), default=True, help_text=_("J, K, R and others act at once when no field is in focus.")
    )
    joined_at = models.DateTimeField(default=now, editable=False)
    # How they like each list of tickets, by its key: {"mine": {"position": 0, "is_hidden": true, "sort": "oldest"}}.
    habits = models.JSONField(default=dict, blank=True, editable=False)
    read_until = models.DateTimeField(default=now, editable=False)  # what was written before counts as read

    objects = Members()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @property
    def leads(self) -> bool:
        """Whether this member leads others: a supervisor or an administrator."""
        return self.role in (self.Role.SUPERVISOR, self.Role.ADMINISTRATOR)

    @cached_property
    def team_ids(self) -> list[int]:
        """The member's teams; looked up once for each request, which loads the member anew."""
        return list(self.teams.values_list("pk", flat=True))

    @property
    def sight(self) -> Sight:
        return Sight(self.pk, self.role, self.is_active, tuple(self.team_ids))

    @property
    def can_answer(self) -> bool:
        """Whether this member may change anything at all; observers only look."""
        return self.is_active and self.role != self.Role.OBSERVER

    def set_role(self, role: str, *, by: Member | None, at: datetime | None = None) -> bool:
        """Give another role; False if the member has it already."""
        with transaction.atomic():
            if not Member.objects.filter(pk=self.pk).exclude(role=role).update(role=role):
                return False
            record("member.role_changed", self, by=by, at=at, before=self.role, after=role)
        self.role = role
        return True

    def set_teams(self, teams: Iterable[Team], *, by: Member | None, at: datetime | None = None) -> bool:
        """Be in just these teams; False if that is so."""
        wanted = {team.pk: team for team in teams}
        with transaction.atomic():
            had = {team.pk: team for team in self.teams.all()}
            self.teams.set(wanted.values())
            for pk in sorted(wanted.keys() - had.keys()):
                record("member.joined_team", self, by=by, at=at, team=pk)
            for pk in sorted(had.keys() - wanted.keys()):
                record("member.left_team", self, by=by, at=at, team=pk)
        self.__dict__.pop("team_ids", None)
        return wanted.keys() != had.keys()

    def like(self, key: str, **liked: Any) -> None:
        """Remember how they like a list; it is nobody else's business, so there is no event."""
        with transaction.atomic():
            habits = Member.objects.select_for_update().values_list("habits", flat=True).get(pk=self.pk)
            self.habits = habits | {key: {**habits.get(key, {}), **liked}}
            Member.objects.filter(pk=self.pk).update(habits=self.habits)

    def deactivate(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Shut the member out, at once in every session; False if that was so."""
        return self._set_active(False, "member.deactivated", by=by, at=at)

    def activate(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Let the member in again; False if that was so."""
        return self._set_active(True, "member.activated", by=by, at=at)

    def _set_active(self, active: bool, kind: str, *, by: Member | None, at: datetime | None) -> bool:
        with transaction.atomic():
            if not Member.objects.filter(pk=self.pk, is_active=not active).update(is_active=active):
                return False
            record(kind, self, by=by, at=at)
        self.is_active = active
        return True


@dataclass(frozen=True)
class Sight:
    """All of a member that decides what they may see, to remember a question by."""

    pk: int
    role: str
    is_active: bool
    team_ids: tuple[int, ...]

    def member(self) -> Member:
        """Somebody to ask with, who sees just that."""
        member = Member(pk=self.pk, role=self.role, is_active=self.is_active)
        member.team_ids = list(self.team_ids)
        return member
