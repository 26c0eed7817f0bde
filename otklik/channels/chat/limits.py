"""How much one visitor and one network may send, in place of a captcha.

Counted in the store, as all processes must see the same numbers; a limit is not a lock, so two requests at the very
same moment may both pass the last place. Of a network address only a keyed digest is kept, for an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError

from .models import Knock, Visitor

WINDOW = timedelta(hours=1)
BATCH = 500
# An office or a mobile operator shows many people by one address, so those limits are wide.
MOST = {"begin": 60, "say": 600, "visitor": 120, "transcript": 5}  # in WINDOW
AT_ONCE, AT_ONCE_WITHIN = 15, timedelta(seconds=30)  # messages of one visitor


class TooFast(OtklikError):
    code = "too_fast"
    message = _("That was too much at once, so it was not sent. Nothing you typed is lost: wait a little and send it.")


def check_network(sort: str, network: str, *, at: datetime | None = None) -> None:
    """Count one thing of a sort (a key of MOST) from a network. Raises TooFast for one too many."""
    _count(_key(sort, network), MOST[sort], at or now())


def check_visitor(visitor: Visitor, *, at: datetime | None = None) -> None:
    """Count one message of a visitor. Raises TooFast for one too many."""
    at, key = at or now(), _key("visitor", visitor.key)
    if Knock.objects.filter(key=key, at__gt=at - AT_ONCE_WITHIN).count() >= AT_ONCE:
        raise TooFast
    _count(key, MOST["visitor"], at)


def _count(key: str, most: int, at: datetime) -> None:
    if Knock.objects.filter(key=key, at__gt=at - WINDOW).count() >= most:
        raise TooFast
    Knock.objects.create(key=key, at=at)


def _key(sort: str, value: str) -> str:
    return salted_hmac(f"otklik.chat.{sort}", value, algorithm="sha256").hexdigest()


def forget(at: datetime | None = None) -> bool:
    """A duty: forget some knocks too old to count, and visitors who said nothing for a day."""
    at = at or now()
    old = Knock.objects.filter(at__lte=at - WINDOW).order_by("at").values("pk")[:BATCH]
    silent = Visitor.objects.filter(ticket=None, created_at__lt=at - timedelta(days=1), shown=None)
    gone, _rows = Knock.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    left, _rows = Visitor.objects.filter(pk__in=list(silent.values_list("pk", flat=True)[:BATCH])).delete()
    return bool(gone or left)
