"""Sending calls: one worker takes one call, and what became of it is written down."""

from __future__ import annotations

import random
import time
from datetime import datetime
from http.client import HTTPException

from django.conf import settings
from django.utils.timezone import now

from otklik.lib.encrypted import Undecipherable
from otklik.lib.posting import SECONDS, Answer, post
from otklik.lib.remote import Refused

from .models import PAUSES, Webhook, WebhookCall
from .signing import headers
from .troubles import Trouble, of_fault, of_status, wanted_at

BATCH = 20
JITTER = 0.1  # so that what failed together does not come back together
ERROR_MAX = 1000  # characters of the receiver's own words


def send_due(at: datetime | None = None) -> bool:
    """Make one call that is due; False if none is."""
    at = at or now()
    for call in WebhookCall.objects.due(at).select_related("webhook")[:BATCH]:
        if call.claim(at):
            send(call, at=at)
            return True
    return False


def send(call: WebhookCall, *, at: datetime) -> None:
    """Make a call that was claimed, and write down how it went."""
    body = call.body.encode()
    began = time.monotonic()
    try:
        signed = headers(call.name, body, call.webhook.secrets(at), at=at)
        wanted = {"Content-Type": "application/json; charset=utf-8", **signed}
        answer = post(call.webhook.url, body, wanted, inner=settings.WEBHOOK_HOSTS)
    except Refused as refusal:
        _failed(call, Trouble.NOT_ALLOWED, str(refusal), at=at)
    except Undecipherable as fault:
        _failed(call, Trouble.SECRET, str(fault), at=at)
    except (OSError, HTTPException, ValueError) as fault:  # the last for a host that no name can be
        trouble = of_fault(fault, was_long=time.monotonic() - began >= SECONDS)
        _failed(call, trouble, f"{type(fault).__name__}: {fault}", at=at)
    else:
        _answered(call, answer, at=at)


def _answered(call: WebhookCall, answer: Answer, *, at: datetime) -> None:
    trouble = of_status(answer.status)
    if trouble:
        _failed(call, trouble, words_of(answer), at=at, status=answer.status, wanted=wanted_at(answer.retry_after, at))
        return
    taken = {"status": answer.status, "trouble": "", "error": words_of(answer)}
    call.settle(due_at=None, sent_at=at, **taken)
    if not call.is_trial:
        call.webhook.note_success()


def _failed(
    call: WebhookCall,
    trouble: Trouble,
    error: str,
    *,
    at: datetime,
    status: int | None = None,
    wanted: datetime | None = None,
) -> None:
    next_at = _next_at(call, trouble, wanted, at)
    ending = {"due_at": next_at, "failed_at": None if next_at else at}
    if not call.settle(status=status, trouble=trouble, error=error[:ERROR_MAX], **ending) or call.is_trial:
        return
    webhook = call.webhook
    if trouble == Trouble.GONE:
        webhook.pause(Webhook.Why.GONE, at=at)
    elif trouble != Trouble.REJECTED:
        webhook.note_failure(rests_until=max(webhook.next_rest(at), wanted or at), at=at)
    elif next_at is None and not webhook.calls.filter(sent_at__gte=call.at).exists():
        webhook.pause(Webhook.Why.FAILING, at=at)  # for days it has taken nothing at all


def _next_at(call: WebhookCall, trouble: Trouble, wanted: datetime | None, at: datetime) -> datetime | None:
    """When to try again; None if that was the last time. What a webhook that is gone was told waits for it."""
    if call.is_trial:
        return None
    if trouble == Trouble.GONE:
        return at
    if call.tries > len(PAUSES):
        return None
    pause = PAUSES[call.tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 nobody gains by guessing it
    return max(at + pause, wanted or at)


def words_of(answer: Answer) -> str:
    """The beginning of an answer as text that every store keeps."""
    return answer.body.decode("utf-8", "replace").replace("\0", "").strip()[:ERROR_MAX]
