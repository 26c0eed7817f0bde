"""The mail providers that companies use: their servers, and where a password for Otklik is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Mailbox, Security

IMAP, PASSWORD, OAUTH2 = Mailbox.Incoming.IMAP, Mailbox.Auth.PASSWORD, Mailbox.Auth.OAUTH2
INTAKE = Mailbox.Incoming.INTAKE


@dataclass(frozen=True)
class Preset:
    """What a provider’s mailboxes have in common; `values` are columns of Mailbox."""

    key: str
    label: Any
    hint: Any
    incoming: str = IMAP
    incoming_host: str = ""
    incoming_port: int = 993
    incoming_security: str = Security.TLS
    outgoing_host: str = ""
    outgoing_port: int = 465
    outgoing_security: str = Security.TLS
    auth: str = PASSWORD
    oauth_provider: str = ""

    @property
    def values(self) -> dict[str, str | int]:
        return {name: value for name, value in vars(self).items() if name not in ("key", "label", "hint")}


PRESETS = (
    Preset(
        "yandex",
        _("Yandex 360"),
        _("In the mailbox: Settings → Mail clients: allow IMAP and app passwords. Then id.yandex.ru → Security → "
          "App passwords: make one for mail and enter it here. The organisation’s administrator must allow it too."),
        incoming_host="imap.yandex.ru",
        outgoing_host="smtp.yandex.ru",
        oauth_provider="yandex",
    ),
    Preset(
        "mailru",
        _("Mail.ru for business"),
        _("In the mailbox: Settings → Password and security → External services: allow access by IMAP and SMTP. Then "
          "Passwords for external applications: make one with full access to mail and enter it here. The password of "
          "the site itself is not accepted. With OAuth2 you need an application of your own at o2.mail.ru/app."),
        incoming_host="imap.mail.ru",
        outgoing_host="smtp.mail.ru",
        oauth_provider="mailru",
    ),
    Preset(
        "vk",
        _("VK WorkSpace"),
        _("In the mailbox: Settings → Password and security: allow access by IMAP and SMTP, then make a password for "
          "external applications and enter it here. If there is no such setting, the administrator of the domain "
          "allows mail programs in the control panel. Installed at your own company: choose “Own server” and ask for "
          "its name."),
        incoming_host="imap.mail.ru",
        outgoing_host="smtp.mail.ru",
        oauth_provider="mailru",
    ),
    Preset(
        "google",
        _("Google"),
        _("Turn two-step verification on in the Google account, then myaccount.google.com/apppasswords: make an app "
          "password and enter it here. With OAuth2 you need an application of your own in the Google Cloud console."),
        incoming_host="imap.gmail.com",
        outgoing_host="smtp.gmail.com",
        oauth_provider="google",
    ),
    Preset(
        "microsoft",
        _("Microsoft 365"),
        _("Microsoft lets programs in by OAuth2 only. Register an application in Entra ID with the permissions "
          "IMAP.AccessAsUser.All (for POP3: POP.AccessAsUser.All) and SMTP.Send, add the return address shown here, "
          "enter its identifier and secret. IMAP and authenticated SMTP must be on for the mailbox in the Exchange "
          "admin centre."),
        incoming_host="outlook.office365.com",
        outgoing_host="smtp.office365.com",
        outgoing_port=587,
        outgoing_security=Security.STARTTLS,
        auth=OAUTH2,
        oauth_provider="microsoft",
    ),
    Preset(
        "own",
        _("Own server"),
        _("Ask whoever runs the mail server for its name, ports and encryption, and whether the login is the whole "
          "address. IMAP must be open to this machine."),
    ),
    Preset(
        "intake",
        _("Mail is handed over to Otklik by SMTP"),
        _("Your mail server forwards or relays this address to Otklik; see the page “E-mail” in the documentation. No "
          "mailbox and no password are needed for reading."),
        incoming=INTAKE,
    ),
)  # fmt: skip


def preset_of(mailbox: Mailbox) -> Preset | None:
    """The provider that a mailbox was set up for; None before it was set up."""
    if not mailbox.pk:
        return None
    if mailbox.incoming == INTAKE:
        return by_key("intake")
    return next((each for each in PRESETS if each.incoming_host == mailbox.incoming_host), by_key("own"))


def by_key(key: str) -> Preset | None:
    return next((each for each in PRESETS if each.key == key), None)
