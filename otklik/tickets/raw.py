"""The worker's way in: raw messages that are due, one by one, from bytes to ticket."""

import logging
from datetime import timedelta
from itertools import accumulate

from django.db.models.functions import Length
from django.utils.timezone import now

from otklik.lib.inbound import Dropped, Reason

from .files import keep
from .intake import receive
from .models import Channel, RawMessage

BATCH = 50
BATCH_BYTES = 16 * 1024 * 1024  # beyond, a batch takes no further message
TRIES = 5
FIRST_PAUSE = timedelta(seconds=10)

log = logging.getLogger(__name__)


def read_due() -> bool:
    """Read a batch of what is due; False if there was nothing."""
    due = _batch()
    own = own_addresses() if due else []
    fresh = RawMessage.claim_fresh([raw.pk for raw in due if not raw.tries])
    # One that was begun before and not ended may be what ended the worker: it is taken by itself, so that it takes
    # no other along.
    mine = (raw for raw in due if (raw.claim() if raw.tries else raw.pk in fresh))
    return any([understand(raw, own=own) for raw in mine])


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


def understand(raw: RawMessage, *, own: list[str] | None = None) -> bool:
    """Read one claimed raw message. A failure stays on the row, is tried again, and at last shown to administrators.

    `own` are `own_addresses()`, for a caller that has them already.
    """
    if raw.tries >= TRIES:
        # No failure was ever written down, so each try took the worker with it; it must not take the next one.
        raw.settle(RawMessage.Outcome.FAILED, reason="Reading it ended the worker each time.")
        return True
    try:
        raw.envelope["own"] = own_addresses() if own is None else own
        outcome = raw.channel.adapter.read(raw)
        if not isinstance(outcome, Dropped):
            outcome = raw.channel.adapter.screen(raw, outcome) if raw.channel.is_screened else outcome
            files = tuple(keep(file) for file in outcome.files)
            outcome = receive(outcome, channel=raw.channel, files=files, raw=raw, at=raw.received_at)
        if isinstance(outcome, Dropped):
            is_fault = outcome.reason == Reason.FAULT
            raw.settle(RawMessage.Outcome.FAILED if is_fault else RawMessage.Outcome.DROPPED, reason=outcome.reason)
    except Exception as failure:
        log.exception("The raw message %s could not be read.", raw.pk)
        _postpone(raw, failure)
    return True


def own_addresses() -> list[str]:
    """The addresses of all our mailboxes, which are nobody's when a mail is copied to them."""
    return list(Channel.objects.filter(kind="email").values_list("address", flat=True))


def _postpone(raw: RawMessage, failure: Exception) -> None:
    tries = raw.tries + 1  # `raw` was loaded before the claim counted this one
    reason = f"{type(failure).__name__}: {failure}"[:1000]
    if tries >= TRIES:
        raw.settle(RawMessage.Outcome.FAILED, reason=reason)
        return
    pause = FIRST_PAUSE * 2 ** (tries - 1)
    RawMessage.objects.filter(pk=raw.pk).update(due_at=now() + pause, reason=reason)
