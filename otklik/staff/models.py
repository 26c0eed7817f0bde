"""People who answer: members of staff, their roles and teams, and the company they work for."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.journal.record import record
from otklik.lib.zones import check_time_zone


class Language(models.TextChoices):
    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"


class Company(models.Model):
    """The one row about whom this installation serves."""

    journal_name = "company"

    name = models.CharField(_("company name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Moscow", validators=[check_time_zone])
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.RUSSIAN)
    reopen_days = models.PositiveSmallIntegerField(
        _("days in which an answer reopens a closed ticket"),
        default=14,
        help_text=_("An answer that comes later opens a new ticket linked to the old one."),
    )
    one = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one"], name="company_is_one")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Company:
        """The company; before the first-run wizard an unsaved one with the defaults."""
        return cls.objects.first() or cls(name="Otklik")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Team(models.Model):
    """People who share a queue."""

    journal_name = "team"

    class Line(models.IntegerChoices):
        """How far up it stands: what one line cannot solve goes to the next."""

        FIRST = 1, "L1"
        SECOND = 2, "L2"
        THIRD = 3, "L3"

    name = models.CharField(_("name"), max_length=80, unique=True)
    line = models.PositiveSmallIntegerField(
        _("line"),
        null=True,
        blank=True,
        choices=Line,
        help_text=_("What a team cannot solve is escalated to the next line."),
    )
    head = models.ForeignKey(
        "Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="headed_teams",
        verbose_name=_("head"),
        help_text=_("Is told when promises are broken here."),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> MemberQuerySet:
        return self.filter(is_active=True)

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

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=120)
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.AGENT)
    teams = models.ManyToManyField(Team, related_name="members", blank=True, verbose_name=_("teams"))
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    signature = models.TextField(_("signature"), blank=True, help_text=_("Stands under every answer you send."))
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.RUSSIAN)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, blank=True)
    joined_at = models.DateTimeField(default=now, editable=False)

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

    @cached_property
    def team_ids(self) -> list[int]:
        """The member's teams; looked up once for each request, which loads the member anew."""
        return list(self.teams.values_list("pk", flat=True))

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
