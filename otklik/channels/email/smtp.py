"""Talking to outgoing servers: who we are there, connections that are kept for a while, one mail at a time."""

import base64
import smtplib
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from otklik.tickets.models import Channel

from .models import Mailbox, mailbox_of
from .models.mailbox import Security
from .oauth import forget_token, initial_response

TIMEOUT_SECONDS = 60  # for each step until we are signed in
# For each step of handing a mail over. So many minutes RFC 5321 wants at its end: a server that looks through a large
# mail takes its time, and whoever gives up meanwhile sends it again though it was taken.
HANDING_SECONDS = 600
GOODBYE_SECONDS = 5
IDLE_SECONDS = 20  # servers hang up on who is silent; we rather do it ourselves
MAILS_MAX = 50  # over one connection: many servers allow a hundred


@dataclass(frozen=True)
class Account:
    """An outgoing server, and who we are there. `oauth` is the mailbox that has a token in place of a password."""

    host: str
    port: int
    security: str = Security.NONE
    username: str = ""
    password: str = field(default="", repr=False)
    oauth: Mailbox | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Letter:
    """A mail in its envelope. An empty sender is the null one: no bounce comes back, no program answers."""

    sender: str
    recipient: str
    content: bytes


class NotUnderstood(smtplib.SMTPException):
    """The server cannot do what the mail needs."""


def account_of(channel: Channel) -> Account | None:
    """How mail of this mailbox leaves: by its own server, else by the installation's; None if there is neither."""
    mailbox = mailbox_of(channel)
    if mailbox.outgoing_host:
        return own_account(mailbox)
    return account_at(settings.SMTP_URL) if settings.SMTP_URL else None


def own_account(mailbox: Mailbox) -> Account:
    """The server that the mailbox names. A login of its own for sending comes with a password of its own."""
    is_oauth = mailbox.auth == Mailbox.Auth.OAUTH2 and not mailbox.outgoing_password
    password = "" if is_oauth else mailbox.outgoing_password or mailbox.password
    return Account(
        host=mailbox.outgoing_host,
        port=mailbox.outgoing_port,
        security=mailbox.outgoing_security,
        username=(mailbox.outgoing_username or mailbox.login) if password or is_oauth else "",
        password=password,
        oauth=mailbox if is_oauth else None,
    )


def account_at(url: str) -> Account:
    """The account that smtp://user:password@host:port?starttls=1 or smtps://… means."""
    parts = urlsplit(url)
    starttls = Security.STARTTLS if parse_qs(parts.query).get("starttls") == ["1"] else Security.NONE
    security = Security.TLS if parts.scheme == "smtps" else starttls
    return Account(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if security == Security.TLS else 25),
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def connect(account: Account, *, timeout: float = TIMEOUT_SECONDS) -> smtplib.SMTP:
    """A connection, secured and signed in. Raises OSError and smtplib.SMTPException."""
    context = ssl.create_default_context()
    name = settings.SITE_HOST
    if account.security == Security.TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(account.host, account.port, name, timeout=timeout, context=context)
    else:
        line = smtplib.SMTP(account.host, account.port, name, timeout=timeout)
    try:
        if account.security == Security.STARTTLS:
            line.starttls(context=context)
        sign_in(line, account)
    except BaseException:
        line.close()
        raise
    return line


def sign_in(line: smtplib.SMTP, account: Account) -> None:
    """Raises smtplib.SMTPException, and what `access_token` raises."""
    if account.oauth:
        _sign_in_by_token(line, account.username, account.oauth)
    elif (account.username + account.password).isascii():
        if account.username:
            line.login(account.username, account.password)
    else:
        _sign_in_with_any_letters(line, account)


