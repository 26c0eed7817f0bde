"""How much one address or one person may send by forms, in place of a captcha.

Counted in the database: several processes on several machines must see the same numbers. Two requests at the very
same moment may both pass the last place; a limit is not a lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from .models import Attempt

WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Origin:
    """Whence a submission comes: the visitor's network address and their e-mail."""

    network: str
    email: str

    def keys(self) -> dict[str, str]:
        return {"network": _key("network", self.network), "email": _key("email", self.email.strip().lower())}


# An office or a mobile operator shows many people by one address, so that limit is wide.
MOST: Mapping[str, int] = {"network": 30, "email": 6}


def network_of(meta: Mapping[str, str]) -> str:
    """The visitor's address. Behind a proxy it is the last one in X-Forwarded-For, which the proxy itself wrote;
    those before it are the visitor's own words. Without a proxy the whole header is.
    """
    if settings.SECURE and (forwarded := meta.get("HTTP_X_FORWARDED_FOR", "")):
        return forwarded.rpartition(",")[2].strip()
    return meta.get("REMOTE_ADDR", "")


def is_over(origin: Origin, *, at: datetime | None = None) -> bool:
    """Whether this origin has sent as much as it may in the last hour."""
    recent = Attempt.objects.filter(at__gt=(at or now()) - WINDOW)
    return any(recent.filter(key=key).count() >= MOST[sort] for sort, key in origin.keys().items())


def count(origin: Origin, *, at: datetime | None = None) -> None:
    """Note one accepted submission, and forget those too old to matter."""
    at = at or now()
    Attempt.objects.filter(at__lte=at - WINDOW).delete()
    Attempt.objects.bulk_create(Attempt(key=key, at=at) for key in origin.keys().values())


def _key(sort: str, value: str) -> str:
    return salted_hmac(f"otklik.webform.{sort}", value, algorithm="sha256").hexdigest()
