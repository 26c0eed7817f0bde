"""Writing the journal."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils.module_loading import import_string
from django.utils.timezone import now

from otklik.lib.prepared import insert

from .kinds import KINDS
from .models import Event


class OutsideTransaction(RuntimeError):
    """A fact was recorded apart from the change that makes it true."""


def record(
    kind: str, about: models.Model, *, by: models.Model | None = None, at: datetime | None = None, **facts: Any
) -> Event:
    """Add one event, in the transaction that makes it true, and run its *with* reactions.

    `about` and `by` are rows of models that have a `journal_name`; `by=None` is Otklik itself. `facts` must have
    exactly the keys that the kind declares, with values that JSON can hold.

    Raises OutsideTransaction, and ValueError for an undeclared kind or other keys.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    if kind not in KINDS or facts.keys() != KINDS[kind].keys.keys():
        raise ValueError(f"{kind!r} with facts {sorted(facts)} is not declared.")
    event = insert(
        Event(
            kind=kind,
            about=about.journal_name,  # type: ignore[attr-defined]
            about_id=about.pk,
            by=by.journal_name if by else "",  # type: ignore[attr-defined]
            by_id=by.pk if by else None,
            at=at or now(),
            facts=facts,
        )
    )
    event.thing = about
    for name in settings.REACTIONS["with"].get(kind, ()):
        import_string(name)(event)
    return event