def _sign_in_with_any_letters(line: smtplib.SMTP, account: Account) -> None:
    # The standard library writes ASCII only; RFC 4616 says UTF-8.
    line.ehlo_or_helo_if_needed()
    said = f"\0{account.username}\0{account.password}"
    code, answer = line.docmd("AUTH", f"PLAIN {base64.b64encode(said.encode()).decode()}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _sign_in_by_token(line: smtplib.SMTP, username: str, mailbox: Mailbox) -> None:
    # Not asked whether the server lists XOAUTH2: some that take it do not.
    line.ehlo_or_helo_if_needed()
    code, answer = line.docmd("AUTH", f"XOAUTH2 {initial_response(mailbox, username)}")
    if code == 334:  # the details of a refusal come as a question, which wants an empty line
        code, answer = line.docmd("")
    if code != 235:
        forget_token(mailbox)
        raise smtplib.SMTPAuthenticationError(code, answer)


@dataclass
class Kept:
    """A connection that nobody uses now."""

    line: smtplib.SMTP
    mails: int
    at: float


class Pool:
    """At most one idle connection an account. Whoever takes it has it alone."""

    def __init__(self) -> None:
        self._idle: dict[Account, Kept] = {}
        self._lock = threading.Lock()

    def send(self, account: Account, letter: Letter) -> None:
        """Hand one mail over. Raises what `connect` raises, and the server's refusals as smtplib has them."""
        kept = self._take(account)
        try:
            _wait_for(kept.line, HANDING_SECONDS)
            hand_over(kept.line, letter)
            _wait_for(kept.line, TIMEOUT_SECONDS)
        except BaseException:
            kept.line.close()
            raise
        self._give_back(account, kept)

    def close_idle(self, *, before: float | None = None) -> None:
        """Hang up where nothing was sent for a while."""
        before = time.monotonic() - IDLE_SECONDS if before is None else before
        with self._lock:
            old = [account for account, kept in self._idle.items() if kept.at <= before]
            lines = [self._idle.pop(account).line for account in old]
        for line in lines:
            _hang_up(line)

    def _take(self, account: Account) -> Kept:
        with self._lock:
            kept = self._idle.pop(account, None)
        if kept and _is_alive(kept.line):
            return kept
        return Kept(connect(account), 0, 0.0)

    def _give_back(self, account: Account, kept: Kept) -> None:
        kept.mails, kept.at = kept.mails + 1, time.monotonic()
        with self._lock:
            spare = kept if kept.mails >= MAILS_MAX else self._idle.get(account)
            if spare is not kept:
                self._idle[account] = kept
        if spare:
            _hang_up(spare.line)


def hand_over(line: smtplib.SMTP, letter: Letter) -> None:
    """One mail for one recipient. Raises the server's refusals as smtplib has them, and NotUnderstood."""
    sender, recipient = wire(letter.sender), wire(letter.recipient)
    line.ehlo_or_helo_if_needed()
    options = []
    if not (sender + recipient).isascii():
        if not line.has_extn("smtputf8"):
            raise NotUnderstood(f"The server does not take addresses with letters like those of {recipient}.")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    line.sendmail(sender, [recipient], letter.content, mail_options=options)


def wire(address: str) -> str:
    """The address with its domain as it is written on the wire."""
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if address else ""
    except UnicodeError:  # such a domain cannot exist; the server says so better than we could
        return address


def _wait_for(line: smtplib.SMTP, seconds: float) -> None:
    if line.sock:
        line.sock.settimeout(seconds)


def _is_alive(line: smtplib.SMTP) -> bool:
    try:
        return line.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        line.close()
        return False


def _hang_up(line: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):  # it is over either way
        _wait_for(line, GOODBYE_SECONDS)
        line.quit()
    line.close()


POOL = Pool()


def close_idle() -> bool:
    """The worker's duty: hang up on servers that we have had nothing for lately."""
    POOL.close_idle()
    return False


def answer_of(refusal: smtplib.SMTPException) -> tuple[int, str]:
    """The code and the words of a refusal; 0 when the server did not get to say anything."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(refusal.recipients.values()))
        return code, _text(said)
    if isinstance(refusal, smtplib.SMTPResponseException):
        return refusal.smtp_code, _text(refusal.smtp_error)
    return 0, str(refusal)


def _text(said: Any) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())
