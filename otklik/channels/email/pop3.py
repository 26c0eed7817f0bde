"""Reading a mailbox by POP3, for servers that have nothing better: connect, take what is new, leave.

Mails are removed after they were committed, or (`after_reading` is “mark”) stay and are known by their UIDL.
"""

import logging
import poplib
import ssl
from datetime import timedelta

from django.conf import settings

from .importing import date_of
from .models import KnownMail, Mailbox, Security
from .oauth import forget_token, initial_response
from .storing import Letter, envelope, name_for, store
from .trouble import LoginRefused, is_cut, words
from .watch import Watch

TIMEOUT_SECONDS = 60.0
POLL = timedelta(minutes=1)
CUT_LINES = 5_000  # of a mail over the limit
# The standard library gives up at 2 kB, and broken programs send whole pages in one line.
poplib._MAXLINE = 1024 * 1024  # type: ignore[attr-defined]

log = logging.getLogger(__name__)


def connect(mailbox: Mailbox) -> poplib.POP3:
    """A connection that is logged in. Raises what `trouble.EXPECTED` names."""
    place = (mailbox.incoming_host, mailbox.incoming_port)
    context = ssl.create_default_context()
    server: poplib.POP3
    if mailbox.incoming_security == Security.TLS:
        server = poplib.POP3_SSL(*place, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = poplib.POP3(*place, timeout=TIMEOUT_SECONDS)
    try:
        if mailbox.incoming_security == Security.STARTTLS:
            server.stls(context)
        log_in(server, mailbox)
    except BaseException:
        server.close()
        raise
    return server


def log_in(server: poplib.POP3, mailbox: Mailbox) -> None:
    try:
        if mailbox.auth == Mailbox.Auth.OAUTH2:
            log_in_by_token(server, mailbox)
        else:
            server.user(mailbox.login)
            server.pass_(mailbox.password)
    except poplib.error_proto as fault:
        raise fault if is_cut(fault) else LoginRefused(why=words(fault)) from fault


def log_in_by_token(server: poplib.POP3, mailbox: Mailbox) -> None:
    """A token may have been withdrawn before its time: a refused one is tried once more with a fresh one."""
    try:
        _give_token(server, mailbox)
    except poplib.error_proto as fault:
        if is_cut(fault):
            raise
        forget_token(mailbox)
        _give_token(server, mailbox)


def _give_token(server: poplib.POP3, mailbox: Mailbox) -> None:
    said = initial_response(mailbox, mailbox.login)
    # The standard library signs in by passwords only, and takes any line that begins with “+” for a yes.
    _command(server, "AUTH XOAUTH2")  # in two steps, as Microsoft wants it
    if not _command(server, said).startswith(b"+OK"):
        _command(server, "")  # the details of a refusal come as a question, which wants an empty line


def _command(server: poplib.POP3, line: str) -> bytes:
    return server._shortcmd(line)  # type: ignore[attr-defined, no-any-return]


def read(mailbox: Mailbox, watch: Watch) -> None:
    """Take what is new and leave; the next look is after POLL. Raises as `connect`."""
    server = connect(mailbox)
    try:
        Session(server, mailbox, watch).read()
        server.quit()  # only now the server removes what we asked it to
    finally:
        server.close()
    watch.note_reading()
    watch.come_back(POLL)


class Session:
    """One connection at work."""

    def __init__(self, server: poplib.POP3, mailbox: Mailbox, watch: Watch) -> None:
        self.server = server
        self.mailbox = mailbox
        self.watch = watch
        self.removes = mailbox.after_reading == Mailbox.AfterReading.MOVE

    def read(self) -> None:
        numbers = dict(line.decode("ascii", "replace").split(maxsplit=1) for line in self.server.uidl()[1])
        sizes = dict(line.decode("ascii", "replace").split()[:2] for line in self.server.list()[1])
        known = self.known(set(numbers.values()))
        for number, uid in numbers.items():
            if not self.watch.holds():
                return
            if uid not in known:
                self.take(int(number), uid, size_bytes=int(sizes.get(number, 0)))

    def known(self, there: set[str]) -> set[str]:
        """What was read and stays on the server; what left it is forgotten."""
        known = set(self.mailbox.known_mails.values_list("uid", flat=True))
        for uid in known - there:
            self.mailbox.known_mails.filter(uid=uid).delete()
        return known

    def take(self, number: int, uid: str, *, size_bytes: int) -> None:
        """Commit one mail, then remove it or remember it."""
        is_old = self.mailbox.read_from and date_of(self.text(number, lines=0)) < self.mailbox.read_from
        if not is_old:
            self.store(number, uid, size_bytes=size_bytes)
        if self.removes and not is_old:
            self.server.dele(number)
        else:
            KnownMail.objects.get_or_create(mailbox=self.mailbox, uid=uid)

    def store(self, number: int, uid: str, *, size_bytes: int) -> None:
        is_whole = size_bytes <= settings.MESSAGE_MAX_BYTES
        body = self.text(number, lines=None if is_whole else CUT_LINES)
        name = name_for(body) and f"pop3:{uid}"
        said = envelope(None, [self.mailbox.channel.address], name=name)
        # The return path is not known, which is not the same as an empty one.
        del said["mail_from"]
        if not is_whole:
            log.warning("%s: the mail %s is larger than the limit; its beginning is read.", self.mailbox, number)
            said["cut_from_bytes"] = size_bytes
        store([Letter(body, said, [self.mailbox.channel_id])])
        self.watch.note_reading(mails=1)

    def text(self, number: int, *, lines: int | None) -> bytes:
        """The mail, or its head and so many lines."""
        answer = self.server.retr(number) if lines is None else self.server.top(number, lines)
        return b"".join(line + b"\r\n" for line in answer[1])
