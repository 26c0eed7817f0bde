"""Teams: people who share a queue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar

from .skill import Skill


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

    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
        help_text=_("When its members work; empty: always."),
    )
    skills = models.ManyToManyField(
        Skill,
        related_name="+",
        blank=True,
        verbose_name=_("skills"),
        help_text=_("Only members who have all of them are given its tickets."),
    )

    automatic_mail = models.BooleanField(
        _("automatic mail"),
        default=True,
        help_text=_("Auto-replies and what is said out of hours also go to those who write to this team."),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
