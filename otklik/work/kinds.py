"""What can happen to tasks and to time spent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import Words, as_is, declare, declare_actor, moments, names_of
from otklik.staff.models import Member
from otklik.tickets.kinds import days

from .durations import in_words
from .models import Recurrence


def lengths(values: set[Any]) -> Mapping[Any, str]:
    """The value is a number of minutes."""
    return {value: in_words(value) for value in values}


task: dict[str, Words | None] = {"task": None, "title": as_is}
for kind, sentence in {
    "task.added": _("Task added: %(title)s"),
    "task.done": _("Task done: %(title)s"),
    "task.reopened": _("Task to be done again: %(title)s"),
    "task.removed": _("Task removed: %(title)s"),
}.items():
    declare(kind, _("Task"), sentence, keys=task, personal=("title",))
declare(
    "task.changed",
    _("Task"),
    _("Task changed: %(title)s"),
    keys={**task, "told": names_of(Member), "due": moments},
    personal=("title",),
    also={"told": _("given to %(told)s"), "due": _("due %(due)s")},
)
declare(
    "task.due",
    _("Task"),
    _("Task due: %(title)s"),
    keys={**task, "told": names_of(Member)},
    personal=("title",),
)
declare("spell.added", _("Time spent"), _("Time spent: %(minutes)s"), keys={"minutes": lengths}, personal=())
declare(
    "spell.changed",
    _("Time spent"),
    _("Time spent, corrected: %(before)s → %(after)s"),
    keys={"before": lengths, "after": lengths},
    personal=(),
)
declare(
    "spell.removed",
    _("Time spent"),
    _("Time spent, taken back: %(minutes)s"),
    keys={"minutes": lengths},
    personal=(),
)
# What taking a merging back needs: the numbers of what moved.
declare(
    "work.merged", _("Merged"), _("Tasks and time spent went along"), keys={"tasks": None, "spells": None}, personal=()
)
declare_actor(Recurrence.journal_name, names_of(Recurrence))
declare(
    "recurrence.made",
    _("Recurring ticket"),
    _("Made by the recurring ticket “%(name)s”"),
    keys={"recurrence": None, "name": as_is, "day": days, "missed": as_is},
    personal=("name",),
    also={"day": _(" for %(day)s"), "missed": _("earlier dates that were missed and left out: %(missed)s")},
)
for kind, sentence in {
    "recurrence.added": _("The recurring ticket “%(name)s” was set up"),
    "recurrence.changed": _("The recurring ticket “%(name)s” was changed"),
    "recurrence.paused": _("The recurring ticket “%(name)s” was paused"),
    "recurrence.resumed": _("The recurring ticket “%(name)s” goes on"),
    "recurrence.removed": _("The recurring ticket “%(name)s” was removed"),
}.items():
    declare(kind, _("Recurring ticket"), sentence, keys={"name": as_is}, personal=("name",))
