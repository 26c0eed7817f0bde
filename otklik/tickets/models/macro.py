"""Macros: several deeds under one name."""

from __future__ import annotations

import hashlib
import json

from django.db import models, transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from .shared import Shared, SharedQuerySet


class MacroQuerySet(SharedQuerySet["Macro"]):
    def in_order(self) -> MacroQuerySet:
        """One's own first, then each team's, then everybody's."""
        whose = F("owner").asc(nulls_last=True), F("team__name").asc(nulls_last=True)
        return self.order_by(*whose, "position", "title", "pk")


class Macro(Shared):
    """`steps` are deeds, as in a Bulk: each {"do": key, …}, in the order in which they are done."""

    title = models.CharField(_("name"), max_length=120)
    steps = models.JSONField()
    position = models.PositiveIntegerField(default=0)  # among those of the same owner or team

    objects = MacroQuerySet.as_manager()

    class Meta(Shared.Meta):
        ordering = ["position", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def version(self) -> str:
        """Another one as soon as it does something else."""
        return version_of(self.steps)

    @property
    def siblings(self) -> models.QuerySet[Macro]:
        return Macro.objects.filter(owner=self.owner_id, team=self.team_id)

    def put_last(self) -> None:
        """Stand behind its siblings; to be saved by the caller."""
        last = self.siblings.exclude(pk=self.pk).aggregate(last=Max("position"))["last"]
        self.position = 0 if last is None else last + 1

    def move(self, step: int) -> bool:
        """Change places with the sibling before it (-1) or behind it (1); False if there is none."""
        with transaction.atomic():
            rows = list(self.siblings.select_for_update())
            place = rows.index(self)
            other = place + step
            if not 0 <= other < len(rows):
                return False
            rows[place], rows[other] = rows[other], rows[place]
            for position, row in enumerate(rows):
                Macro.objects.filter(pk=row.pk).update(position=position)
        return True


def version_of(steps: list[dict[str, str]]) -> str:
    """The same for the same steps in the same order."""
    return hashlib.sha256(json.dumps(steps, sort_keys=True).encode()).hexdigest()[:16]
