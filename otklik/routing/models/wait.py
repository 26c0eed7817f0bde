"""Tickets that nobody has, and what they ask of whoever takes them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from otklik.staff.models import Member, Skill, Team
from otklik.tickets.models import Ticket

from .assignment import Assignment

BUSY = (Ticket.State.NEW, Ticket.State.OPEN)  # states in which it is our turn


class Need(models.Model):
    """A skill that a route asked for; it stays with the ticket, whoever has it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="needs")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "skill"], name="need_once")]


class WaitQuerySet(models.QuerySet["Wait"]):
    def fresh(self, at: datetime) -> WaitQuerySet:
        """Nobody has looked yet who could take it."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")

    def overdue(self, at: datetime) -> WaitQuerySet:
        """Should have been taken by now, and nobody was told."""
        return self.filter(tell_at__lte=at).order_by("tell_at", "pk")


class Wait(models.Model):
    """A ticket that it is our turn on and that nobody has, in a team that wants to know.

    `needs` are the numbers of the skills that it asks for, in order, with commas; `priority` is the ticket's. `wanted`
    comes first, `besides` not at all: they put it back. `way` stands before the team's, if a rule said so. `due_at` is
    set until somebody has looked who could take it; after that it waits for the team's own `due_at`.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="wait")
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    since = models.DateTimeField()
    priority = models.PositiveSmallIntegerField()
    needs = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=15, choices=Assignment.Way, blank=True)
    wanted = models.ForeignKey(Member, models.SET_NULL, null=True, db_index=False, related_name="+")
    besides = models.ForeignKey(Member, models.SET_NULL, null=True, db_index=False, related_name="+")
    due_at = models.DateTimeField(null=True)
    tell_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = WaitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "-priority", "since"], name="wait_in_order"),
            models.Index(fields=["team", "needs"], name="wait_needs"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="wait_fresh"),
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="wait_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.since:%Y-%m-%d %H:%M}"

    @property
    def skills(self) -> frozenset[int]:
        return frozenset(map(int, filter(None, self.needs.split(","))))


def needs_of(ticket: Ticket) -> str:
    """The skills that a ticket asks for, as a wait keeps them."""
    return ",".join(map(str, sorted(ticket.needs.values_list("skill", flat=True))))
