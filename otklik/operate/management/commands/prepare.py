import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from otklik.operate.greeting import greeting
from otklik.operate.page_files import collect
from otklik.operate.progress import progress
from otklik.staff.models import Member


class Command(BaseCommand):
    """One start of Python for everything that may be missing, so that the usual start finds nothing to do soon."""

    help = "Make the store and the page files ready, fill an empty store, and say where to look."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="leave an empty store to the first-run wizard")

    def handle(self, *, empty: bool, **options: Any) -> None:
        migrate()
        collect()
        if not empty and not Member.objects.exists():
            with progress("filling the demo company"):
                call_command("demo", verbosity=0, stdout=sys.stderr)
        self.stdout.write(greeting())


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with progress("preparing the store"):
            call_command("migrate", verbosity=0, interactive=False)
