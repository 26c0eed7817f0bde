"""Where accepted mail is written: one thread, one transaction for all that arrived meanwhile.

A commit that survives a power cut costs a flush of the disk, far more than the rows in it. Mails that come while
one is under way therefore wait for the next together; a single mail on an idle server waits for nobody.
"""

import logging
import queue
import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import close_old_connections, connections, transaction
from django.utils.timezone import now

from otklik.lib.prepared import insert_new
from otklik.lib.worker import keep_connection
from otklik.tickets.models import Channel, RawMessage

from .charsets import storable

GROUP_MAX = 200  # mails in one transaction
GROUP_MAX_BYTES = 64 * 1024 * 1024
_TOLD_APART = re.compile(rb"^(?:Message-ID|Date):", re.IGNORECASE | re.MULTILINE)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """One mail for the mailboxes it names, as the transport handed it over."""

    body: bytes
    envelope: Mapping[str, Any]
    channels: Sequence[int]
    received_at: datetime | None = None  # None: now

    def rows(self) -> list[RawMessage]:
        columns = {
            "digest": self.digest,
            "body": self.body,
            "envelope": dict(self.envelope),
            "received_at": self.received_at or now(),
        }
        return [RawMessage(channel_id=channel, **columns) for channel in self.channels]

    @property
    def digest(self) -> str:
        """Of the bytes, who sent them, and the name they were given: what of it is missing changes nothing."""
        said = [self.envelope.get("mail_from", ""), self.envelope.get("name", "")]
        return sha256("\0".join(filter(None, said)).encode() + self.body).hexdigest()


def envelope(mail_from: str | None, recipients: Sequence[str], *, name: str = "") -> dict[str, Any]:
    """What SMTP said besides the mail, and the name we gave it, in the form that `reading` knows."""
    said = {"mail_from": storable(mail_from or ""), "rcpt_to": [storable(each) for each in recipients]}
    return said | ({"name": name} if name else {})


def name_for(body: bytes) -> str:
    """A name for a mail that has neither an id nor a date; "" for one that has.

    Nothing tells it from the next mail of the same words, as a script sends them day by day. Taken for one, the
    second would be acknowledged and lost; taken for two, a sender that did not hear our 250 makes a second ticket.
    """
    head = re.split(rb"\r?\n\r?\n", body, maxsplit=1)[0]
    return "" if _TOLD_APART.search(head) else f"taken:{secrets.token_hex(16)}"


def mailbox_addresses() -> dict[str, int]:
    """Every mailbox that takes mail, by its address."""
    mailboxes = Channel.objects.active().filter(kind="email")
    return {address.lower(): pk for pk, address in mailboxes.values_list("pk", "address")}


def store(letters: Sequence[Letter]) -> None:
    """Commit the letters. The same bytes of the same sender in the same mailbox stay one row."""
    rows = [row for letter in letters for row in letter.rows()]
    with transaction.atomic():
        insert_new(rows)


class Writer:
    """The thread. `put` answers a future that is done once the letter is committed, or has the store's error."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Letter, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="mail writer", daemon=True)
        self._thread.start()

    def put(self, letter: Letter) -> Future[None]:
        done: Future[None] = Future()
        self._waiting.put((letter, done))
        return done

    def close(self) -> None:
        """Write what waits, then end."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        keep_connection(synced=True)
        open_ = True
        while open_:
            group, open_ = self._next_group()
            commit(group)
        connections.close_all()

    def _next_group(self) -> tuple[list[tuple[Letter, Future[None]]], bool]:
        """All that waits now, at least one; False with it when the end was asked for."""
        group: list[tuple[Letter, Future[None]]] = []
        size_bytes = 0
        while not group or (len(group) < GROUP_MAX and size_bytes < GROUP_MAX_BYTES and not self._waiting.empty()):
            one = self._waiting.get()
            if one is None:
                return group, False
            group.append(one)
            size_bytes += len(one[0].body)
        return group, True


def commit(group: Sequence[tuple[Letter, Future[None]]]) -> None:
    """Store the group and settle its futures; one letter that the store refuses does not take the others along."""
    if not group:
        return
    try:
        close_old_connections()
        store([letter for letter, _done in group])
    except Exception as fault:  # whatever it is: this thread has to go on, and every sender gets an answer
        if len(group) > 1:
            for one in group:
                commit([one])
            return
        log.exception("A mail could not be stored; the sender is asked to try again.")
        group[0][1].set_exception(fault)
        return
    for _letter, done in group:
        done.set_result(None)
