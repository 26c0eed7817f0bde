"""Tasks of tickets, the time that was spent on them, and tickets that come again."""

from .recurrence import Occurrence, Recurrence
from .spell import Spell
from .task import Task

__all__ = ["Occurrence", "Recurrence", "Spell", "Task"]
