"""The journal's tables: what happened, how far each reader has read, and what a reader could not digest."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection, models
from django.utils.timezone import now


class Position(NamedTuple):
    """A place in the journal. Readers go by (tx, id): on PostgreSQL ids become visible out of order, see `settled`."""

    tx: int
    id: int

    def __str__(self) -> str:
        return f"{self.tx}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """The position written by `str`; None if the text is anything else."""
        tx, _, id_ = text.partition("-")
        return cls(int(tx), int(id_)) if tx.isdecimal() and id_.isdecimal() and len(text) < 40 else None


class TransactionId(models.Func):
    """The number of the writing transaction: PostgreSQL's, and 0 on SQLite, where one writer at a time is a rule."""

    template = "0"
    arity = 0
    output_field = models.BigIntegerField()
    # Django wants to know whether it may stand in a column's default.
    allowed_default = True

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(pg_current_xact_id()::text::bigint)", **context)


# The number below which every transaction of this database has ended. Those of other databases of the server do not
# concern us, and may be open for hours; PostgreSQL's own answer, pg_snapshot_xmin, waits for them too. A transaction
# gets its number, shown in 32 of its 64 bits, before any later one ends, so all below `next` that are open are listed.
_SETTLED_BELOW = """
    WITH here AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next),
        running AS (
            SELECT (next - backend_xid::text::bigint) & 4294967295 AS back
            FROM here, pg_stat_get_activity(NULL)
            WHERE backend_xid IS NOT NULL
                AND datid = (SELECT oid FROM pg_database WHERE datname = current_database())
        )
    SELECT next - coalesce((SELECT max(back) FROM running WHERE back < 2147483648), 0) FROM here
"""
_BELOW_ALL = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def settled_below() -> int:
    """PostgreSQL: the number below which no transaction can still add events.

    True for what is asked afterwards: a question that began before may not see yet what just ended. Within
    a transaction the list of the others may be old, so there it answers more cautiously.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BELOW_ALL if connection.in_atomic_block else _SETTLED_BELOW)
        return int(cursor.fetchone()[0])


class EventQuerySet(models.QuerySet["Event"]):
    def settled(self) -> EventQuerySet:
        """Events before which no other can still appear: a reader that stops here steps over nothing."""
        if connection.vendor == "postgresql":
            return self.filter(tx__lt=settled_below())
        return self

    def after(self, position: Position) -> EventQuerySet:
        """In order, those beyond a place."""
        if connection.vendor == "sqlite":
            # All events have one transaction number there, so a question about it would walk the whole journal.
            return self.filter(id__gt=position.id).order_by("id")
        newer = models.Q(tx__gt=position.tx) | models.Q(id__gt=position.id)
        return self.filter(newer, tx__gte=position.tx).order_by("tx", "id")

    def about(self, thing: models.Model) -> EventQuerySet:
        """The history of one thing, oldest first."""
        return self.filter(about=thing.journal_name, about_id=thing.pk).order_by("id")  # type: ignore[attr-defined]


class Event(models.Model):
    """One fact. Rows are added by `record` and never changed, but for the scrubbing of personal data."""

    tx = models.BigIntegerField(db_default=TransactionId(), editable=False)
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=20)
    about_id = models.BigIntegerField()
    by = models.CharField(max_length=20, blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    # What it is about, as whoever records it has it; known to *with* reactions only, None in what was read.
    thing: models.Model | None = None

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tx", "id"], name="journal_in_order"),
            models.Index(fields=["about", "about_id", "id"], name="journal_about"),
        ]

    @property
    def position(self) -> Position:
        return Position(self.tx, self.id)


class Reader(models.Model):
    """How far one *after* reader has come. `due_at` is its lease, then the time of its next try."""

    name = models.CharField(max_length=60, primary_key=True)
    tx = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    @property
    def position(self) -> Position:
        return Position(self.tx, self.event_id)


class Parked(models.Model):
    """An event that a reader failed on time and again: set aside so that the rest goes on, shown to administrators."""

    reader = models.ForeignKey(Reader, models.CASCADE)
    event = models.ForeignKey(Event, models.CASCADE)
    error = models.TextField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "event"], name="parked_once")]
