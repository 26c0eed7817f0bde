"""Trying a mailbox's settings out for whoever entered them: log in, look, send a mail to itself, see it come."""

import imaplib
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from imapclient import IMAPClient

from otklik.lib.errors import OtklikError
from otklik.lib.ports import answers
from otklik.lib.tokens import sign
from otklik.tickets.models import RawMessage

from . import imap, pop3
from .advice import ADVICE
from .models import Mailbox
from .reading import OWN_HEADER, OWN_PURPOSE
from .smtp import Account, Letter, account_of, answer_of, connect, hand_over
from .trouble import EXPECTED, FolderMissing, code, words

WAIT_SECONDS = 60.0
LOOK_EVERY_SECONDS = 2.0
NEWEST = 10  # mails of a POP3 mailbox that are looked at
SENDING_FAULTS = (OSError, smtplib.SMTPException, OtklikError)


@dataclass(frozen=True)
class Step:
    """What was tried and how it went, in the language of now; `advice` says what to do if it went wrong."""

    text: str
    is_ok: bool = True
    advice: str = ""


def test_connection(mailbox: Mailbox) -> Iterator[Step]:
    """Each step as it ends; the first that fails is the last. Takes up to two minutes; not for use in a transaction."""
    for part in (try_reading, try_sending):
        for step in part(mailbox):
            yield step
            if not step.is_ok:
                return


test_connection.__test__ = False  # type: ignore[attr-defined]  # its name deceives pytest


def try_reading(mailbox: Mailbox) -> Iterator[Step]:
    """Can we log in, and are the folders there?"""
    tries = {Mailbox.Incoming.IMAP: _try_imap, Mailbox.Incoming.POP3: _try_pop3, Mailbox.Incoming.INTAKE: _try_intake}
    try:
        yield from tries[Mailbox.Incoming(mailbox.incoming)](mailbox)
    except EXPECTED as fault:
        text = _("Reading by way of %(host)s:%(port)s failed: %(why)s")
        told = {"host": mailbox.incoming_host, "port": mailbox.incoming_port, "why": words(fault)}
        yield Step(text % told, is_ok=False, advice=str(ADVICE[code(fault)].todo))


def try_sending(mailbox: Mailbox) -> Iterator[Step]:
    """Does a mail to itself leave, and does it arrive?"""
    account = account_of(mailbox.channel)
    if account is None:
        text = _("No server for sending is named, so answers stop in the outbox.")
        yield Step(text, is_ok=False, advice=_("Name one here, or set OTKLIK_SMTP_URL for all mailboxes."))
        return
    address, begun = mailbox.channel.address, now()
    message_id = make_msgid(domain=address.rpartition("@")[2])
    try:
        _send(account, address, message_id)
    except SENDING_FAULTS as fault:
        text = _("Sending by way of %(host)s:%(port)s failed: %(why)s")
        advice = _("Compare server, port, encryption, login and password with what the provider names for sending.")
        told = {"host": account.host, "port": account.port, "why": _said(fault)}
        yield Step(text % told, is_ok=False, advice=advice)
        return
    text = _("%(host)s took a mail from %(address)s to %(address)s.")
    yield Step(text % {"host": account.host, "address": address})
    yield _arrival(mailbox, message_id, begun)


def _try_intake(mailbox: Mailbox) -> Iterator[Step]:
    told = {"place": f"{settings.INTAKE_HOST}:{settings.INTAKE_PORT}", "address": mailbox.channel.address}
    if answers((settings.INTAKE_HOST, settings.INTAKE_PORT)):
        yield Step(_("Mail for %(address)s is taken at %(place)s.") % told)
    else:
        yield Step(_("Nobody takes mail at %(place)s.") % told, is_ok=False, advice=_("Start “otklik serve”."))


def _try_imap(mailbox: Mailbox) -> Iterator[Step]:
    with imap.connect(mailbox) as client:
        yield _logged_in(mailbox)
        for name in mailbox.folders:
            count = _opened(client, name)
            text = ngettext(
                "The folder “%(folder)s” is open: %(count)d mail.",
                "The folder “%(folder)s” is open: %(count)d mails.",
                count,
            )
            yield Step(text % {"folder": name, "count": count})
        if mailbox.after_reading == Mailbox.AfterReading.MOVE:
            is_there = client.folder_exists(mailbox.move_to)
            there, made = _("What is read goes to “%(folder)s”."), _("The folder “%(folder)s” will be made.")
            yield Step((there if is_there else made) % {"folder": mailbox.move_to})


