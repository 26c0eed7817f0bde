"""What is to be done on tickets, and the time that they took, over the API."""

from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status

from otklik.lib.keyset import page
from otklik.staff.models import Member
from otklik.tickets.errors import NotInTeam, TicketMerged
from otklik.tickets.models import Ticket
from otklik.work.models import Spell, Task
from otklik.work.models.spell import spend
from otklik.work.models.task import add_tasks

from .access import ApiRequest, Bearer, visible_ticket
from .changing import known_row
from .finding import Limit, Moment
from .repeating import once
from .schemas import Number
from .showing import named
from .work_schemas import SpellChange, SpellIn, SpellOut, SpellPage, TaskChange, TaskIn, TaskOut, TaskPage, TimeOut

READ, WRITE = Bearer("tickets:read"), Bearer("tickets:write")

Rows = TypeVar("Rows", bound=QuerySet[Any])

router = Router(tags=["work"])


class TaskFilter(Schema):
    ticket: Number | None = None
    assignee: Number | None = None
    done: bool | None = None
    due_before: Moment | None = None
    cursor: str = ""
    limit: Limit = 50


class SpellFilter(Schema):
    """`since` and `until` are days, both of them included."""

    ticket: Number | None = None
    member: Number | None = None
    since: date | None = None
    until: date | None = None
    cursor: str = ""
    limit: Limit = 50


@router.get("tasks", auth=READ, response=TaskPage)
def list_tasks(request: ApiRequest, wanted: Query[TaskFilter]) -> TaskPage:
    """Tasks on tickets that the token’s member sees, the newest first."""
    columns = {"ticket": "ticket", "assignee": "assignee", "due_before": "due_at__lt"}
    rows = _narrowed(Task.objects.visible_to(request.auth.member), wanted, columns)
    if wanted.done is not None:
        rows = rows.filter(done_at__isnull=not wanted.done)
    rows = rows.select_related("assignee", "done_by")
    found = page(rows, order=("id",), cursor=wanted.cursor, size=wanted.limit)
    return TaskPage(items=[show_task(row) for row in found.rows], next=found.next or None)


@router.get("tickets/{number}/tasks", auth=READ, response=TaskPage)
def tasks_of(request: ApiRequest, number: int) -> TaskPage:
    """The checklist of a ticket, whole and in its order."""
    ticket = visible_ticket(request.auth.member, number)
    rows = Task.objects.filter(ticket=ticket).select_related("assignee", "done_by")
    return TaskPage(items=[show_task(row) for row in rows], next=None)


@router.post("tickets/{number}/tasks", auth=WRITE, response={201: TaskOut})
def add_task(request: ApiRequest, number: int, wanted: TaskIn) -> Status[TaskOut]:
    """A task at the end of the checklist."""
    ticket = _alive(request, number)
    made = once(request, wanted, lambda: _add(ticket, wanted, by=request.auth.member))
    return Status(201, show_task(_task(request, number, made)))


@transaction.atomic
def _add(ticket: Ticket, wanted: TaskIn, *, by: Member) -> int:
    task = add_tasks(ticket, " ".join(wanted.title.split()), by=by)[0]
    assignee = _assignee(ticket, wanted.assignee)
    task.change(title=task.title, assignee=assignee, due_at=wanted.due_at, by=by)
    return task.pk


@router.patch("tickets/{number}/tasks/{task_id}", auth=WRITE, response=TaskOut)
def change_task(request: ApiRequest, number: int, task_id: int, wanted: TaskChange) -> TaskOut:
    """Change what is named; all of it or nothing."""
    task = _task(request, number, task_id)
    _change(task, wanted, by=request.auth.member)
    return show_task(_task(request, number, task_id))


@transaction.atomic
def _change(task: Task, wanted: TaskChange, *, by: Member) -> None:
    named_ = wanted.model_fields_set
    keeps = "assignee" not in named_ or wanted.assignee == task.assignee_id
    assignee = task.assignee if keeps else _assignee(task.ticket, wanted.assignee)
    due_at = wanted.due_at if "due_at" in named_ else task.due_at
    task.change(title=wanted.title or task.title, assignee=assignee, due_at=due_at, by=by)
    if wanted.done is not None:
        task.finish(by=by) if wanted.done else task.reopen(by=by)


@router.delete("tickets/{number}/tasks/{task_id}", auth=WRITE, response={204: None})
def remove_task(request: ApiRequest, number: int, task_id: int) -> Status[None]:
    """It need not be done."""
    _task(request, number, task_id).remove(by=request.auth.member)
    return Status(204, None)


