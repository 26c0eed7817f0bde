"""Statements whose text is made once: for the few that a worker repeats for each of thousands of messages.

Django makes the text of a statement anew each time, which costs several times what the store needs to carry it out.
Most pages do not notice that; a worker that files mail would do little else, and so would the page of a ticket with
its long questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models.fields import NOT_PROVIDED
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row", bound=models.Model)

# What stands in a statement where its values will: something that nobody asks for.
_MARKS: dict[type, Callable[[int], Any]] = {
    str: "\N{REPLACEMENT CHARACTER}{}".format,
    int: lambda place: -7_919_000_000_000 - place,
    datetime: lambda place: datetime(1, 1, 1 + place, 7, 9, 19, tzinfo=UTC),
}

# Values of these types are what the driver takes for such fields.
_PLAIN: dict[type, type] = {
    models.BigIntegerField: int,
    models.BooleanField: bool,
    models.CharField: str,
    models.ForeignKey: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.TextField: str,
}


@lru_cache(maxsize=100)
def _moment(at: datetime) -> Any:
    """A time as the driver takes it; what belongs to one mail happens at one time."""
    return connection.ops.adapt_datetimefield_value(at)


def _taken(value: Any) -> Any:
    return _moment(value) if isinstance(value, datetime) else value


class Answer(NamedTuple):
    rows: list[Any]
    changed: int


def _carry_out(text: str, values: Sequence[Any]) -> Answer:
    """What the store answers to a statement.

    SQLite's driver is asked past Django's cursor, which looks for the places of the values anew each time, and takes
    longer for it all than most statements do; unless somebody listens.
    """
    store = transaction.get_connection()
    # As `save` does it: whoever catches an error within a transaction may not go on in that.
    with transaction.mark_for_rollback_on_error(store.alias):
        if store.vendor != "sqlite" or store.queries_logged or store.execute_wrappers:
            with store.cursor() as cursor:
                cursor.execute(text, values)
                return Answer(cursor.fetchall() if cursor.description else [], cursor.rowcount)
        store.ensure_connection()
        store.validate_no_broken_transaction()
        with store.wrap_database_errors:
            cursor = store.connection.execute(_with_question_marks(text), values)
            return Answer(cursor.fetchall(), cursor.rowcount)


@lru_cache(maxsize=300)
def _with_question_marks(text: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", text).replace("%%", "%")


_PREPARED: WeakSet[_Prepared] = WeakSet()


class _Prepared:
    """A statement that is made once, with marks in the places of its values."""

    def __init__(self, ask: Callable[..., Any], *kinds: type) -> None:
        self._ask = ask
        self._marks = [_MARKS[kind](place) for place, kind in enumerate(kinds)]
        _PREPARED.add(self)

    def forget(self) -> None:
        for name in ("_compiler", "_statement", "_is_empty", "_shape"):
            self.__dict__.pop(name, None)

    @cached_property
    def _compiler(self) -> Any:
        raise NotImplementedError

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        text, given = self._compiler.as_sql()
        return text, tuple(given)

    def _with(self, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """The text, and what to give to the driver with it."""
        text, given = self._statement
        filled = dict(zip(map(_taken, self._marks), map(_taken, values), strict=True))
        return text, [filled.get(one, one) for one in given]


class Change(_Prepared):
    """A guarded UPDATE: the rows it concerns, and what to write, by values of some kinds.

        Change(lambda key, name: (Tag.objects.filter(pk=key), {"name": name}), int, str)

    As for a Question, it must depend on nothing but the values, which may be a `datetime` too.
    """

    def __call__(self, *values: Any) -> int:
        """How many rows it changed."""
        return _carry_out(*self._with(values)).changed

    @cached_property
    def _compiler(self) -> Any:
        rows, written = self._ask(*self._marks)
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(written)
        query.clear_ordering(force=True)
        return query.get_compiler(connection=connection)


class Columns(_Prepared):
    """Values by values of some kinds: what a queryset’s `values_list` answers.

    The queryset is asked for once, so it must depend on nothing but the values.
    """

    def __call__(self, *values: Any) -> list[Any]:
        if self._is_empty:
            return []
        return list(self._rows(_carry_out(*self._with(values)).rows))

    @cached_property
    def _is_empty(self) -> bool:
        """Whether Django knows without asking that nothing is found."""
        try:
            return not self._statement
        except EmptyResultSet:
            return True

    @cached_property
    def _compiler(self) -> Any:
        return self._ask(*self._marks).query.get_compiler(connection=connection)

    def _rows(self, found: list[Any]) -> Iterator[Any]:
        return map(tuple, self._compiler.results_iter([found]))


class Question(Columns, Generic[Row]):
    """Rows by values of some kinds: `Question(lambda name: Tag.objects.filter(name=name), str)`.

    Related rows come by `select_related`, other columns by `annotate`.
    """

    def __init__(self, ask: Callable[..., models.QuerySet[Row]], *kinds: type) -> None:
        super().__init__(ask, *kinds)

    def __call__(self, *values: Any) -> list[Row]:
        return super().__call__(*values)

    def first(self, *values: Any) -> Row | None:
        return next(iter(self(*values)), None)

    @cached_property
    def _shape(self) -> Shape:
        compiler = self._compiler
        columns, classes = compiler.select, compiler.klass_info
        first, last = classes["select_fields"][0], classes["select_fields"][-1] + 1
        return Shape(
            classes["model"],
            slice(first, last),
            [column.target.attname for column, _sql, _alias in columns[first:last]],
            get_related_populators(classes, columns, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
            compiler.get_converters([column for column, _sql, _alias in columns]),
            compiler.annotation_col_map,
        )

    def _rows(self, found: list[Any]) -> Iterator[Row]:
        """As Django's own `ModelIterable` makes them."""
        shape = self._shape
        for values in self._compiler.apply_converters(found, shape.converters):
            row = shape.model.from_db(DEFAULT_DB_ALIAS, shape.names, values[shape.own])
            for one in shape.related:
                one.populate(values, row)
            for name, place in shape.added.items():
                setattr(row, name, values[place])
            yield row