def _opened(client: IMAPClient, name: str) -> int:
    try:
        return int(client.select_folder(name, readonly=True)[b"EXISTS"])
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as fault:
        raise FolderMissing(folder=name, why=words(fault)) from fault


def _try_pop3(mailbox: Mailbox) -> Iterator[Step]:
    with closing(pop3.connect(mailbox)) as server:
        yield _logged_in(mailbox)
        count = server.stat()[0]
        server.quit()
    text = ngettext("The mailbox is open: %(count)d mail.", "The mailbox is open: %(count)d mails.", count)
    yield Step(text % {"count": count})


def _logged_in(mailbox: Mailbox) -> Step:
    text = _("%(host)s let us in as %(login)s.")
    return Step(text % {"host": mailbox.incoming_host, "login": mailbox.login})


def _said(fault: Exception) -> str:
    """The server's answer, else what the system says of it."""
    code, said = answer_of(fault) if isinstance(fault, smtplib.SMTPException) else (0, words(fault))
    return f"{code} {said}" if code else said


def _send(account: Account, address: str, message_id: str) -> None:
    mail = EmailMessage()
    mail["From"] = mail["To"] = address
    mail["Subject"] = _("Otklik tries this mailbox out")
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail[OWN_HEADER] = sign(OWN_PURPOSE, "test")  # so that no ticket comes of it
    mail.set_content(_("This mail shows that sending and reading work. It can be deleted."))
    with closing(connect(account, timeout=WAIT_SECONDS)) as line:
        hand_over(line, Letter(address, address, mail.as_bytes()))


def _arrival(mailbox: Mailbox, message_id: str, begun: Any) -> Step:
    looks: dict[str, Callable[[Mailbox, str], bool]] = {"imap": _is_in_imap, "pop3": _is_in_pop3}
    look = looks.get(mailbox.incoming)
    start = time.monotonic()
    while (passed := int(time.monotonic() - start)) < WAIT_SECONDS:
        try:
            # A worker may have read it already, which is the best of answers.
            if _is_stored(mailbox, message_id, begun) or (look and look(mailbox, message_id)):
                text = ngettext(
                    "The mail came back within %(count)d second.",
                    "The mail came back within %(count)d seconds.",
                    passed + 1,
                )
                return Step(text % {"count": passed + 1})
        except EXPECTED as fault:
            text = _("Looking for the mail failed: %(why)s")
            return Step(text % {"why": words(fault)}, is_ok=False, advice=str(ADVICE[code(fault)].todo))
        time.sleep(LOOK_EVERY_SECONDS)
    text = ngettext(
        "The mail did not come back within %(count)d second.",
        "The mail did not come back within %(count)d seconds.",
        int(WAIT_SECONDS),
    )
    advice = _(
        "Look for it in the mailbox, in its folder for spam too, and see whether its filters move mail elsewhere."
    )
    return Step(text % {"count": int(WAIT_SECONDS)}, is_ok=False, advice=advice)


def _is_stored(mailbox: Mailbox, message_id: str, begun: Any) -> bool:
    # Servers count time in whole seconds, and their clocks differ from ours.
    fresh = RawMessage.objects.filter(channel=mailbox.channel, received_at__gte=begun - timedelta(minutes=5))
    return any(message_id.encode() in bytes(body) for body in fresh.order_by("-pk").values_list("body", flat=True)[:20])


def _is_in_imap(mailbox: Mailbox, message_id: str) -> bool:
    with imap.connect(mailbox) as client:
        for name in mailbox.folders:
            client.select_folder(name, readonly=True)
            if client.search(["HEADER", "Message-ID", message_id]):
                return True
    return False


def _is_in_pop3(mailbox: Mailbox, message_id: str) -> bool:
    with closing(pop3.connect(mailbox)) as server:
        count = server.stat()[0]
        tops = (server.top(number, 0)[1] for number in range(count, max(count - NEWEST, 0), -1))
        found = any(message_id.encode() in line for top in tops for line in top)
        server.quit()
    return found
