"""The company that the staff work for."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.lib.prepared import Question
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
    away_minutes = models.PositiveSmallIntegerField(
        _("minutes until away"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("A member who does nothing at the desk for so long is taken to be away."),
    )
    one = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one"], name="company_is_one")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Company:
        """The company; before the first-run wizard an unsaved one with the defaults."""
        return _ONE.first() or cls(name="Otklik")

    @property
    def patience(self) -> timedelta:
        """After how much time without a sign of life a member is away."""
        return timedelta(minutes=self.away_minutes)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


_ONE: Question[Company] = Question(lambda: Company.objects.order_by("pk")[:1])
