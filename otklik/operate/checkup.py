"""What `otklik doctor` looks at: one small function a question, in the order a person would ask."""

import http.client
import json
import shutil
import smtplib
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from otklik.channels.email.advice import ADVICE
from otklik.channels.email.domains import Dns, Resolver, Unreachable, is_reserved, verdicts
from otklik.channels.email.models import Mailbox
from otklik.channels.email.smtp import account_at, connect, own_account
from otklik.journal.models import Parked, Reader
from otklik.lib.encrypted import unopened
from otklik.lib.errors import OtklikError
from otklik.lib.ports import answers, called
from otklik.tickets.models import Channel, Delivery, RawMessage

PATIENCE = 5.0  # seconds that a server gets to answer
SPARE_BYTES = 500 * 1024 * 1024
KEY_LENGTH = 32
QUIET = timedelta(minutes=3)  # a worker that was silent for so long is gone or hangs
LATE = timedelta(minutes=10)  # work that is due for so long waits for somebody who does not come


class Level(Enum):
    OK = gettext_lazy("ok")
    WARNING = gettext_lazy("warning")
    FAILED = gettext_lazy("failed")


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do about it if anything."""

    level: Level
    text: str
    advice: str = ""


def fine(text: str) -> Finding:
    return Finding(Level.OK, text)


def home() -> Finding:
    """Can the folder be written, and is there room?"""
    try:
        with tempfile.TemporaryFile(dir=settings.HOME):
            free = shutil.disk_usage(settings.HOME).free
    except OSError as fault:
        text = _("The folder %(folder)s cannot be written: %(why)s.")
        advice = _("Give it to the account that runs Otklik, or choose another with OTKLIK_HOME.")
        return Finding(Level.FAILED, text % {"folder": settings.HOME, "why": fault.strerror}, advice)
    if free < SPARE_BYTES:
        text = _("The disk of %(folder)s is nearly full: %(free)s MB are left.")
        advice = _("Make room: new messages are refused when the disk is full.")
        return Finding(Level.WARNING, text % {"folder": settings.HOME, "free": free // 2**20}, advice)
    return fine(_("The folder %(folder)s can be written.") % {"folder": settings.HOME})


def secret_key() -> Finding:
    """Is the key long enough, and nobody else's?"""
    kept = settings.HOME / "secret_key"
    if len(settings.SECRET_KEY) < KEY_LENGTH:
        advice = _("Remove OTKLIK_SECRET_KEY, and one is made; links that were sent out will stop working.")
        return Finding(Level.FAILED, _("The secret key is too short to protect anything."), advice)
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        text = _("Other accounts of this machine can read the secret key.")
        return Finding(Level.FAILED, text, f"chmod 600 {kept}")
    return fine(_("The secret key is long and kept to itself."))


def store() -> Finding:
    """Does the database answer, and has it the tables of this version?"""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return Finding(Level.FAILED, _("The store is not prepared for this version."), "otklik migrate")
    return fine(_("The store answers (%(engine)s).") % {"engine": connection.display_name})


def web() -> Finding:
    """Do the pages come?"""
    place = f"{settings.HOST}:{settings.PORT}"
    line = http.client.HTTPConnection(called(settings.HOST), settings.PORT, timeout=PATIENCE)
    try:
        line.request("GET", "/", headers={"Host": settings.SITE_HOST})
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        text = _("The web pages do not answer at %(place)s: %(why)s.")
        return Finding(Level.FAILED, text % {"place": place, "why": fault}, _("Start “otklik serve”."))
    finally:
        line.close()
    if status >= 500:
        text = _("The web pages answer at %(place)s with the error %(status)s.")
        return Finding(Level.FAILED, text % {"place": place, "status": status}, _("Look into the log of the program."))
    return fine(_("The web pages answer at %(place)s.") % {"place": place})


