from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from otklik.channels.email.importing import Count, letters_of, store_all
from otklik.tickets.models import Channel


class Command(BaseCommand):
    help = "Import kept mail: mail import FILE… takes .eml files, mbox files and Maildir folders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
        take = what.add_parser("import", help="store kept mail as if it came now; safe to run twice")
        take.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".eml file, mbox file or Maildir folder")
        take.add_argument(
            "--to", metavar="ADDRESS", help="the mailbox that the mail came to; needed if there are several"
        )

    def handle(self, *, files: list[Path], to: str | None, **options: Any) -> None:
        mailbox = self.mailbox(to)
        total = Count()
        for path in files:
            try:
                count = store_all(letters_of(path), mailbox, tell=self.progress)
            except (OSError, ValueError) as fault:
                self.stderr.write(f"{path}: {fault}")
                total += Count(failed=1)
                continue
            total += count
        self.stdout.write(
            f"{total.new} mails were stored for {mailbox.address}, {total.known} were there already, "
            f"{total.failed} could not be read."
        )
        if total.failed:
            raise CommandError("Some mail could not be read; it is named above, the rest is stored.")

    def mailbox(self, address: str | None) -> Channel:
        mailboxes = Channel.objects.filter(kind="email")
        found = mailboxes.filter(address__iexact=address) if address else mailboxes
        if found.count() == 1:
            return found.get()
        known = ", ".join(mailboxes.values_list("address", flat=True)) or "none yet"
        raise CommandError(f"Name one mailbox with --to ADDRESS. Mailboxes: {known}.")

    def progress(self, count: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{count} mails …", ending="")
