from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.channels.email.importing import Count, letters_of, store_all
from otklik.tickets.models import Channel


class Command(BaseCommand):
    help = "Import kept mail: mail import FILE… takes .eml files, mbox files and Maildir folders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
        take = what.add_parser("import", help="store kept mail, each with its own date; safe to run twice")
        take.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".eml file, mbox file or Maildir folder")
        take.add_argument(
            "--to", metavar="ADDRESS", help="the mailbox that the mail came to; needed if there are several"
        )

    def handle(self, *, files: list[Path], to: str | None, **options: Any) -> None:
        mailbox = self.mailbox(to)
        total = Count()
        for path in files:
            total += self.take(path, mailbox)
        for line in summary(total, mailbox):
            self.stdout.write(line)
        if total.failed:
            raise CommandError(_("Some mail could not be read. It is named above; the rest is stored."))

    def take(self, path: Path, mailbox: Channel) -> Count:
        try:
            return store_all(letters_of(path), mailbox, tell=self.progress)
        except (OSError, ValueError) as fault:
            self.stderr.write(f"{path}: {fault}")
            return Count(failed=1)

    def mailbox(self, address: str | None) -> Channel:
        mailboxes = Channel.objects.filter(kind="email")
        found = mailboxes.filter(address__iexact=address) if address else mailboxes
        if found.count() == 1:
            return found.get()
        known = ", ".join(mailboxes.values_list("address", flat=True)) or "–"
        raise CommandError(_("Name one mailbox with --to ADDRESS. Mailboxes: %(known)s.") % {"known": known})

    def progress(self, count: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(
                "\r" + ngettext("%(count)d mail …", "%(count)d mails …", count) % {"count": count}, ending=""
            )


def summary(total: Count, mailbox: Channel) -> list[str]:
    new = ngettext(
        "%(count)d mail was stored for %(mailbox)s.", "%(count)d mails were stored for %(mailbox)s.", total.new
    )
    known = ngettext("%(count)d mail was there already.", "%(count)d mails were there already.", total.known)
    failed = ngettext("%(count)d mail could not be read.", "%(count)d mails could not be read.", total.failed)
    counted = ((new, total.new), (known, total.known), (failed, total.failed))
    return [line % {"count": count, "mailbox": mailbox.address} for line, count in counted]
