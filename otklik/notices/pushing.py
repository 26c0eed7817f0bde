"""Web Push: one worker takes what is due for one browser, and it goes out as one encrypted message.

RFC 8030 says how it is handed over, RFC 8291 how it is encrypted for the browser alone, RFC 8292 how we are known.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from py_vapid import Vapid02

from otklik.journal.kinds import narrate
from otklik.lib.encrypted import Undecipherable
from otklik.lib.posting import Answer, post
from otklik.lib.remote import Refused
from otklik.tickets.models import Ticket

from .mailing import address_of, allowed, ticket_of
from .models import Push, PushKey, Subscription, Topic
from .models.subscription import LEASE, padded

KEPT_SECONDS = 12 * 60 * 60  # by the push service, for a browser that is not there
KNOWN_FOR = timedelta(hours=12)  # a signature; a push service takes none of more than a day
# Pauses between the tries; after the last one the notice is found at the desk.
PAUSES = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
WAIT_MAX = timedelta(hours=2)  # that a push service may ask for
GONE = (404, 410)
BUSY = (408, 429)
LINES_MAX = 4  # of what many notices are about
ERROR_MAX = 300


def push_due(at: datetime | None = None) -> bool:
    """Tell one browser what is due for it; False if nothing is due for any."""
    at = at or now()
    first = Push.objects.due(at).select_related("subscription__member").first()
    if first is None:
        return False
    browser = first.subscription
    if not browser.is_signed_in or not Subscription.objects.alive(at).filter(pk=browser.pk).exists():
        browser.delete()
        return True
    pushes = _claim(browser, at)
    told, seen = allowed(browser.member, [push.notice for push in pushes if push.notice])
    unseen = [push for push in pushes if push.notice is None or (push.notice.seen_at is None and push.notice in told)]
    if unseen:
        _send(browser, unseen, seen, at=at)
    Push.objects.filter(pk__in=[push.pk for push in pushes if push not in unseen]).delete()
    return True


def _claim(browser: Subscription, at: datetime) -> list[Push]:
    """Take what is due for a browser for the length of LEASE; nothing if another worker has it."""
    lease = at + LEASE
    Push.objects.filter(subscription=browser, due_at__lte=at).update(due_at=lease)
    taken = Push.objects.filter(subscription=browser, due_at=lease)
    return list(taken.select_related("notice__event").order_by("pk"))


def _send(browser: Subscription, pushes: list[Push], seen: set[int], *, at: datetime) -> None:
    try:
        content = json.dumps(_content(browser, pushes, seen), ensure_ascii=False).encode()
        answer = post(browser.endpoint, encrypted(content, browser), _headers(browser, at))
    except Refused as refusal:
        _failed(browser, pushes, str(refusal), at=at)
    except (OSError, HTTPException, ValueError, Undecipherable) as fault:
        _failed(browser, pushes, f"{type(fault).__name__}: {fault}", at=at, again=at)
    else:
        _answered(browser, pushes, answer, at=at)


def _answered(browser: Subscription, pushes: list[Push], answer: Answer, *, at: datetime) -> None:
    if 200 <= answer.status < 300:
        Push.objects.filter(pk__in=[push.pk for push in pushes]).delete()
        Subscription.objects.filter(pk=browser.pk).update(sent_at=at, failed_at=None, error="")
    elif answer.status in GONE:
        browser.delete()
    else:
        passes = answer.status in BUSY or answer.status >= 500
        wanted = at + min(wait_of(answer.retry_after), WAIT_MAX)
        _failed(browser, pushes, f"HTTP {answer.status}", at=at, again=wanted if passes else None)


def _failed(
    browser: Subscription, pushes: list[Push], error: str, *, at: datetime, again: datetime | None = None
) -> None:
    """Note it at the browser, and try again, `again` at the earliest; None: never."""
    Subscription.objects.filter(pk=browser.pk).update(failed_at=at, error=error[:ERROR_MAX])
    for push in pushes:
        held = Push.objects.filter(pk=push.pk, due_at=push.due_at)
        if again is None or push.tries >= len(PAUSES) or push.notice is None:
            held.delete()
        else:
            held.update(due_at=max(at + PAUSES[push.tries], again), tries=push.tries + 1)


def wait_of(retry_after: str) -> timedelta:
    """How long a push service asks to wait, as far as it says so in seconds."""
    seconds = int(retry_after) if retry_after.isascii() and retry_after.isdecimal() else 0
    return timedelta(seconds=min(seconds, WAIT_MAX.total_seconds()))


def encrypted(content: bytes, browser: Subscription) -> bytes:
    """For this browser alone. Raises ValueError for keys that are none."""
    ours = ec.generate_private_key(ec.SECP256R1())
    secret: bytes = http_ece.encrypt(
        content, private_key=ours, dh=padded(browser.public), auth_secret=padded(browser.auth), version="aes128gcm"
    )
    return secret


def _headers(browser: Subscription, at: datetime) -> dict[str, str]:
    """Raises Undecipherable."""
    parts = urlsplit(browser.endpoint)
    # Whom to ask when something is wrong with what we send: by the rules an address that begins so.
    whom = f"https://{settings.SITE_HOST}" if settings.SECURE else f"mailto:otklik@{settings.SITE_HOST}"
    claims = {"aud": f"https://{parts.netloc}", "exp": int((at + KNOWN_FOR).timestamp()), "sub": whom}
    known = Vapid02.from_raw(PushKey.current().private.encode())
    known.conf = {"no-strict": True}  # it takes “sub” for wrong when our host is of one word, or has a port
    signed: dict[str, str] = known.sign(claims)
    sort = {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
    return {**signed, **sort, "TTL": str(KEPT_SECONDS), "Urgency": "high"}


def _content(browser: Subscription, pushes: list[Push], seen: set[int]) -> dict[str, str]:
    """What the browser shows: the ticket's subject, if it is among `seen`, which the member may see, and what kind of
    news it is; nothing that anybody wrote.
    """
    notices = [push.notice for push in pushes if push.notice]
    with translation.override(browser.member.language):
        if not notices:
            said = _("Notices of Otklik come to this browser.")
            return {"title": _("It works"), "body": said, "url": reverse("desk:notices"), "tag": "trial"}
        kinds = list(dict.fromkeys(str(Topic(notice.topic).label) for notice in notices))
        body = "\n".join(kinds[:LINES_MAX])
        where = address_of(notices[-1].event)
        [number, *others] = {ticket_of(notice.event) for notice in notices}
        if len(notices) == 1 and number is None:
            return {"title": kinds[0], "body": narrate([notices[0].event])[0].sentence, "url": where, "tag": where}
        if number is not None and not others:
            ticket = Ticket.objects.get(pk=number)
            title = f"{ticket} {ticket.subject}" if ticket.pk in seen else str(ticket)
            return {"title": title, "body": body, "url": where, "tag": f"ticket-{ticket.pk}"}
        count = len(notices)
        title = ngettext("%(count)d thing for you to know", "%(count)d things for you to know", count)
        return {"title": title % {"count": count}, "body": body, "url": reverse("desk:notices"), "tag": "many"}
