"""The worker's way out: deliveries that are due, handed to their channels; the channels beside each other."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.db import connections
from django.utils.timezone import now

from .models import Delivery, Message
from .models.delivery import LEASE

BATCH = 50
BESIDE_MAX = 20  # channels that send at the same time
KEEP_EVERY = LEASE.total_seconds() / 4

log = logging.getLogger(__name__)


class SendFailed(Exception):
    """A channel could not send. `retry` tells whether a later try may go better, `reason` what people can do."""

    def __init__(self, why: str, *, retry: bool, reason: str = "") -> None:
        super().__init__(why)
        self.retry = retry
        self.reason = reason


class Postponed(Exception):
    """A channel has sent as much as it may, and goes on at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


class Held(Exception):
    """A channel kept the message in the local outbox, since it has nowhere to send it."""


def send_due(channel: int | None = None, *, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Send a batch of what is due, on one channel or on all; False if there was nothing. Ends early if `is_over`."""
    due = Delivery.objects.due() if channel is None else Delivery.objects.due().filter(channel=channel)
    return any([attempt(delivery) for delivery in due[:BATCH] if not is_over() and delivery.claim()])


class Senders:
    """The duty: each channel sends in a thread of its own, so a server that is slow or silent holds up its own mail
    and no other. What is in their hands stays claimed for as long as it takes: another try meanwhile would send it
    twice. `close` ends all sending.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.threads = ThreadPoolExecutor(BESIDE_MAX, "sending")
        self.busy: dict[int, Future[None]] = {}
        self.kept_at = time.monotonic()

    def __call__(self) -> bool:
        """Set every channel to work that has something due; False if none had. Raises what a thread raised."""
        self.keep_claims()
        for channel in [channel for channel, work in self.busy.items() if work.done()]:
            self.busy.pop(channel).result()
        waiting = Delivery.objects.due().order_by().values_list("channel", flat=True).distinct()
        idle = [channel for channel in waiting if channel not in self.busy]
        for channel in idle:
            self.busy[channel] = self.threads.submit(self.work, channel)
        return bool(idle)

    def keep_claims(self) -> None:
        if IN_HAND and time.monotonic() - self.kept_at > KEEP_EVERY:
            self.kept_at = time.monotonic()
            Delivery.objects.keep(list(IN_HAND))

    def work(self, channel: int) -> None:
        try:
            while send_due(channel, is_over=self.stop.is_set):
                pass
        finally:
            connections.close_all()

    def close(self) -> None:
        """Let everybody end the mail that they are at, and no more."""
        self.stop.set()
        self.threads.shutdown(cancel_futures=True)


IN_HAND: set[int] = set()  # the deliveries that this process is handing over just now
senders = Senders()


def send_now(message: Message) -> None:
    """Send what needs no network, without waiting for a worker; one that comes meanwhile finds nothing to do."""
    for delivery in Delivery.objects.due().filter(message=message).select_related("channel", "message__ticket"):
        if delivery.channel.is_live and delivery.claim():
            attempt(delivery)


def attempt(delivery: Delivery) -> bool:
    """Hand one claimed delivery to its channel and write down how it went."""
    try:
        hand_over(delivery)
    except Held:
        delivery.mark_held()
    except Postponed as pause:
        delivery.postpone(pause.until)
    except SendFailed as failure:
        delivery.mark_failed(str(failure), retry=failure.retry, reason=failure.reason)
    except Exception as failure:
        # A fault of ours must not stop the deliveries behind this one, and must be seen on it.
        log.exception("The delivery %s failed.", delivery.pk)
        delivery.mark_failed(f"{type(failure).__name__}: {failure}", retry=True)
    else:
        delivery.mark_sent()
        # The server answers again: whatever would wait long for that need not.
        away = Delivery.objects.stopped().filter(channel=delivery.channel_id, reason=Delivery.Trouble.UNREACHABLE)
        away.filter(due_at__gt=now() + LEASE).hurry()
    return True


def hand_over(delivery: Delivery) -> None:
    """Give it to its channel. Raises what the channel raises."""
    IN_HAND.add(delivery.pk)
    try:
        delivery.channel.adapter.send(delivery)
    finally:
        IN_HAND.discard(delivery.pk)
