import hashlib
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from otklik.operate.greeting import greeting
from otklik.staff.models import Member


class Command(BaseCommand):
    """One start of Python for everything that may be missing, so that the usual start finds nothing to do soon."""

    help = "Make the store and the page files ready, fill an empty store, and say where to look."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="leave an empty store to the first-run wizard")

    def handle(self, *, empty: bool, **options: Any) -> None:
        migrate()
        collect_static()
        if not empty and not Member.objects.exists():
            with progress("filling the demo company"):
                call_command("demo", verbosity=0, stdout=sys.stderr)
        self.stdout.write(greeting())


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on stderr what is being done and how long it took."""
    sys.stderr.write(f"otklik: {what} … ")
    sys.stderr.flush()
    start = time.monotonic()
    yield
    sys.stderr.write(f"{time.monotonic() - start:.1f} s\n")


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with progress("preparing the store"):
            call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    """Collect the page files unless what was collected came from the very same ones."""
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return
    stamp = settings.STATIC_ROOT / ".collected"
    wanted = static_digest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with progress("collecting the page files"):
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, stdout=StringIO())
    stamp.write_text(wanted)


def static_digest() -> str:
    """Changes whenever a page file, its time or Django does."""
    digest = hashlib.sha256(django.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = f"{path} {storage.get_modified_time(path)} {storage.size(path)}\n"
            digest.update(about.encode())
    return digest.hexdigest()
