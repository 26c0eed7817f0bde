from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from otklik.operate.archive import back_up


class Command(BaseCommand):
    help = "Copy the store, the files and the secret key into one file, while everything runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        folder = settings.HOME / "backups"
        parser.add_argument("--to", type=Path, default=folder, help="folder for the file (%(default)s)")

    def handle(self, *, to: Path, **options: Any) -> None:
        path = back_up(to, at=localtime())
        self.stdout.write(f"{path}  {path.stat().st_size / 2**20:.1f} MB")
