import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from otklik.lib import worker


class Command(BaseCommand):
    help = "Do the work behind the pages: read new messages, send answers, react to events."

    def handle(self, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        duties = {name: import_string(name) for name in settings.DUTIES}
        worker.run(
            duties,
            stop,
            unsynced=settings.UNSYNCED_DUTIES,
            rests=settings.LONGEST_RESTS,
            apart=settings.ROUNDS_APART,
            makes_way=settings.MAKES_WAY,
            pulse=settings.HOME / "worker.pulse",
        )
