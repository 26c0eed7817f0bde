"""Tickets of which the search does not know all yet."""

from django.db import models

from .ticket import Ticket


class Unindexed(models.Model):
    """A mark that `otklik.tickets.search` has to read a ticket; gone when it did. `tries` are those that failed."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"#{self.pk}"
