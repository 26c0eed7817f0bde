"""One thing to be done on a ticket: a line of its checklist, or a task with somebody who does it and a due time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Max
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.models import Member
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import Actor
from otklik.work.errors import DueHasPassed, NoTask, TooManyTasks

TITLE_MAX = 250  # characters
TASKS_MAX = 200  # of one ticket
BULLET = re.compile(r"^(?:[-*•–—]|\d{1,3}[.)])\s+|^\[[ xх]?\]\s*", re.IGNORECASE)  # cyrillic: the letter like an x


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, member: Member) -> TaskQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(member))

    def open(self) -> TaskQuerySet:
        return self.filter(done_at=None)

    def by_due(self) -> TaskQuerySet:
        """What is due first, first; what has no time, last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def to_tell(self, at: datetime) -> TaskQuerySet:
        return self.open().filter(tell_at__lte=at).order_by("tell_at", "pk")


class Task(models.Model):
    """`tell_at` is when somebody is to be told that it is due; null when nobody is, or was told."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=TITLE_MAX)
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="tasks")
    due_at = models.DateTimeField(null=True)
    tell_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["tell_at"], condition=models.Q(tell_at__isnull=False), name="task_tell"),
            models.Index(fields=["assignee", "due_at"], condition=models.Q(done_at=None), name="task_open"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, at: datetime) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at <= at

    def finish(self, *, by: Member, at: datetime | None = None) -> bool:
        """It is done; False if it was already."""
        at = at or now()
        done = {"done_at": at, "done_by": by, "tell_at": None}
        return self._move(Task.objects.open(), done, "task.done", by=by, at=at)

    def reopen(self, *, by: Member, at: datetime | None = None) -> bool:
        """It is to be done after all; False if it was not done. A due time that has passed tells nobody again."""
        at = at or now()
        ahead = self.due_at if self.due_at and self.due_at > at else None
        undone = {"done_at": None, "done_by": None, "tell_at": ahead}
        return self._move(Task.objects.exclude(done_at=None), undone, "task.reopened", by=by, at=at)

    def change(
        self, *, title: str, assignee: Member | None, due_at: datetime | None, by: Member, at: datetime | None = None
    ) -> bool:
        """Say anew what is to be done, by whom and when; whether it changed. Raises NoTask, DueHasPassed."""
        at, title = at or now(), clean_title(title)
        before = {"title": self.title, "assignee": self.assignee, "due_at": self.due_at}
        wanted: dict[str, Any] = {"title": title, "assignee": assignee, "due_at": due_at}
        if not title:
            raise NoTask
        if wanted == before:
            return False
        if due_at != self.due_at:
            if due_at and due_at <= at:
                raise DueHasPassed
            wanted["tell_at"] = due_at if self.done_at is None else None
        told = assignee.pk if assignee and assignee != self.assignee else None
        facts = {"told": told, "due": due_at.isoformat() if due_at else None}
        return self._move(Task.objects.filter(**before), wanted, "task.changed", by=by, at=at, **facts)

    def remove(self, *, by: Member, at: datetime | None = None) -> bool:
        """It need not be done, nor seen; False if it is gone already."""
        with transaction.atomic():
            gone, _rows = Task.objects.filter(pk=self.pk).delete()
            if gone:
                record("task.removed", self.ticket, by=by, at=at, task=self.pk, title=self.title)
        return bool(gone)

    def move(self, by: int) -> None:
        """So many places down its list, or up."""
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=self.ticket_id)
            listed = list(Task.objects.filter(ticket=self.ticket_id).values_list("pk", flat=True))
            here = listed.index(self.pk)
            listed.insert(max(0, here + by), listed.pop(here))
            for position, pk in enumerate(listed):
                Task.objects.filter(pk=pk).exclude(position=position).update(position=position)

    def tell(self, *, at: datetime) -> bool:
        """Tell that it is due; False if it was told, or is not due any more.

        Its assignee is told, unless they may not see the ticket any more.
        """
        with transaction.atomic():
            due = Task.objects.open().filter(pk=self.pk, tell_at=self.tell_at)
            if not due.update(tell_at=None):
                return False
            sees = self.assignee and Ticket.objects.visible_to(self.assignee).filter(pk=self.ticket_id).exists()
            told = self.assignee_id if sees else None
            record("task.due", self.ticket, at=at, task=self.pk, title=self.title, told=told)
        return True

    def _move(
        self, still: TaskQuerySet, to: Mapping[str, Any], kind: str, *, by: Actor, at: datetime, **facts: Any
    ) -> bool:
        with transaction.atomic():
            if not still.filter(pk=self.pk).update(**to):
                return False
            for name, value in to.items():
                setattr(self, name, value)
            record(kind, self.ticket, by=by, at=at, task=self.pk, title=self.title, **facts)
        return True


def clean_title(line: str) -> str:
    """A line as it was typed or pasted, without the bullet that stands before it."""
    plain = " ".join(line.replace("\0", "").split())
    return BULLET.sub("", BULLET.sub("", f"{plain} "))[:TITLE_MAX].strip()


def titles_in(text: str) -> list[str]:
    return [title for line in text.splitlines() if (title := clean_title(line))]


def add_tasks(ticket: Ticket, text: str, *, by: Actor, at: datetime | None = None) -> list[Task]:
    """A task of every line, behind those that are there. Raises NoTask, TooManyTasks."""
    titles = titles_in(text)
    if not titles:
        raise NoTask
    with transaction.atomic():
        # Its row is ours: of two who add at once, the second goes behind the first.
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        there = Task.objects.filter(ticket=ticket)
        if there.count() + len(titles) > TASKS_MAX:
            raise TooManyTasks(ticket=ticket, most=TASKS_MAX)
        begin = next_position(ticket)
        made = [Task(ticket=ticket, title=title, position=begin + n) for n, title in enumerate(titles)]
        Task.objects.bulk_create(made)
        for task in made:
            record("task.added", ticket, by=by, at=at, task=task.pk, title=task.title)
    return made


def next_position(ticket: Ticket) -> int:
    last: int | None = Task.objects.filter(ticket=ticket).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
