"""Reading a mailbox by IMAP: one connection, that waits for new mail as long as it lives.

A mail is first committed as a raw message and only then marked or moved on the server, so one that is cut off in
between comes twice and is known by its digest. Where reading stopped stands in `Folder`, valid with UIDVALIDITY.
"""

import imaplib
import logging
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from imapclient import IMAPClient

from .models import Folder, Mailbox, Security
from .oauth import access_token, forget_token
from .storing import Letter, envelope, name_for, store
from .trouble import FolderMissing, code, is_cut, words
from .watch import Watch

TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 60.0  # between two looks where nothing tells of new mail: several folders, or no IDLE
IDLE_SECONDS = 240.0  # renewed, with a look besides; firewalls forget a silent connection after some five minutes
SETTLE_SECONDS = 2.0  # the first wait is short: mail that comes just as waiting begins is only told at its end
TICK_SECONDS = 1.0
BATCH = 50  # mails in one transaction
BATCH_MAX_BYTES = 8 * 1024 * 1024
SEARCH_WINDOW = 50_000  # mails asked for at a time: a server’s answer must fit into a line
HEADS = 500
CUT_BYTES = 1024 * 1024  # of a mail over the limit
WHOLE = "BODY.PEEK[]"
BEGINNING = f"BODY.PEEK[]<0.{CUT_BYTES}>"
KEYWORD = b"OtklikRead"

log = logging.getLogger(__name__)


class Refused(imaplib.IMAP4.error):
    """The server does not hand out a mail that it lists."""


def connect(mailbox: Mailbox) -> IMAPClient:
    """A connection that is logged in. Raises what `trouble.EXPECTED` names."""
    client = IMAPClient(
        mailbox.incoming_host,
        mailbox.incoming_port,
        ssl=mailbox.incoming_security == Security.TLS,
        ssl_context=ssl.create_default_context(),
        timeout=TIMEOUT_SECONDS,
    )
    client.normalise_times = False
    try:
        if mailbox.incoming_security == Security.STARTTLS:
            client.starttls(ssl.create_default_context())
        log_in(client, mailbox)
    except BaseException:
        client.shutdown()
        raise
    return client


def log_in(client: IMAPClient, mailbox: Mailbox) -> None:
    if mailbox.auth == Mailbox.Auth.OAUTH2:
        log_in_by_token(client, mailbox)
    elif client.has_capability("AUTH=PLAIN"):  # takes letters that LOGIN does not
        client.plain_login(mailbox.login, mailbox.password)
    else:
        client.login(mailbox.login, mailbox.password)


def log_in_by_token(client: IMAPClient, mailbox: Mailbox) -> None:
    """A token may have been withdrawn before its time: a refused one is tried once more with a fresh one."""
    # Not asked of CAPABILITY: Yandex takes XOAUTH2 without listing it.
    try:
        client.oauth2_login(mailbox.login, access_token(mailbox))
    except imaplib.IMAP4.error as fault:
        if is_cut(fault):
            raise
        forget_token(mailbox)
        client.oauth2_login(mailbox.login, access_token(mailbox))


def read(mailbox: Mailbox, watch: Watch) -> None:
    """Read all folders, wait for new mail, again and again while `watch` holds. Raises as `connect`."""
    with connect(mailbox) as client:
        session = Session(client, mailbox, watch)
        session.make_target()
        while watch.holds():
            for name in mailbox.folders:
                session.read_folder(name)
            if session.refused:
                raise Refused(session.refused)
            watch.note_reading()
            session.wait()


