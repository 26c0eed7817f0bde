"""The worker's way in: raw messages that are due, from bytes to ticket."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils.timezone import now

from otklik.lib.inbound import Dropped, Inbound, Reason

from .files import Kept, keep
from .intake import Received, receive
from .models import Channel, RawMessage

BATCH = 50
BATCH_BYTES = 16 * 1024 * 1024  # beyond, a batch takes no further message
# In one transaction, where a store has one writer at a time anyway: what they share is written once. For a few
# hundredths of a second nobody else can write; docs/decisions/0016-mails-filed-together.md.
TOGETHER = 10
TRIES = 5
FIRST_PAUSE = timedelta(seconds=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Understood:
    """A raw message, what it says, and where its files lie."""

    raw: RawMessage
    said: Inbound | Dropped
    files: tuple[Kept, ...] = ()


def read_due() -> bool:
    """Read a batch of what is due; False if there was nothing."""
    due = _batch()
    own = own_addresses() if due else []
    claimed = RawMessage.claim_fresh([raw.pk for raw in due if not raw.tries])
    fresh = [raw for raw in due if raw.pk in claimed]
    together = TOGETHER if connection.vendor == "sqlite" else 1
    for begin in range(0, len(fresh), together):
        take_in(fresh[begin : begin + together], own=own)
    # One that was begun before and not ended may be what ended the worker: it is taken by itself, so that it takes
    # no other along.
    begun = [raw for raw in due if raw.tries and raw.claim()]
    for raw in begun:
        take_in([raw], own=own)
    return bool(fresh or begun)


def _batch() -> list[RawMessage]:
    """What is due first, as many as BATCH and as the memory may hold, each with its channel."""
    sizes = list(RawMessage.objects.due().values_list("pk", Length("body"))[:BATCH])
    filled = accumulate(size for _pk, size in sizes)
    # The first one always: it may be larger than all that may be held.
    numbers = [pk for (pk, size), sum_ in zip(sizes, filled, strict=True) if sum_ - size < BATCH_BYTES]
    rows = list(RawMessage.objects.filter(pk__in=numbers).order_by("due_at", "pk"))
    channels = Channel.objects.select_related("team").in_bulk({raw.channel_id for raw in rows})
    for raw in rows:
        raw.channel = channels[raw.channel_id]
    return rows


def take_in(raws: Sequence[RawMessage], *, own: list[str] | None = None) -> None:
    """Read claimed raw messages and file them. One that fails stays, is tried again, and at last shown to
    administrators.

    `own` are `own_addresses()`, for a caller that has them already.
    """
    own = own_addresses() if own is None else own
    understood = [one for raw in raws if (one := _understood(raw, own))]
    if len(understood) == 1 or not _file_together(understood):
        for one in understood:
            _file_alone(one)


def _understood(raw: RawMessage, own: list[str]) -> Understood | None:
    """All that needs no transaction, and must not be in one: the filter may ask the network, and so may the files."""
    if raw.tries >= TRIES:
        # No failure was ever written down, so each try took the worker with it; it must not take the next one.
        raw.settle(RawMessage.Outcome.FAILED, reason="Reading it ended the worker each time.")
        return None
    try:
        raw.envelope["own"] = own
        said = raw.channel.adapter.read(raw)
        if isinstance(said, Dropped):
            return Understood(raw, said)
        said = raw.channel.adapter.screen(raw, said) if raw.channel.is_screened else said
        return Understood(raw, said, tuple(keep(file) for file in said.files))
    except Exception as failure:  # noqa: BLE001 it is logged there
        _postpone(raw, failure)
        return None


def _file_together(understood: Sequence[Understood]) -> bool:
    """All in one transaction, as it mostly goes; False if one of them is bad: then nothing is filed yet."""
    try:
        with transaction.atomic():
            for one in understood:
                _file(one)
    except Exception as failure:  # noqa: BLE001 the bad one fails again by itself, and is logged then
        log.info("Messages are filed one by one: %r", failure)
        return False
    return True


def _file_alone(one: Understood) -> None:
    try:
        _file(one)
    except Exception as failure:  # noqa: BLE001 it is logged there
        _postpone(one.raw, failure)


def _file(one: Understood) -> None:
    outcome: Inbound | Received | Dropped = one.said
    if isinstance(outcome, Inbound):
        outcome = receive(outcome, channel=one.raw.channel, files=one.files, raw=one.raw, at=one.raw.received_at)
    if isinstance(outcome, Dropped):
        is_fault = outcome.reason == Reason.FAULT
        one.raw.settle(RawMessage.Outcome.FAILED if is_fault else RawMessage.Outcome.DROPPED, reason=outcome.reason)


def own_addresses() -> list[str]:
    """The addresses of all our mailboxes, which are nobody's when a mail is copied to them."""
    return list(Channel.objects.filter(kind="email").values_list("address", flat=True))


def _postpone(raw: RawMessage, failure: Exception) -> None:
    log.exception("The raw message %s could not be read.", raw.pk)
    tries = raw.tries + 1  # `raw` was loaded before the claim counted this one
    reason = f"{type(failure).__name__}: {failure}"[:1000]
    if tries >= TRIES:
        raw.settle(RawMessage.Outcome.FAILED, reason=reason)
        return
    pause = FIRST_PAUSE * 2 ** (tries - 1)
    RawMessage.objects.filter(pk=raw.pk).update(due_at=now() + pause, reason=reason)
