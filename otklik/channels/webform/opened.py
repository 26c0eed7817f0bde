"""The signed note of when a form was opened, which it carries and gives back.

It does three things at once. It stands for the CSRF token: a form in a frame of somebody else's site gets no
cookie, and an anonymous submission uses nobody's rights that a forged one could borrow. It names the submission,
so that sending twice is sending once. And it tells a person from a program that fills in forms in no time.
"""

import secrets
from datetime import UTC, datetime, timedelta

from django.utils.timezone import now

from otklik.lib.tokens import sign, unsign

QUICKEST = timedelta(seconds=2)
LONGEST = timedelta(days=2)


def opened_note(about: str, *, at: datetime | None = None) -> str:
    """A new note for a form about `about` (a form's or a ticket's number)."""
    seconds = int((at or now()).timestamp())
    return sign("webform.opened", f"{about}.{seconds}.{secrets.token_hex(8)}")


def age(note: str, about: str, *, at: datetime | None = None) -> timedelta | None:
    """How long ago the form was opened; None if the note is not ours or belongs to another form."""
    value = unsign("webform.opened", note)
    parts = value.split(".") if value else []
    if len(parts) != 3 or parts[0] != about:
        return None
    return (at or now()) - datetime.fromtimestamp(int(parts[1]), UTC)


def is_fresh(note: str, about: str) -> bool:
    """Whether the form may still be sent with this note."""
    passed = age(note, about)
    return passed is not None and passed <= LONGEST
