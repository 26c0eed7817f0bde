"""How much each member has to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from otklik.tickets.models import Ticket

from .models import BUSY, Weight


@dataclass(frozen=True)
class Weights:
    """How much a ticket counts, by its kind of channel and its priority; 1 where nothing is said."""

    channels: Mapping[str, int]
    priorities: Mapping[str, int]

    @classmethod
    def in_force(cls) -> Weights:
        rows = list(Weight.objects.all())
        channels, priorities = ({row.key: row.weight for row in rows if row.about == about} for about in Weight.About)
        return cls(channels, priorities)

    def of(self, priority: int, channel_kind: str | None) -> int:
        """What one ticket weighs: its channel's weight times its priority's."""
        return self.channels.get(channel_kind or "", 1) * self.priorities.get(str(priority), 1)


def loads(members: Iterable[int], weights: Weights) -> dict[int, int]:
    """The weights of the tickets that wait for an answer of each of these members, summed up."""
    found = dict.fromkeys(members, 0)
    theirs = Ticket.objects.open().filter(assignee__in=found, state__in=BUSY).order_by()
    counted = theirs.values_list("assignee", "priority", "channel__kind").annotate(count=Count("pk"))
    for member, priority, kind, count in counted:
        found[member] += weights.of(priority, kind) * count
    return found
