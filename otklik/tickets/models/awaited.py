"""Dates that have not come."""

from __future__ import annotations

from django.db import models

from .ticket import Ticket, TicketField


class AwaitedDate(models.Model):
    """A date in a field of an open ticket that nobody noted: what the worker looks for, instead of at every ticket.

    A row says no more than where to look: it may outlive what it stands for, and is forgotten when its day comes.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="+")
    field = models.ForeignKey(TicketField, models.CASCADE, related_name="+")
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "field"], name="awaited_date_once")]
        indexes = [models.Index(fields=["date", "id"], name="awaited_date_due")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.date}"
