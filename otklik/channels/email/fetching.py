"""The worker's duty that reads the mailboxes: a thread for each that nobody else has. docs/decisions/0009."""

import logging
import threading
from datetime import timedelta

from django.db import DatabaseError, connections

from otklik.lib.encrypted import Undecipherable

from . import imap, pop3
from .models import Mailbox, Trouble
from .trouble import EXPECTED, code, is_cut, words
from .watch import Watch

PROTOCOLS = {Mailbox.Incoming.IMAP: imap.read, Mailbox.Incoming.POP3: pop3.read}
MAILBOXES_MAX = 200  # for one worker
PAUSE_AFTER_CUT = timedelta(seconds=5)
GRACE_SECONDS = 5.0

log = logging.getLogger(__name__)


class Reader(threading.Thread):
    """Reads one mailbox until it loses it, fails, or is told to stop."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=f"mailbox {mailbox}", daemon=True)
        self.mailbox = mailbox
        self.stop = threading.Event()

    def run(self) -> None:
        watch = Watch(self.mailbox, self.stop)
        try:
            self.read(watch)
        except DatabaseError:
            log.exception("%s: the store does not answer; the mailbox is read again when the lease ends.", self.name)
        finally:
            connections.close_all()

    def read(self, watch: Watch) -> None:
        try:
            PROTOCOLS[Mailbox.Incoming(self.mailbox.incoming)](self.mailbox, watch)
            watch.come_back(timedelta())
        except DatabaseError:
            raise
        except EXPECTED as fault:
            self.note(fault, watch)
        except Exception as fault:
            log.exception("%s: reading failed.", self.name)
            self.mailbox.note_failure(Trouble.OTHER, f"{type(fault).__name__}: {fault}")

    def note(self, fault: Exception, watch: Watch) -> None:
        if watch.has_read and is_cut(fault):
            # Servers end connections after hours, networks at any time: no failure unless the next one fails too.
            log.info("%s: the connection ended (%s).", self.name, words(fault))
            watch.come_back(PAUSE_AFTER_CUT)
            return
        log.warning("%s: %s", self.name, words(fault))
        # A password that we cannot open locks no account: after `otklik rotatekey` it takes a restart to open it.
        self.mailbox.note_failure(code(fault), words(fault), by_server=not isinstance(fault, Undecipherable))


class Mailboxes:
    """The duty. `close` ends all reading."""

    def __init__(self) -> None:
        self.readers: dict[int, Reader] = {}

    def __call__(self) -> bool:
        """Take what is due; False if nothing was."""
        self.readers = {pk: reader for pk, reader in self.readers.items() if reader.is_alive()}
        return any([self.take(mailbox) for mailbox in Mailbox.objects.due().select_related("channel")])

    def take(self, mailbox: Mailbox) -> bool:
        if reader := self.readers.get(mailbox.pk):
            reader.stop.set()  # due although we have it: its settings changed
            return False
        if len(self.readers) >= MAILBOXES_MAX or not mailbox.take():
            return False
        self.readers[mailbox.pk] = Reader(mailbox)
        self.readers[mailbox.pk].start()
        return True

    def close(self) -> None:
        """Stop reading and give the mailboxes back, so that the next worker need not wait for the leases."""
        for reader in self.readers.values():
            reader.stop.set()
        for reader in self.readers.values():
            reader.join(GRACE_SECONDS)


read_mailboxes = Mailboxes()
