"""Routes to teams, each team's way to an assignee, and tickets that wait for one or are to be taken back."""

from .assignment import Assignment, Turn, Weight
from .recall import Recall
from .route import Route
from .wait import BUSY, Need, Wait

__all__ = ["BUSY", "Assignment", "Need", "Recall", "Route", "Turn", "Wait", "Weight"]
