"""Macros: several deeds under one name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .shared import Shared, SharedQuerySet


class MacroQuerySet(SharedQuerySet["Macro"]):
    pass


class Macro(Shared):
    """`steps` are deeds, as in a Bulk: each {"do": key, …}, in the order in which they are done."""

    title = models.CharField(_("name"), max_length=120)
    steps = models.JSONField()

    objects = MacroQuerySet.as_manager()

    class Meta(Shared.Meta):
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
