from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from otklik.journal.restoring import rebase
from otklik.operate.archive import restore


class Command(BaseCommand):
    help = "Put a backup back, into an empty store and an empty OTKLIK_HOME."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what “otklik backup” wrote")

    def handle(self, *, file: Path, **options: Any) -> None:
        told = restore(file)
        call_command("migrate", verbosity=0, interactive=False)
        rebase()
        self.stdout.write(_("Restored what was backed up at %(made_at)s with Otklik %(version)s.") % told)
        if settings.GIVEN.get("OTKLIK_SECRET_KEY"):
            self.stdout.write(_("OTKLIK_SECRET_KEY is set, so the key of the backup is not used."))