def intake() -> Finding:
    """Is mail taken in?"""
    place = f"{settings.INTAKE_HOST}:{settings.INTAKE_PORT}"
    if not answers((settings.INTAKE_HOST, settings.INTAKE_PORT)):
        text = _("Nobody takes mail at %(place)s.")
        return Finding(Level.FAILED, text % {"place": place}, _("Start “otklik serve”."))
    with socket.create_connection((called(settings.INTAKE_HOST), settings.INTAKE_PORT), PATIENCE) as line:
        line.settimeout(PATIENCE)
        banner = line.recv(200).decode("ascii", "replace").strip()
    if not banner.startswith("220"):
        text = _("At %(place)s answers something that is not a mail server: %(banner)s")
        return Finding(Level.FAILED, text % {"place": place, "banner": banner}, _("Choose another OTKLIK_INTAKE_PORT."))
    return fine(_("Mail is taken at %(place)s.") % {"place": place})


def worker() -> Finding:
    """Has every duty of a worker on this machine come through lately?"""
    pulse = settings.HOME / "worker.pulse"
    try:
        passed = {name: float(at) for name, at in json.loads(pulse.read_text()).items()} if pulse.exists() else {}
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        text = _("The file by which the worker tells that it lives cannot be read: %(path)s: %(why)s.")
        advice = _("Delete it. A worker that runs writes it anew within seconds.")
        return Finding(Level.FAILED, text % {"path": pulse, "why": fault}, advice)
    silent = [name for name in settings.DUTIES if time.time() - passed.get(name, 0) > QUIET.total_seconds()]
    if silent:
        text = _("The worker has not come through with: %(duties)s.") % {"duties": ", ".join(silent)}
        advice = _("Start “otklik serve” or “otklik worker”; if it runs, its log says what keeps it.")
        return Finding(Level.FAILED, text, advice)
    return fine(_("The worker is at work."))


def outgoing() -> Finding:
    """Where do answers go?"""
    if not settings.SMTP_URL:
        text = _("No outgoing mail server is set; answers of a mailbox without one of its own stop in the outbox.")
        return Finding(Level.WARNING, text, _("Set OTKLIK_SMTP_URL; “otklik outbox” lists what waits."))
    account = account_at(settings.SMTP_URL)
    try:
        connect(account, timeout=PATIENCE).quit()  # signs in too
    except (OSError, smtplib.SMTPException) as fault:
        advice = _("Look at OTKLIK_SMTP_URL. Answers wait and are tried again.")
        return Finding(Level.FAILED, _("The outgoing mail server refused: %(why)s.") % {"why": fault}, advice)
    return fine(_("The outgoing mail server %(server)s answers.") % {"server": account.host})


def outgoing_of_mailboxes() -> Finding:
    """Do the servers that mailboxes send by let us in?"""
    own = Mailbox.objects.filter(channel__is_active=True).exclude(outgoing_host="").select_related("channel")
    for mailbox in own:
        try:
            connect(own_account(mailbox), timeout=PATIENCE).quit()
        except (OSError, smtplib.SMTPException, OtklikError) as fault:
            text = _("The outgoing mail server of %(mailbox)s refused: %(why)s.")
            advice = _("Look at the mailbox’s settings. Its answers wait and are tried again.")
            return Finding(Level.FAILED, text % {"mailbox": mailbox, "why": fault}, advice)
    return fine(_("Every mailbox with an outgoing server of its own can send."))


def domains(resolver: Resolver | None = None) -> Finding:
    """Can others tell our mail from a forgery?"""
    addresses = Channel.objects.active().filter(kind="email").values_list("address", flat=True)
    names = sorted({address.rpartition("@")[2].lower() for address in addresses})
    try:
        told = [each for name in names if not is_reserved(name) for each in verdicts(name, resolver or Dns())]
    except Unreachable:
        text = _("DNS cannot be asked from here, so SPF, DKIM and DMARC were not checked.")
        return Finding(Level.WARNING, text, _("Run “otklik doctor” again where the internet is at hand."))
    lacking = [each for each in told if each.advice]
    if lacking:
        return Finding(
            Level.WARNING, " ".join(each.text for each in lacking), " ".join(each.advice for each in lacking)
        )
    return fine(" ".join(each.text for each in told) or _("No domain of a mailbox needs SPF, DKIM or DMARC."))


