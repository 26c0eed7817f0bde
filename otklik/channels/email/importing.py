"""Kept mail from files: single mails, mbox and Maildir, stored like mail that came by SMTP."""

import logging
import mailbox
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.tickets.models import Channel, RawMessage

from . import headers
from .parts import parsed
from .storing import Letter, envelope, store

BATCH = 50  # mails in one transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """One mail found in a file, and where."""

    place: str
    content: bytes


@dataclass(frozen=True)
class Count:
    new: int = 0
    known: int = 0
    failed: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.new + other.new, self.known + other.known, self.failed + other.failed)


def letters_of(path: Path) -> Iterator[Kept]:
    """Every mail of a file or folder. Raises OSError, or ValueError for a folder that is no Maildir."""
    if path.is_dir():
        if not ((path / "cur").is_dir() and (path / "new").is_dir()):
            raise ValueError(_("This folder is not a Maildir: it has no “cur” and “new” in it."))
        files = sorted([*(path / "cur").iterdir(), *(path / "new").iterdir()], key=lambda file: file.name)
        return (Kept(str(file), file.read_bytes()) for file in files if file.is_file())
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    return _mbox(path) if is_mbox else iter([Kept(str(path), path.read_bytes())])


def store_all(mails: Iterable[Kept], channel: Channel, *, tell: Callable[[int], None]) -> Count:
    """Store the mails of one source, some at a time; what cannot be stored is named in the log and left out."""
    mails, total = iter(mails), Count()
    while batch := list(islice(mails, BATCH)):
        letters = [letter for kept in batch if (letter := _letter(kept, channel))]
        before = RawMessage.objects.filter(channel=channel).count()
        store(letters)
        new = RawMessage.objects.filter(channel=channel).count() - before
        total += Count(new, len(letters) - new, len(batch) - len(letters))
        tell(total.new + total.known + total.failed)
    return total


def _mbox(path: Path) -> Iterator[Kept]:
    mails = mailbox.mbox(path, create=False)
    for number, key in enumerate(mails.iterkeys(), 1):
        yield Kept(f"{path}, mail {number}", mails.get_bytes(key))


def _letter(kept: Kept, channel: Channel) -> Letter | None:
    if not kept.content.strip() or len(kept.content) > settings.MESSAGE_MAX_BYTES:
        log.error("%s: the mail is empty or larger than %d bytes.", kept.place, settings.MESSAGE_MAX_BYTES)
        return None
    said = envelope(None, [channel.address])
    # The return path is not known, which is not the same as an empty one.
    del said["mail_from"]
    return Letter(kept.content, said, [channel.pk], date_of(kept.content))


def date_of(content: bytes) -> datetime:
    """When the mail says it was written; now, if it does not say or says the future."""
    head, _blank, _body = content[:100_000].replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        date = parsedate_to_datetime(headers.raw(parsed(head), "Date"))
        return min(date if date.tzinfo else date.replace(tzinfo=UTC), now())
    except (ValueError, OverflowError):
        return now()
