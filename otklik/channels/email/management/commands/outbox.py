from argparse import ArgumentParser
from email import message_from_bytes, policy
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.channels.email.models import OutboxMail
from otklik.channels.email.smtp import account_of
from otklik.tickets.models import Channel, Delivery

HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date")


class Command(BaseCommand):
    help = "List, show or release the answers that wait for an outgoing mail server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", metavar="WHAT")
        what.add_parser("list", help="list the answers that wait (the default)")
        show = what.add_parser("show", help="show one as its recipient would read it")
        show.add_argument("id", type=int, help="its number in the list")
        what.add_parser("release", help="send all that wait and have a server now")

    def handle(self, *, what: str | None, **options: Any) -> None:
        match what:
            case "show":
                self.show(options["id"])
            case "release":
                self.release()
            case _:
                self.list()

    def list(self) -> None:
        mails = OutboxMail.objects.waiting()
        for mail in mails:
            at = f"{localtime(mail.at):%Y-%m-%d %H:%M}"
            self.stdout.write(f"{mail.pk:>6}  {at}  #{mail.delivery.message.ticket_id}  {mail}")
        if not mails:
            self.stdout.write(_("Nothing waits."))

    def show(self, pk: int) -> None:
        kept = OutboxMail.objects.filter(pk=pk).first()
        if kept is None:
            raise CommandError(_("There is no mail %(id)d in the outbox; “otklik outbox” lists all.") % {"id": pk})
        mail = message_from_bytes(bytes(kept.raw), policy=policy.default)
        for name in HEADERS:
            if mail[name]:
                self.stdout.write(f"{name}: {mail[name]}")
        body = mail.get_body(("plain",))
        self.stdout.write(f"\n{body.get_content() if body else ''}")
        for part in mail.iter_attachments():
            self.stdout.write(f"[{part.get_filename()}]")

    def release(self) -> None:
        able = [channel for channel in Channel.objects.filter(kind="email") if account_of(channel)]
        if not able:
            raise CommandError(_("No outgoing mail server is set. Set OTKLIK_SMTP_URL, restart, and release again."))
        count = sum(delivery.send_again() for delivery in Delivery.objects.held().filter(channel__in=able))
        self.stdout.write(
            ngettext("%(count)s answer is being sent.", "%(count)s answers are being sent.", count) % {"count": count}
        )
