"""Setting a mailbox up: one screen that changes the channel and how its mail is fetched and sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.channels.email.models import Mailbox, Security
from otklik.channels.email.oauth import PROVIDERS
from otklik.channels.email.placeholders import OF_AUTOMATIC, OF_OUT_OF_HOURS, check
from otklik.journal.record import record
from otklik.staff.models import Member
from otklik.tickets.models import Channel, Delivery

from .settings import LinesField, check_free

PLAIN = ["incoming", "incoming_host", "incoming_security", "username", "auth", "oauth_provider", "oauth_tenant",
         "oauth_client_id", "after_reading", "move_to", "read_from", "outgoing_host", "outgoing_security",
         "outgoing_username", "sends_per_hour", "quoting", "auto_reply", "auto_reply_never",
         "auto_reply_text", "calendar", "out_of_hours_text"]  # fmt: skip
COLUMNS = (*PLAIN, "incoming_port", "outgoing_port", "folders")
ADDRESS = ["address", "name", "team", "language", "signature", "is_active"]
SECRETS = ("password", "outgoing_password", "oauth_client_secret")
OF_A_TOKEN = {
    "incoming",
    "username",
    "oauth_provider",
    "oauth_tenant",
    "oauth_client_id",
}  # a token belongs to all of these
DEFAULTS = {
    "incoming_security": Security.TLS,
    "outgoing_security": Security.TLS,
    "auth": Mailbox.Auth.PASSWORD,
    "after_reading": Mailbox.AfterReading.MARK,
    "quoting": Mailbox.Quoting.LAST,
}
UNCHANGED = "••••••••"
MEGABYTE = 1024 * 1024
USUAL_PORTS = {
    ("imap", Security.TLS): 993,
    ("imap", Security.STARTTLS): 143,
    ("imap", Security.NONE): 143,
    ("pop3", Security.TLS): 995,
    ("pop3", Security.STARTTLS): 110,
    ("pop3", Security.NONE): 110,
    ("smtp", Security.TLS): 465,
    ("smtp", Security.STARTTLS): 587,
    ("smtp", Security.NONE): 25,
}


class AddressForm(forms.ModelForm[Channel]):
    """What clients know of the mailbox."""

    address = forms.EmailField(label=_("Address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    class Meta:
        model = Channel
        fields = ADDRESS
        widgets = {"signature": forms.Textarea(attrs={"rows": 3})}

    def clean_address(self) -> str:
        return check_free("email", str(self.cleaned_data["address"]).strip().lower(), self.instance)


class SecretField(forms.CharField):
    """Written, never shown: what is kept is not sent to the browser, and nothing typed means that it stays."""

    def __init__(self, **rest: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
        super().__init__(required=False, strip=True, widget=widget, **rest)


class MailboxForm(forms.ModelForm[Mailbox]):
    """How mail is fetched and sent. A port or an encryption left empty is the usual one."""

    incoming_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    outgoing_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    password = SecretField(label=_("Password"))
    outgoing_password = SecretField(label=_("Password for sending"), help_text=_("Empty: the same as for reading."))
    oauth_client_secret = SecretField(label=_("Application’s secret"))
    folders = LinesField(
        label=_("Folders"), required=False, help_text=_("One a line, as the server calls them. Empty: INBOX."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    attachment_limit = forms.IntegerField(
        label=_("Largest attachment, MB"), required=False, min_value=0, max_value=1000,
        help_text=_("Larger files are sent as links to the status page."),
    )  # fmt: skip
    only_new = forms.BooleanField(
        label=_("Only new mail"), required=False, initial=True,
        help_text=_("What lies in the mailbox already stays as it is. Else all mail that is there becomes tickets."),
    )  # fmt: skip

    class Meta:
        model = Mailbox
        fields = PLAIN
        help_texts = {"after_reading": _("POP3 has no folders: there the second choice removes mail from the server.")}
        widgets = {
            "auth": forms.RadioSelect,
            "after_reading": forms.RadioSelect,
            "oauth_provider": forms.Select(
                choices=[("", "—"), *((key, provider.name) for key, provider in PROVIDERS.items())]
            ),
            "read_from": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "auto_reply_text": forms.Textarea(attrs={"rows": 5}),
            "out_of_hours_text": forms.Textarea(attrs={"rows": 5}),
            "auto_reply_never": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        mailbox = self.instance
        for name in DEFAULTS:
            self.fields[name].required = False
        self.fields["calendar"].empty_label = "—"  # type: ignore[attr-defined]
        for name in ("auto_reply_text", "out_of_hours_text"):
            self.fields[name].help_text = _("Empty: the text that stands under “Mail texts”.")
        for name in SECRETS:
            if is_kept(mailbox, name):
                self.fields[name].widget.attrs["placeholder"] = UNCHANGED
        for name in ("incoming_port", "outgoing_port", "folders"):
            self.initial.setdefault(name, getattr(mailbox, name))
        self.initial.setdefault("attachment_limit", mailbox.attachment_limit_bytes // MEGABYTE)
        if mailbox.pk:
            del self.fields["only_new"]
        else:
            del self.fields["read_from"]

    def clean_auto_reply_text(self) -> str:
        text = str(self.cleaned_data["auto_reply_text"])
        check(text, OF_AUTOMATIC)
        return text

    def clean_out_of_hours_text(self) -> str:
        text = str(self.cleaned_data["out_of_hours_text"])
        check(text, OF_OUT_OF_HOURS)
        return text

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._fill_in(said)
        if said.get("incoming") and not said.get("incoming_host"):
            self.add_error("incoming_host", ValidationError(_("Name the server that the mail is read from.")))
        is_by_token = said["auth"] == Mailbox.Auth.OAUTH2
        if is_by_token and said.get("incoming") == Mailbox.Incoming.POP3 and not takes_tokens(said):
            refusal = _("This provider lets nobody in to POP3 by OAuth2. Choose IMAP, or a password.")
            self.add_error("auth", ValidationError(refusal))
        if is_by_token and not (said.get("oauth_provider") and said.get("oauth_client_id")):
            self.add_error("oauth_client_id", ValidationError(_("OAuth2 needs the provider and your application.")))
        return said

    def _fill_in(self, said: dict[str, Any]) -> None:
        """What may be left empty gets its usual value."""
        for name, usual in DEFAULTS.items():
            said[name] = said.get(name) or usual
        protocol = said.get("incoming") or "imap"
        said["incoming_port"] = said.get("incoming_port") or USUAL_PORTS[protocol, said["incoming_security"]]
        said["outgoing_port"] = said.get("outgoing_port") or USUAL_PORTS["smtp", said["outgoing_security"]]
        said["folders"] = self.instance.folders = said.get("folders") or ["INBOX"]

    def columns(self) -> dict[str, Any]:
        """What goes to the store. A secret that was left empty is not among it, nor a limit."""
        said = self.cleaned_data
        columns = {name: said[name] for name in COLUMNS if name in said}
        columns |= {name: said[name] for name in SECRETS if said.get(name)}
        if said.get("attachment_limit") is not None:
            columns["attachment_limit_bytes"] = said["attachment_limit"] * MEGABYTE
        if said.get("only_new"):
            columns["read_from"] = now()
        return columns

    def forgotten(self) -> dict[str, Any]:
        """What goes from the store: a token that was given to another application or for another login."""
        if not OF_A_TOKEN.intersection(self.changed_data):
            return {}
        return {"oauth_refresh_token": "", "oauth_access_token": "", "oauth_expires_at": None}


def takes_tokens(said: dict[str, Any]) -> bool:
    """Does POP3 of this provider? One that was not chosen is asked for elsewhere."""
    provider = PROVIDERS.get(said.get("oauth_provider", ""))
    return provider is None or bool(provider.pop3_scopes)


def is_kept(mailbox: Mailbox, name: str) -> bool:
    """Is there such a secret? Asks without opening it, for the key may be lost."""
    return bool(mailbox.__dict__.get(name))


def keep(address: AddressForm, settings: MailboxForm, *, by: Member) -> Channel:
    """Make or change a mailbox; whoever reads it begins anew with the new settings."""
    about, columns = {name: address.cleaned_data[name] for name in ADDRESS}, settings.columns()
    with transaction.atomic():
        before = Channel.objects.select_related("mailbox").filter(pk=address.instance.pk).first()
        channel = _keep_channel(before, about)
        kept = getattr(before, "mailbox", None)
        mailbox = kept or Mailbox.objects.create(channel=channel, **columns)
        if kept is None:
            record("mailbox.added", mailbox, by=by, address=channel.address)
        elif changed := [*_changes(before, about), *_changes(kept, columns)]:
            Mailbox.objects.filter(pk=kept.pk).update(**columns, **settings.forgotten())
            record("mailbox.changed", kept, by=by, settings=",".join(changed))
        mailbox.begin_anew()
        Delivery.objects.stopped().filter(channel=channel).hurry()
    return channel


def _keep_channel(before: Channel | None, columns: dict[str, Any]) -> Channel:
    if before is None:
        return Channel.objects.create(kind="email", **columns)
    Channel.objects.filter(pk=before.pk).update(**columns)
    return Channel.objects.get(pk=before.pk)


def _changes(row: Model | None, columns: dict[str, Any]) -> list[str]:
    """Which columns get another value. A secret that was typed counts as another: what is kept is not opened here."""
    return [name for name, value in columns.items() if name in SECRETS or getattr(row, name) != value]