class Session:
    """One connection at work."""

    def __init__(self, client: IMAPClient, mailbox: Mailbox, watch: Watch) -> None:
        self.client = client
        self.mailbox = mailbox
        self.watch = watch
        self.refused = ""  # the server's words about a mail that it does not hand out
        self.moves = mailbox.after_reading == Mailbox.AfterReading.MOVE

    def make_target(self) -> None:
        """Make the folder that mail is moved to, if it is not there."""
        if self.moves and not self.client.folder_exists(self.mailbox.move_to):
            try:
                self.client.create_folder(self.mailbox.move_to)
            except imaplib.IMAP4.error as fault:
                raise _unless_cut(fault, self.mailbox.move_to) from fault

    def read_folder(self, name: str) -> None:
        selected = self.select(name)
        folder = Folder.objects.get_or_create(mailbox=self.mailbox, name=name)[0]
        if folder.uid_validity != selected.get(b"UIDVALIDITY", 0):
            # The old numbers mean nothing now. What is read again is known by its digest.
            folder.begin(selected.get(b"UIDVALIDITY", 0))
        flags = [b"\\Seen", *([KEYWORD] if b"\\*" in selected.get(b"PERMANENTFLAGS", ()) else [])]
        for uids, heads in self.batches(self.new_uids(folder, selected[b"EXISTS"])):
            if not self.watch.holds():
                return
            stored = self.store(folder, heads)
            self.settle(stored, flags=flags if b"READ-WRITE" in selected else [])
            if not self.refused:  # else it begins there again, later and later
                folder.advance(max(uids))
                self.watch.note_reading(mails=len(stored))

    def select(self, name: str) -> dict[bytes, Any]:
        try:
            return dict(self.client.select_folder(name))
        except imaplib.IMAP4.error as fault:
            raise _unless_cut(fault, name) from fault

    def new_uids(self, folder: Folder, exists: int) -> list[int]:
        """The numbers of what was not read yet, oldest first."""
        wanted: list[Any] = ["UNDELETED"] if self.moves else ["UID", f"{folder.last_uid + 1}:*"]
        if self.mailbox.read_from:
            # The server counts days in a zone of its own; `batches` looks again at the exact time.
            wanted += ["SINCE", (self.mailbox.read_from - timedelta(days=1)).date()]
        found: set[int] = set()
        for first in range(1, exists + 1, SEARCH_WINDOW):
            found.update(self.client.search([f"{first}:{min(first + SEARCH_WINDOW - 1, exists)}", *wanted]))
        # “5:*” names the last mail even if its number is less.
        return sorted(uid for uid in found if self.moves or uid > folder.last_uid)

    def batches(self, uids: Sequence[int]) -> Iterator[tuple[list[int], dict[int, Any]]]:
        """Some numbers at a time, with size and date of those to be read: a transaction’s worth."""
        for start in range(0, len(uids), HEADS):
            chunk = uids[start : start + HEADS]
            heads = self.client.fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"])
            wanted = {uid: heads[uid] for uid in chunk if uid in heads and self.is_wanted(heads[uid])}
            yield from _groups(chunk, wanted)

    def is_wanted(self, head: Any) -> bool:
        return not self.mailbox.read_from or head[b"INTERNALDATE"] >= self.mailbox.read_from

    def store(self, folder: Folder, heads: dict[int, Any]) -> list[int]:
        """Commit these mails; answers which."""
        bodies = self.bodies(heads)
        address = self.mailbox.channel.address
        letters = []
        for uid, body in bodies.items():
            # The same mail has the same name however often it is fetched.
            name = name_for(body) and f"imap:{folder.uid_validity}:{uid}:{folder.name}"
            said = {**envelope(None, [address], name=name), "folder": folder.name, "uid": uid}
            # The return path is not known, which is not the same as an empty one.
            del said["mail_from"]
            size_bytes = heads[uid][b"RFC822.SIZE"]
            if size_bytes > settings.MESSAGE_MAX_BYTES:
                said["cut_from_bytes"] = size_bytes
            at = min(heads[uid][b"INTERNALDATE"], now())
            letters.append(Letter(body, said, [self.mailbox.channel_id], at))
        store(letters)
        return list(bodies)

    def bodies(self, heads: dict[int, Any]) -> dict[int, bytes]:
        """The mails themselves, of an oversized one the beginning. One that is refused does not keep the others."""
        whole = [uid for uid, head in heads.items() if head[b"RFC822.SIZE"] <= settings.MESSAGE_MAX_BYTES]
        try:
            found = self.fetch(whole, WHOLE)
        except Refused:
            found = {}
            for uid in whole:
                found.update(self.fetch_or_note(uid, WHOLE))
        for uid in heads.keys() - set(whole):
            log.warning("%s: the mail %s is larger than the limit; its beginning is read.", self.mailbox, uid)
            found.update(self.fetch_or_note(uid, BEGINNING))
        return found

    def fetch_or_note(self, uid: int, what: str) -> dict[int, bytes]:
        try:
            return self.fetch([uid], what)
        except Refused as refusal:
            self.refused = str(refusal)
            return {}

    def fetch(self, uids: Sequence[int], what: str) -> dict[int, bytes]:
        """Bodies by number; what somebody deleted meanwhile is not among them. Raises Refused."""
        try:
            answer = self.client.fetch(uids, [what])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as fault:
            raise Refused(words(fault)) from fault
        key = b"BODY[]" if what == WHOLE else b"BODY[]<0>"
        return {uid: facts[key] or b"" for uid, facts in answer.items() if key in facts}

    def settle(self, uids: Sequence[int], *, flags: Sequence[bytes]) -> None:
        """Show in the mailbox that these were read; they are committed."""
        if not uids:
            return
        if not self.moves:
            if flags:
                self.client.add_flags(uids, flags, silent=True)
        elif self.client.has_capability("MOVE"):
            self.client.move(uids, self.mailbox.move_to)
        else:
            self.client.copy(uids, self.mailbox.move_to)
            self.client.delete_messages(uids, silent=True)
            if self.client.has_capability("UIDPLUS"):  # without it, EXPUNGE would remove what others deleted
                self.client.uid_expunge(uids)

    def wait(self) -> None:
        """Until there is something to look for, or it is time to look anyway."""
        several = len(self.mailbox.folders) > 1
        if several:
            self.select(self.mailbox.folders[0])
        if not self.client.has_capability("IDLE"):
            self.watch.pause(POLL_SECONDS)
            return
        for seconds in (SETTLE_SECONDS, POLL_SECONDS if several else IDLE_SECONDS):
            if self.idle(seconds):
                return

    def idle(self, seconds: float) -> bool:
        """Let the server tell of new mail for so long; did it tell anything?"""
        self.client.idle()
        until = time.monotonic() + seconds
        told: list[Any] = []
        while not told and self.watch.waits() and time.monotonic() < until:
            began = time.monotonic()
            told = self.client.idle_check(TICK_SECONDS)
            if not told and time.monotonic() - began < TICK_SECONDS / 2:
                break  # readable, and nothing to read: the connection ended, and the next line says so
        return bool([*told, *self.client.idle_done()[1]])


def _groups(chunk: Sequence[int], wanted: dict[int, Any]) -> Iterator[tuple[list[int], dict[int, Any]]]:
    group: list[int] = []
    heads: dict[int, Any] = {}
    size_bytes = 0
    for uid in chunk:
        size_bytes += wanted[uid][b"RFC822.SIZE"] if uid in wanted else 0
        if heads and (len(heads) >= BATCH or size_bytes > BATCH_MAX_BYTES):
            yield group, heads
            group, heads, size_bytes = [], {}, wanted[uid][b"RFC822.SIZE"] if uid in wanted else 0
        group.append(uid)
        if uid in wanted:
            heads[uid] = wanted[uid]
    if group:
        yield group, heads


def _unless_cut(fault: imaplib.IMAP4.error, folder: str) -> Exception:
    """The fault itself if the connection ended or the server is busy, else that this folder is missing."""
    if is_cut(fault) or code(fault) in ("quota", "unreachable"):
        return fault
    return FolderMissing(folder=folder, why=words(fault))
