import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from otklik.tickets import search

TOLD_EVERY = 5.0  # seconds


class Command(BaseCommand):
    help = "Read every ticket anew for the search, the newest first, while everything runs."

    def handle(self, **options: Any) -> None:
        total, told = search.mark_all(), time.monotonic()
        while search.index_due():
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                sys.stderr.write(f"otklik: {total - search.unread()} of {total} tickets\n")
        search.sweep()
        while search.tidy():
            pass
        left = search.unread()
        self.stdout.write(
            f"{total - left} tickets were read." + (f" {left} could not be; the log says why." if left else "")
        )
