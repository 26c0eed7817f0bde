"""The shapes of tasks and of time spent."""

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from otklik.work.durations import LONGEST
from otklik.work.models.spell import NOTE_MAX
from otklik.work.models.task import TITLE_MAX

from .finding import Moment
from .schemas import Named, Number, Strict

Minutes = Annotated[int, Field(ge=1, le=LONGEST)]


class TaskOut(Schema):
    id: int
    ticket: int
    title: str
    assignee: Named | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: Named | None


class TaskPage(Schema):
    items: list[TaskOut]
    next: str | None


class TaskIn(Strict):
    title: str = Field(min_length=1, max_length=TITLE_MAX)
    assignee: Number | None = None
    due_at: Moment | None = None


class TaskChange(Strict):
    """Only what is named changes; all of it or nothing."""

    title: str | None = Field(None, min_length=1, max_length=TITLE_MAX)
    assignee: Number | None = None
    due_at: Moment | None = None
    done: bool | None = None


class SpellOut(Schema):
    """`member` is null for somebody whose account is gone."""

    id: int
    ticket: int
    member: Named | None
    minutes: int
    day: date
    note: str


class SpellPage(Schema):
    items: list[SpellOut]
    next: str | None


class TimeOut(SpellPage):
    total_minutes: int


class SpellIn(Strict):
    minutes: Minutes
    day: date | None = None
    note: str = Field("", max_length=NOTE_MAX)


class SpellChange(Strict):
    minutes: Minutes | None = None
    day: date | None = None
    note: str | None = Field(None, max_length=NOTE_MAX)
