"""Saved views: what somebody wants to see of the tickets."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.journal.record import record
from otklik.staff.models import Member, Team

from .ticket import Actor

PREFIX = "view-"  # of a view's key, as addresses and habits name it


def fresh() -> int:
    """A number that no view had before, small enough for the sum of all of them."""
    return secrets.randbelow(2**40)


class ViewQuerySet(models.QuerySet["View"]):
    def visible_to(self, member: Member) -> ViewQuerySet:
        """The member's own views and those that are shared with them. What a view shows is a matter of its own."""
        if not member.is_active:
            return self.none()
        shared = models.Q(audience=View.Audience.TEAM, team__in=member.team_ids)
        return self.filter(models.Q(owner=member) | models.Q(audience=View.Audience.EVERYONE) | shared)

    def editable_by(self, member: Member) -> ViewQuerySet:
        """The member's own; of those that are shared with them, whoever leads may change any."""
        visible = self.visible_to(member)
        return visible if member.leads else visible.filter(owner=member)


class View(models.Model):
    """Tickets for which `conditions` hold, of those that whoever looks may see.

    `conditions` is a tree as lib/asking.py describes it. A standing list is a view, too: one that is not kept.
    """

    journal_name = "view"
    standing_key = ""  # the key of a standing list

    class Audience(models.TextChoices):
        OWN = "own", _("Only me")
        TEAM = "team", _("A team")
        EVERYONE = "everyone", _("Everyone")

    class Standing(models.TextChoices):
        OPEN = "open", _("Open ones")
        OVER = "over", _("Resolved and closed ones")
        ANY = "any", _("Open and closed ones")

    class Layout(models.TextChoices):
        LIST = "list", _("List")
        COMPACT = "compact", _("Compact")
        BOARD = "board", _("Board")

    class Sort(models.TextChoices):
        ACTIVITY = "activity", _("By last message")
        QUIET = "quiet", _("Silent for longest first")
        CREATED = "created", _("Newest first")
        OLDEST = "oldest", _("Oldest first")
        PRIORITY = "priority", _("By priority")
        DEADLINE = "deadline", _("By deadline")

    class Group(models.TextChoices):
        STATE = "state", _("State")
        ASSIGNEE = "assignee", _("Assignee")
        TEAM = "team", _("Team")
        PRIORITY = "priority", _("Priority")
        CLIENT = "client", _("Client")
        ORGANISATION = "organisation", _("Organisation")
        CHANNEL = "channel", _("Channel")
        TYPE = "type", _("Type")
        DUE = "due", _("Day of the deadline")

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    owner = models.ForeignKey(Member, models.CASCADE, related_name="views")
    audience = models.CharField(_("who sees it"), max_length=10, choices=Audience, default=Audience.OWN)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    standing = models.CharField(_("tickets"), max_length=5, choices=Standing, default=Standing.OPEN)
    conditions = models.JSONField(default=dict, blank=True)
    sort = models.CharField(_("order"), max_length=10, choices=Sort, default=Sort.ACTIVITY)
    group = models.CharField(_("grouped by"), max_length=50, blank=True)  # a Group, or a field as `grouping` names it
    layout = models.CharField(_("layout"), max_length=10, choices=Layout, default=Layout.LIST)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    version = models.BigIntegerField(default=fresh, editable=False)  # another one whenever something is said anew

    objects = ViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def key(self) -> str:
        return self.standing_key or f"{PREFIX}{self.pk}"

    def is_visible_to(self, member: Member) -> bool:
        """As the queryset’s `visible_to` says it, for a view at hand."""
        is_shared = self.audience == self.Audience.TEAM and self.team_id in member.team_ids
        return member.is_active and (self.owner_id == member.pk or self.audience == self.Audience.EVERYONE or is_shared)

    def is_editable_by(self, member: Member) -> bool:
        """Of a view that the member may see: whether they may change it. A standing list is nobody’s."""
        return self.pk is not None and (member.leads or self.owner_id == member.pk)

    @classmethod
    def make(cls, values: dict[str, Any], *, by: Member, at: datetime | None = None) -> View:
        """A new view of this member."""
        with transaction.atomic():
            view = cls.objects.create(owner=by, **values)
            record("view.made", view, by=by, at=at, name=view.name)
        return view

    def change(self, values: dict[str, Any], *, by: Actor, at: datetime | None = None) -> bool:
        """Show something else from now on; False if it is no more."""
        with transaction.atomic():
            if not View.objects.filter(pk=self.pk).update(**values, version=fresh()):
                return False
            self.refresh_from_db()
            record("view.changed", self, by=by, at=at, name=self.name)
        return True

    def remove(self, *, by: Actor, at: datetime | None = None) -> bool:
        """Forget the view; False if somebody had. No ticket is touched."""
        with transaction.atomic():
            record("view.removed", self, by=by, at=at, name=self.name)
            _rows, gone = View.objects.filter(pk=self.pk).delete()
            if not gone.get("tickets.View"):
                transaction.set_rollback(True)
                return False
        return True