@dataclass(frozen=True)
class Shape:
    """How the columns of an answer become a row and its related rows."""

    model: Any
    own: slice
    names: Sequence[str]
    related: Sequence[Any]
    converters: Mapping[int, Any]
    added: Mapping[str, int]


@dataclass(frozen=True)
class Returned:
    """A column that the store answers to an INSERT: the key, or what it made up."""

    name: str
    column: Any
    converters: tuple[Callable[[Any, Any, Any], Any], ...]

    def value(self, answered: Any) -> Any:
        """As Python has it: SQLite says 1 for True."""
        for convert in self.converters:
            answered = convert(answered, self.column, connection)
        return answered


@dataclass(frozen=True)
class Insertion:
    """`fields` by their attributes, each with the type of value that the driver takes as it is."""

    text: str
    fields: Mapping[str, tuple[Any, type | None]]
    returning: str
    returned: tuple[Returned, ...]

    def values(self, row: models.Model) -> list[Any]:
        known = vars(row)
        return [
            value if (value := known[name]) is None or type(value) is plain else _given(field, value)
            for name, (field, plain) in self.fields.items()
        ]


def insert(row: Row) -> Row:
    """Do what `row.save(force_insert=True)` does; the row.

    For models without parents and signals, whose fields take no expressions and have nothing to do before they are
    saved. What has a default in the store is left to it.
    """
    made = _insertion(type(row))
    answer = _carry_out(made.returning, made.values(row)).rows[0]
    for one, answered in zip(made.returned, answer, strict=True):
        setattr(row, one.name, one.value(answered))
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def insert_new(rows: Sequence[models.Model]) -> int:
    """Do what `bulk_create(rows, ignore_conflicts=True)` does, leaving out those that break a constraint; how many
    were new.
    """
    if not rows:
        return 0
    made = _insertion(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f"{made.text} ON CONFLICT DO NOTHING", [made.values(row) for row in rows])
        return int(cursor.rowcount)


@lru_cache(maxsize=100)
def _insertion(model: type[models.Model]) -> Insertion:
    meta: Any = model._meta
    quoted = connection.ops.quote_name
    fields = [field for field in meta.local_concrete_fields if not field.generated and field is not meta.auto_field]
    given = [field for field in fields if field.db_default is NOT_PROVIDED]
    columns, marks = ", ".join(quoted(field.column) for field in given), ", ".join(["%s"] * len(given))
    returned = [field.get_col(meta.db_table) for field in meta.db_returning_fields]
    back = ", ".join(quoted(column.target.column) for column in returned)
    text = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 our names
    return Insertion(
        text,
        {field.attname: (field, _PLAIN.get(type(field))) for field in given},
        f"{text} RETURNING {back}",
        tuple(Returned(column.target.attname, column, _converters(column)) for column in returned),
    )


def _converters(column: Any) -> tuple[Callable[[Any, Any, Any], Any], ...]:
    return (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))


def set_columns(row: models.Model, **values: Any) -> None:
    """Write some columns of a row, by its key: `filter(pk=row.pk).update(…)` for plain values. The object stays."""
    prepared = [_given(row._meta.get_field(name), _key_of(value)) for name, value in values.items()]
    _carry_out(_update(type(row), tuple(values)), [*prepared, row.pk])


def _key_of(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _given(field: Any, value: Any) -> Any:
    """A value as the driver takes it: most need nothing done, and asking the field costs more than all the rest."""
    if value is None or type(value) is _PLAIN.get(type(field)):
        return value
    if type(field) is models.DateTimeField and isinstance(value, datetime):
        return _moment(value)
    return field.get_db_prep_save(value, transaction.get_connection())


@lru_cache(maxsize=100)
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    meta: Any = model._meta
    quoted = connection.ops.quote_name
    columns = ", ".join(f"{quoted(meta.get_field(name).column)} = %s" for name in names)
    return f"UPDATE {quoted(meta.db_table)} SET {columns} WHERE {quoted(meta.pk.column)} = %s"  # noqa: S608 our names


def forget_statements() -> None:
    """Make every text anew when it is next asked for: the default store is of another kind from now on."""
    for one in _PREPARED:
        one.forget()
    for made in (_moment, _insertion, _update):
        made.cache_clear()
