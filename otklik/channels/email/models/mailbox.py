"""A mailbox: how its mail is fetched, how answers leave it, and how it fares."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.lib.encrypted import EncryptedTextField
from otklik.tickets.models import Channel

LEASE = timedelta(seconds=90)  # renewed while the mailbox is read; a killed worker's mailbox is free after it
FIRST_PAUSE = timedelta(seconds=10)  # after a failure; doubled with each further one
LONGEST_PAUSE = timedelta(minutes=15)
REFUSED_PAUSE = timedelta(hours=1)  # a refused login: trying more often gets an account locked


class Security(models.TextChoices):
    TLS = "tls", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("No encryption")


class Trouble(models.TextChoices):
    """What keeps a mailbox from being read; each has its own advice."""

    LOGIN_REFUSED = "login_refused", _("The login is refused")
    UNREACHABLE = "unreachable", _("The server cannot be reached")
    TLS = "tls", _("The connection cannot be secured")
    FOLDER_MISSING = "folder_missing", _("A folder is missing")
    QUOTA = "quota", _("The server’s limit is reached")
    OTHER = "other", _("Something else")


def inbox_only() -> list[str]:
    return ["INBOX"]


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def fetched(self) -> MailboxQuerySet:
        """Those in use whose mail we fetch ourselves."""
        return self.filter(channel__is_active=True, channel__kind="email").exclude(incoming="")

    def due(self, at: datetime | None = None) -> MailboxQuerySet:
        return self.fetched().free(at or now()).order_by("due_at", "pk")

    def free(self, at: datetime) -> MailboxQuerySet:
        """Those that nobody reads. A time farther away than the longest pause was set by a clock that went wrong."""
        return self.filter(Q(due_at__lte=at) | Q(due_at__gt=at + REFUSED_PAUSE + LEASE))

    def failing(self) -> MailboxQuerySet:
        return self.fetched().exclude(error_code="")


class Mailbox(models.Model):
    """The settings of one e-mail channel. `due_at` is when it may be taken to be read: the end of the lease of whoever
    reads it now, or the time of the next try.
    """

    class Incoming(models.TextChoices):
        INTAKE = "", _("Mail is handed over to Otklik (SMTP, LMTP)")
        IMAP = "imap", _("IMAP")
        POP3 = "pop3", _("POP3")

    class Auth(models.TextChoices):
        PASSWORD = "password", _("Password")
        OAUTH2 = "oauth2", _("OAuth2")

    class AfterReading(models.TextChoices):
        MARK = "mark", _("Leave it in its folder and mark it as read")
        MOVE = "move", _("Move it to another folder")

    class Quoting(models.TextChoices):
        NONE = "none", _("Nothing")
        LAST = "last", _("The last message")
        THREAD = "thread", _("The whole conversation")

    journal_name = "mailbox"

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="mailbox")

    incoming = models.CharField(_("how mail comes"), max_length=10, choices=Incoming, blank=True)
    incoming_host = models.CharField(_("server for reading"), max_length=253, blank=True)
    incoming_port = models.PositiveIntegerField(_("port"), default=993)
    incoming_security = models.CharField(_("encryption"), max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(_("login"), max_length=254, blank=True, help_text=_("Empty: the address."))
    auth = models.CharField(_("how to log in"), max_length=10, choices=Auth, default=Auth.PASSWORD)
    password = EncryptedTextField(_("password"), blank=True)
    oauth_provider = models.CharField(_("provider"), max_length=20, blank=True)
    oauth_tenant = models.CharField(
        _("directory"), max_length=100, blank=True, help_text=_("Microsoft only. Empty: any organisation’s.")
    )
    oauth_client_id = models.CharField(_("application’s identifier"), max_length=254, blank=True)
    oauth_client_secret = EncryptedTextField(_("application’s secret"), blank=True)
    oauth_refresh_token = EncryptedTextField(blank=True)
    oauth_access_token = EncryptedTextField(blank=True)
    oauth_expires_at = models.DateTimeField(null=True, blank=True)
    folders = models.JSONField(_("folders"), default=inbox_only)
    after_reading = models.CharField(_("after reading"), max_length=10, choices=AfterReading, default=AfterReading.MARK)
    move_to = models.CharField(_("move to folder"), max_length=200, blank=True)
    read_from = models.DateTimeField(
        _("read from"), null=True, blank=True, help_text=_("Older mail stays unread. Empty: all mail is read.")
    )

    outgoing_host = models.CharField(_("server for sending"), max_length=253, blank=True)
    outgoing_port = models.PositiveIntegerField(_("port"), default=465)
    outgoing_security = models.CharField(_("encryption"), max_length=10, choices=Security, default=Security.TLS)
    outgoing_username = models.CharField(_("login for sending"), max_length=254, blank=True)
    outgoing_password = EncryptedTextField(_("password for sending"), blank=True)
    sends_per_hour = models.PositiveIntegerField(_("mails an hour at most"), null=True, blank=True)
    quoting = models.CharField(_("what answers quote"), max_length=10, choices=Quoting, default=Quoting.LAST)
    attachment_limit_bytes = models.PositiveBigIntegerField(_("largest attachment"), default=15 * 1024 * 1024)
    auto_reply = models.BooleanField(_("auto-reply to a new ticket"), default=False)
    auto_reply_never = models.TextField(
        _("no automatic mail to"), blank=True, help_text=_("Addresses and domains, one a line.")
    )
    auto_reply_text = models.TextField(_("text of the auto-reply"), blank=True)
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working hours"),
        help_text=_(
            "Outside of them, whoever writes is told when somebody is there again. Empty: nobody is told. "
            "Hours are made under “Calendars”."
        ),
    )
    out_of_hours_text = models.TextField(_("text out of hours"), blank=True)

    checked_at = models.DateTimeField(null=True)  # when reading last went through
    mail_at = models.DateTimeField(null=True)  # when mail last came
    failed_at = models.DateTimeField(null=True)  # since when it fails; null while all is well
    error_code = models.CharField(max_length=20, choices=Trouble, blank=True)
    error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    due_at = models.DateTimeField(default=now)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="mailbox_due")]

    def __str__(self) -> str:
        return self.channel.address

    def clean(self) -> None:
        moves = self.after_reading == self.AfterReading.MOVE and self.incoming != self.Incoming.POP3  # it only removes
        if moves and (not self.move_to or self.move_to in self.folders):
            raise ValidationError({"move_to": _("Name a folder that is not read.")})

    @property
    def login(self) -> str:
        return self.username or self.channel.address

    def take(self, at: datetime | None = None) -> bool:
        """Take this mailbox for the length of LEASE; False if it is not due: somebody else reads it."""
        at = at or now()
        return self._lease(Mailbox.objects.filter(pk=self.pk).free(at), until=at + LEASE)

    def keep(self, at: datetime | None = None) -> bool:
        """Renew our lease; False if it is not ours any more, or the settings changed: the reader begins anew then."""
        still = Mailbox.objects.filter(pk=self.pk, due_at=self.due_at)
        return self._lease(still.fetched(), until=(at or now()) + LEASE)

    def release(self, at: datetime | None = None) -> bool:
        """Give the mailbox back before the lease ends."""
        return self._lease(Mailbox.objects.filter(pk=self.pk, due_at=self.due_at), until=at or now())

    def begin_anew(self, *, at: datetime | None = None) -> None:
        """Read at once with the settings of now, whoever has it; for changed settings and “try again”."""
        Mailbox.objects.filter(pk=self.pk).update(due_at=at or now(), failures=0)

    def note_reading(self, *, mails: int, at: datetime | None = None) -> None:
        """Reading went through and brought so many mails; whatever was wrong is over."""
        at = at or now()
        mail = {"mail_at": at} if mails else {}
        well = {"checked_at": at, "failed_at": None, "error_code": "", "error": "", "failures": 0}
        Mailbox.objects.filter(pk=self.pk).update(**well, **mail)

    def note_failure(self, code: str, error: str, *, by_server: bool = True, at: datetime | None = None) -> None:
        """Reading failed: try later, ever later; a login that the server refused seldom. Only whoever has the lease
        may say so.
        """
        at = at or now()
        pause = min(FIRST_PAUSE * 2 ** min(self.failures, 10), LONGEST_PAUSE)
        if code == Trouble.LOGIN_REFUSED and by_server:
            pause = REFUSED_PAUSE
        failed = Mailbox.objects.filter(pk=self.pk, due_at=self.due_at)
        failed.update(
            failed_at=Coalesce("failed_at", Value(at, models.DateTimeField())),
            error_code=code,
            error=error[:1000],
            failures=F("failures") + 1,
            due_at=at + pause,
        )

    def _lease(self, free: models.QuerySet[Mailbox], *, until: datetime) -> bool:
        if not free.update(due_at=until):
            return False
        self.due_at = until
        return True


class Folder(models.Model):
    """How far one folder was read. Its numbers hold only together with `uid_validity`."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="read_folders")
    name = models.CharField(max_length=200)
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="folder_once")]

    def __str__(self) -> str:
        return self.name

    def begin(self, uid_validity: int) -> None:
        """Forget how far it was read: the server numbers its mails anew."""
        self._set(Folder.objects.filter(pk=self.pk), uid_validity=uid_validity, last_uid=0)

    def advance(self, uid: int) -> None:
        """Everything up to this number was read, unless it was numbered anew meanwhile."""
        behind = Folder.objects.filter(pk=self.pk, uid_validity=self.uid_validity, last_uid__lt=uid)
        self._set(behind, last_uid=uid)

    def _set(self, rows: models.QuerySet[Folder], **columns: int) -> None:
        if rows.update(**columns):
            for name, value in columns.items():
                setattr(self, name, value)


class KnownMail(models.Model):
    """A mail of a POP3 mailbox that stays on the server and was stored: its name there."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="known_mails")
    uid = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "uid"], name="known_mail_once")]

    def __str__(self) -> str:
        return self.uid


def mailbox_of(channel: Channel) -> Mailbox:
    """The mailbox of an e-mail channel; the defaults, not stored, for one that was never set up."""
    return Mailbox.objects.filter(channel=channel).first() or Mailbox(channel=channel)
