"""Tasks of tickets, and the time that was spent on them."""

from .spell import Spell
from .task import Task

__all__ = ["Spell", "Task"]
