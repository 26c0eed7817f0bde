import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.timezone import now

from otklik.demo import stories
from otklik.demo.founding import FOUNDED, Company, found_company
from otklik.demo.library import shelve
from otklik.demo.multitude import Multitude, Nobody
from otklik.demo.reading import already_read
from otklik.demo.service import organise, promise
from otklik.demo.telling import Teller
from otklik.staff import models as staff

LOOK_AGAIN = 0.2  # seconds between two lines of progress


class Command(BaseCommand):
    help = "Fill an empty store with a small believable company; or any store with any number of tickets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=0, metavar="N", help="so many made-up tickets besides")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same tickets (%(default)s)")

    def handle(self, *, tickets: int, seed: int, verbosity: int, **options: Any) -> None:
        at, quiet = now(), verbosity == 0
        empty = not staff.Company.objects.exists() and not staff.Member.objects.exists()
        if not empty and tickets < 1:
            raise CommandError("The store is not empty. Only --tickets N adds to what is there.")
        with already_read():
            company = found(at, quiet=quiet) if empty else None
            if tickets:
                multiply(tickets, seed, quiet=quiet)
        if company and not quiet:
            self.welcome(company)

    def welcome(self, company: Company) -> None:
        administrator = company.members["vera"].email
        self.stdout.write(f"The demo company is ready. Its administrator is {administrator};")
        self.stdout.write(f"“otklik staff link {administrator}” prints a sign-in link.")


def found(at: datetime, *, quiet: bool) -> Company:
    """The company with its conversations; in one transaction, so that a crash in the middle leaves the store empty."""
    with transaction.atomic(), translation.override("ru"):
        company = found_company(at)
        promise(company, at - FOUNDED)
        Teller(company).tell(stories.all_stories(), at, progress=Progress("steps", quiet=quiet))
        organise(company, at)
        shelve(company, at)
    return company


def multiply(count: int, seed: int, *, quiet: bool) -> None:
    try:
        Multitude(seed, now()).make(count, progress=Progress("tickets", quiet=quiet))
    except Nobody:
        raise CommandError("Tickets need a team with a mailbox and somebody who answers. Make them first.") from None


class Progress:
    """How far it is and how fast it goes, on stderr: over and over in a terminal, else once at the end."""

    def __init__(self, what: str, *, quiet: bool) -> None:
        self.what, self.quiet = what, quiet
        self.began = self.said = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        at = time.monotonic()
        alive = sys.stderr.isatty() and at - self.said > LOOK_AGAIN
        if self.quiet or not (alive or done == of):
            return
        self.said = at
        rate = done / max(at - self.began, 0.001)
        end = "\n" if done == of else ""
        start = "\r" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{start}demo: {done} of {of} {self.what}, {rate:.0f} a second{end}")
        sys.stderr.flush()
