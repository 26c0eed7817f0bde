"""Our hold on one mailbox while we read it."""

import threading
import time
from datetime import timedelta

from django.db import connections
from django.utils.timezone import now

from .models import Mailbox
from .models.mailbox import LEASE

KEEP_EVERY = LEASE.total_seconds() / 4


class Watch:
    """The lease, renewed as long as somebody asks `holds`, and what is noted about the reading."""

    def __init__(self, mailbox: Mailbox, stop: threading.Event) -> None:
        self.mailbox = mailbox
        self.stop = stop
        self.has_read = False
        self._kept = time.monotonic()

    def holds(self) -> bool:
        """May we go on? False after `stop`, when another has the mailbox, and when its settings changed."""
        if self.stop.is_set():
            return False
        if time.monotonic() - self._kept < KEEP_EVERY:
            return True
        self._kept = time.monotonic()
        if not self.mailbox.keep():
            self.stop.set()
        return not self.stop.is_set()

    def note_reading(self, mails: int = 0) -> None:
        self.has_read = True
        self.mailbox.note_reading(mails=mails)

    def come_back(self, after: timedelta) -> None:
        """Give the mailbox up; whoever is free takes it then."""
        self.mailbox.release(now() + after)

    def waits(self) -> bool:
        """As `holds`, for one who waits: no connection to the store is kept meanwhile."""
        holds = self.holds()
        connections.close_all()
        return holds

    def pause(self, seconds: float) -> None:
        """Wait as long as the mailbox is ours."""
        until = time.monotonic() + seconds
        while self.waits() and (left := until - time.monotonic()) > 0:
            self.stop.wait(min(left, 1.0))