@router.get("time", auth=READ, response=SpellPage)
def list_time(request: ApiRequest, wanted: Query[SpellFilter]) -> SpellPage:
    """Time spent on tickets that the token’s member sees, the last written down first, without timers that run."""
    columns = {"ticket": "ticket", "member": "member", "since": "day__gte", "until": "day__lte"}
    rows = _narrowed(Spell.objects.visible_to(request.auth.member).over(), wanted, columns).select_related("member")
    found = page(rows, order=("id",), cursor=wanted.cursor, size=wanted.limit)
    return SpellPage(items=[show_spell(row) for row in found.rows], next=found.next or None)


@router.get("tickets/{number}/time", auth=READ, response=TimeOut)
def time_of(request: ApiRequest, number: int, cursor: str = "", limit: Limit = 50) -> TimeOut:
    """Time spent on a ticket, the last written down first, and the sum of all."""
    rows = Spell.objects.over().filter(ticket=visible_ticket(request.auth.member, number))
    total = rows.aggregate(total=Sum("minutes"))["total"] or 0
    found = page(rows.select_related("member"), order=("id",), cursor=cursor, size=limit)
    return TimeOut(items=[show_spell(row) for row in found.rows], next=found.next or None, total_minutes=total)


@router.post("tickets/{number}/time", auth=WRITE, response={201: SpellOut})
def add_time(request: ApiRequest, number: int, wanted: SpellIn) -> Status[SpellOut]:
    """Write down time of the token’s member, of today unless a day is named."""
    ticket, me = _alive(request, number), request.auth.member
    made = once(request, wanted, lambda: spend(ticket, wanted.minutes, by=me, day=wanted.day, note=wanted.note).pk)
    return Status(201, show_spell(get_object_or_404(Spell.objects.visible_to(me).select_related("member"), pk=made)))


@router.patch("tickets/{number}/time/{spell_id}", auth=WRITE, response=SpellOut)
def change_time(request: ApiRequest, number: int, spell_id: int, wanted: SpellChange) -> SpellOut:
    """Correct what the token’s member wrote down."""
    spell = _mine(request, number, spell_id)
    minutes = wanted.minutes or spell.minutes or 0
    note = spell.note if wanted.note is None else wanted.note
    spell.change(minutes=minutes, day=wanted.day or spell.day, note=note, by=request.auth.member)
    return show_spell(spell)


@router.delete("tickets/{number}/time/{spell_id}", auth=WRITE, response={204: None})
def remove_time(request: ApiRequest, number: int, spell_id: int) -> Status[None]:
    """Take back what the token’s member wrote down."""
    _mine(request, number, spell_id).remove(by=request.auth.member)
    return Status(204, None)


def _narrowed(rows: Rows, wanted: Schema, columns: dict[str, str]) -> Rows:
    given = wanted.model_dump(exclude_none=True)
    return rows.filter(**{column: given[name] for name, column in columns.items() if name in given})


def _alive(request: ApiRequest, number: int) -> Ticket:
    """The ticket, if work can be written on it. Raises TicketMerged."""
    ticket = visible_ticket(request.auth.member, number)
    if ticket.merged_into_id:
        raise TicketMerged(ticket=ticket, into=ticket.survivor())
    return ticket


def _assignee(ticket: Ticket, number: int | None) -> Member | None:
    """Raises ValidationError for a number that is nobody’s, NotInTeam."""
    if number is None:
        return None
    member = known_row(Member, number, "assignee")
    if not Member.objects.answering(ticket.team).filter(pk=member.pk).exists():
        raise NotInTeam(member=member, team=ticket.team)
    return member


def _task(request: ApiRequest, number: int, task_id: int) -> Task:
    rows = Task.objects.visible_to(request.auth.member).select_related("ticket__team", "assignee", "done_by")
    return get_object_or_404(rows, pk=task_id, ticket=number)


def _mine(request: ApiRequest, number: int, spell_id: int) -> Spell:
    me = request.auth.member
    rows = Spell.objects.visible_to(me).over().filter(member=me).select_related("ticket", "member")
    return get_object_or_404(rows, pk=spell_id, ticket=number)


def show_task(task: Task) -> TaskOut:
    return TaskOut(
        id=task.pk,
        ticket=task.ticket_id,
        title=task.title,
        assignee=named(task.assignee),
        due_at=task.due_at,
        done_at=task.done_at,
        done_by=named(task.done_by),
    )


def show_spell(spell: Spell) -> SpellOut:
    return SpellOut(
        id=spell.pk,
        ticket=spell.ticket_id,
        member=named(spell.member),
        minutes=spell.minutes or 0,
        day=spell.day,
        note=spell.note,
    )
