"""Promises and their clocks: working calendars, targets, what is due when and why."""
