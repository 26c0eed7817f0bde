import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from otklik.channels.email.intake import serve


class Command(BaseCommand):
    help = "Take mail by SMTP (or LMTP) for the mailboxes of this installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.INTAKE_HOST, help="address to listen at (%(default)s)")
        parser.add_argument("--port", default=settings.INTAKE_PORT, type=int, help="port to listen at (%(default)s)")
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP, for a mail server that delivers locally")

    def handle(self, *, host: str, port: int, lmtp: bool, **options: Any) -> None:
        try:
            asyncio.run(until_told_to_stop(host, port, lmtp=lmtp))
        except OSError as fault:
            told = {"place": f"{host}:{port}", "why": fault.strerror or str(fault)}
            raise CommandError(_("Nothing can listen at %(place)s (%(why)s).") % told) from fault


async def until_told_to_stop(host: str, port: int, *, lmtp: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(host, port, stop, lmtp=lmtp)
