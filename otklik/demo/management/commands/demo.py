from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.timezone import now

from otklik.demo import stories
from otklik.demo.founding import found_company
from otklik.demo.telling import Teller
from otklik.staff.models import Company, Member


class Command(BaseCommand):
    help = "Fill an empty store with a small believable company and its tickets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same tickets (%(default)s)")

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if Company.objects.exists() or Member.objects.exists():
            raise CommandError("The store is not empty. The demo company moves only into an empty one.")
        at = now()
        # One transaction: a crash in the middle leaves the store empty, and the next start begins again.
        with transaction.atomic(), translation.override("ru"):
            company = found_company(at)
            Teller(company).tell(stories.all_stories(), at, progress=self.progress if verbosity else ignore)
        if verbosity:
            administrator = company.members["vera"].email
            self.stdout.write(f"\nThe demo company is ready. Its administrator is {administrator};")
            self.stdout.write(f"“otklik staff link {administrator}” prints a sign-in link.")

    def progress(self, done: int, of: int) -> None:
        if self.stderr.isatty() or done == of:
            self.stderr.write(f"\rdemo: {done} of {of} steps", ending="")


def ignore(done: int, of: int) -> None:
    """Nobody looks."""
