"""Calendars, what is promised to whom, and the clocks that run."""

from .calendar import Calendar, CalendarDay
from .clock import Clock, Run
from .ladder import Rung, Step
from .policy import Metric, Policy, Target

__all__ = ["Calendar", "CalendarDay", "Clock", "Metric", "Policy", "Run", "Rung", "Step", "Target"]
