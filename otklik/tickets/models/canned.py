"""Canned replies: texts that are written often, of one member, of a team, or of everybody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Language

from .shared import Shared, SharedQuerySet


class CannedReplyQuerySet(SharedQuerySet["CannedReply"]):
    pass


class CannedReply(Shared):
    """A text that is written often. Words in braces are filled in when it is used."""

    title = models.CharField(_("title"), max_length=120)
    shortcut = models.CharField(
        _("shortcut"), max_length=30, blank=True, help_text=_("What you type behind / to find it at once.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta(Shared.Meta):
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


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