def raw_messages() -> Finding:
    """Is everything that came also read?"""
    late = RawMessage.objects.due(now() - LATE).count()
    if late:
        text = ngettext("%(count)d message waits to be read.", "%(count)d messages wait to be read.", late)
        return Finding(Level.FAILED, text % {"count": late}, _("Start a worker; if one runs, its log says why."))
    unread = RawMessage.objects.unread().count()
    if unread:
        text = ngettext("%(count)d message could not be read.", "%(count)d messages could not be read.", unread)
        advice = _("They are kept: look at them in the settings, and “otklik replay” after an update.")
        return Finding(Level.WARNING, text % {"count": unread}, advice)
    return fine(_("Every message that came was read."))


def mailboxes() -> Finding:
    """Is every mailbox that we fetch from read?"""
    fetched = Mailbox.objects.fetched().select_related("channel")
    if failing := list(fetched.failing()):
        text = _("Mailboxes that are not read: %(mailboxes)s")
        told = "; ".join(f"{mailbox} ({mailbox.error})" for mailbox in failing)
        return Finding(Level.FAILED, text % {"mailboxes": told}, str(ADVICE[failing[0].error_code].todo))
    waiting = [str(mailbox) for mailbox in fetched.due(now() - LATE)]
    if waiting:
        text = _("Nobody reads the mailboxes: %(mailboxes)s.") % {"mailboxes": ", ".join(waiting)}
        return Finding(Level.FAILED, text, _("Start a worker; if one runs, its log says why."))
    return fine(_("Every mailbox is read."))


def kept_secrets() -> Finding:
    """Can every password in the store be opened with the keys there are?"""
    lost = unopened()
    if lost:
        text = ngettext(
            "%(count)d kept password cannot be opened with the secret key.",
            "%(count)d kept passwords cannot be opened with the secret key.",
            lost,
        )
        advice = _("Put the old key into OTKLIK_SECRET_KEY_FALLBACKS, or enter the passwords again in the settings.")
        return Finding(Level.FAILED, text % {"count": lost}, advice)
    return fine(_("The kept passwords can be opened."))


def deliveries() -> Finding:
    """Did every answer leave?"""
    late = Delivery.objects.due(now() - LATE).count()
    if late:
        text = ngettext("%(count)d answer waits to be sent.", "%(count)d answers wait to be sent.", late)
        return Finding(Level.FAILED, text % {"count": late}, _("Start a worker; if one runs, its log says why."))
    stopped = Delivery.objects.stopped().not_overtaken().count()
    if stopped:
        text = ngettext("%(count)d answer cannot be sent.", "%(count)d answers cannot be sent.", stopped)
        advice = _("The server for sending does not take them: the health page has its words and what to do.")
        return Finding(Level.FAILED, text % {"count": stopped}, advice)
    failed = Delivery.objects.failed().count()
    if failed:
        text = ngettext("%(count)d answer was not delivered.", "%(count)d answers were not delivered.", failed)
        return Finding(Level.WARNING, text % {"count": failed}, _("The ticket of each says why."))
    return fine(_("No answer is stuck."))


def reactions() -> Finding:
    """Does every reader follow the journal?"""
    stuck = ", ".join(Reader.objects.exclude(error="").values_list("name", flat=True))
    if stuck:
        text = _("Readers of the journal are stuck: %(names)s.") % {"names": stuck}
        return Finding(Level.FAILED, text, _("The log of the worker says why."))
    parked = Parked.objects.count()
    if parked:
        text = ngettext("%(count)d event was set aside.", "%(count)d events were set aside.", parked)
        return Finding(Level.WARNING, text % {"count": parked}, _("The settings show them and why."))
    return fine(_("Every event was reacted to."))


CHECKS: tuple[Callable[[], Finding], ...] = (
    home,
    secret_key,
    store,
    web,
    intake,
    worker,
    outgoing,
    kept_secrets,
    mailboxes,
    outgoing_of_mailboxes,
    domains,
    raw_messages,
    deliveries,
    reactions,
)
IN_THE_STORE = CHECKS[CHECKS.index(kept_secrets) :]


def findings() -> Iterator[Finding]:
    """Everything found. A store that does not answer is said once; the questions to it are left out then."""
    answering = True
    for check in CHECKS:
        try:
            if answering or check not in IN_THE_STORE:
                yield check()
        except DatabaseError as fault:
            answering = False
            text = _("The store does not answer: %(why)s.") % {"why": " ".join(str(fault).split())}
            yield Finding(Level.FAILED, text, _("Look at OTKLIK_DATABASE_URL and whether its server runs."))
