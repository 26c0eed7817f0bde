"""Routes: the first one that fits a ticket that comes in says where it goes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Skill, Team
from otklik.tickets.models import Ticket


class RouteQuerySet(models.QuerySet["Route"]):
    def active(self) -> RouteQuerySet:
        return self.filter(is_active=True)


class Route(models.Model):
    """`conditions` are a tree as rules have it, see lib/judging.py; whatever else is empty stays as it is."""

    journal_name = "route"

    name = models.CharField(_("name"), max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=10, help_text=_("The first route that fits a ticket takes it.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    conditions = models.JSONField(default=dict, blank=True)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Empty: the team of the channel."),
    )
    is_personal = models.BooleanField(
        _("to the client’s personal manager"),
        default=False,
        help_text=_("If they can take it; otherwise to somebody else by the team’s way."),
    )
    skills = models.ManyToManyField(
        Skill,
        related_name="+",
        blank=True,
        verbose_name=_("skills"),
        help_text=_("Only a member who has all of them is given the ticket."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), null=True, blank=True, choices=Ticket.Priority, help_text=_("Empty: as it is.")
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
