"""The worker's way out: deliveries that are due, handed to their channels one by one."""

import logging
from datetime import datetime

from .models import Delivery, Message

BATCH = 50

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


def send_due() -> bool:
    """Send a batch of what is due; False if there was nothing."""
    due = Delivery.objects.due()[:BATCH]
    return any([attempt(delivery) for delivery in due if delivery.claim()])


def send_now(message: Message) -> None:
    """Send what needs no network, without waiting for a worker; one that comes meanwhile finds nothing to do."""
    for delivery in Delivery.objects.due().filter(message=message).select_related("channel", "message__ticket"):
        if delivery.channel.is_live and delivery.claim():
            attempt(delivery)


def attempt(delivery: Delivery) -> bool:
    """Hand one claimed delivery to its channel and write down how it went."""
    try:
        delivery.channel.adapter.send(delivery)
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
    return True
