"""What a webhook’s answer means, and whether to try again."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.db import models
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _

LONGEST_WAIT = timedelta(hours=24)  # that a receiver may ask for


class Trouble(models.TextChoices):
    """What keeps a call from its receiver, with what to do about it."""

    NOT_ALLOWED = (
        "not_allowed",
        _(
            "We do not go to this address. It must begin with https:// and lead to the internet; hosts of your own "
            "network have to be named in OTKLIK_WEBHOOK_HOSTS on the server."
        ),
    )
    UNREACHABLE = "unreachable", _("The server could not be reached. See that it runs and that the name is right.")
    TIMEOUT = "timeout", _("The server did not answer in time. It should take the call at once and do its work later.")
    TLS = "tls", _("The connection could not be secured. The server’s certificate must be one that browsers trust.")
    SECRET = "secret", _("The webhook’s secret cannot be opened with this secret key. Make a new secret.")
    REDIRECTED = (
        "redirected",
        _("The server sends us to another address. Enter that address here, if it is the right one."),
    )
    UNWELCOME = "unwelcome", _("The server does not let us in. See what it wants in the address, such as a key.")
    MISSING = "missing", _("The server knows no such address. Look for a mistake in it.")
    GONE = "gone", _("The server says that nobody listens at this address any more.")
    BUSY = "busy", _("The server is too busy and asks to come back later.")
    # Only this one speaks of the call and not of its receiver, so that others need not be spared.
    REJECTED = "rejected", _("The server does not take what we sent. Its own words may say why.")
    BROKEN = "broken", _("The server met a fault of its own. Whoever looks after it finds the reason in its log.")


def of_status(status: int) -> Trouble | None:
    """None if the call was taken."""
    if 200 <= status < 300:
        return None
    known = {401: Trouble.UNWELCOME, 403: Trouble.UNWELCOME, 404: Trouble.MISSING, 405: Trouble.MISSING,
             408: Trouble.BUSY, 410: Trouble.GONE, 429: Trouble.BUSY, 502: Trouble.BUSY, 503: Trouble.BUSY,
             504: Trouble.BUSY}  # fmt: skip
    if status in known:
        return known[status]
    if 300 <= status < 400:
        return Trouble.REDIRECTED
    return Trouble.REJECTED if status < 500 else Trouble.BROKEN


def of_fault(fault: Exception, *, was_long: bool) -> Trouble:
    """What it means that no answer came; `was_long` when the time for one was over."""
    if isinstance(fault, TimeoutError) or was_long:
        return Trouble.TIMEOUT
    cut = isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    return Trouble.TLS if isinstance(fault, ssl.SSLError) and not cut else Trouble.UNREACHABLE


def wanted_at(retry_after: str, at: datetime) -> datetime | None:
    """When a receiver wants to be called again, by its Retry-After: seconds or a date; a day from now at most."""
    text = retry_after.strip()
    try:
        wanted = at + timedelta(seconds=int(text[:9])) if text.isdecimal() else parsedate_to_datetime(text)
    except ValueError:
        return None
    return min(wanted, at + LONGEST_WAIT) if is_aware(wanted) else None
