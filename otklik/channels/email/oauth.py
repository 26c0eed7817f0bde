"""Signing in to a mailbox by OAuth2: where to send the administrator, and the tokens that come of it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.lib.http import Answer, post_form

from .models import Mailbox

EARLY = timedelta(minutes=2)  # a token about to expire would die on the way
ANY_ORGANISATION = "organizations"
REFUSALS = ("invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "interaction_required")


class ConsentNeeded(OtklikError):
    code = "oauth_consent_needed"
    message = _("%(provider)s no longer lets Otklik into %(mailbox)s (%(why)s). Connect the mailbox again.")


class NotSignedIn(ConsentNeeded):
    code = "oauth_not_signed_in"
    message = _("Nobody has let Otklik into %(mailbox)s at %(provider)s yet. Press “Sign in at the provider”.")


class TokenUnavailable(OtklikError):
    code = "oauth_unavailable"
    message = _("%(provider)s gave no access to %(mailbox)s just now: %(why)s. It is tried again by itself.")


@dataclass(frozen=True)
class Provider:
    name: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]  # for IMAP and SMTP
    pop3_scopes: tuple[str, ...] = ()  # for POP3 and SMTP; none: no token opens POP3 there
    asks: Mapping[str, str] = field(default_factory=dict)  # what else belongs into the link


MICROSOFT = "https://login.microsoftonline.com/%(tenant)s/oauth2/v2.0/"
OUTLOOK = "https://outlook.office.com/"
# Each checked with what the provider, or a mail program that signs in there, documents: docs/email.md.
PROVIDERS = {
    "yandex": Provider(
        "Yandex",
        "https://oauth.yandex.ru/authorize",
        "https://oauth.yandex.ru/token",
        ("mail:imap_full", "mail:smtp"),
        asks={"force_confirm": "yes"},
    ),
    "mailru": Provider(
        "Mail.ru",
        "https://o2.mail.ru/login",
        "https://o2.mail.ru/token",
        ("mail.imap",),  # sending is part of it
    ),
    "google": Provider(
        "Google",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        ("https://mail.google.com/",),
        ("https://mail.google.com/",),
        asks={"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Provider(
        "Microsoft",
        f"{MICROSOFT}authorize",
        f"{MICROSOFT}token",
        (f"{OUTLOOK}IMAP.AccessAsUser.All", f"{OUTLOOK}SMTP.Send", "offline_access"),
        (f"{OUTLOOK}POP.AccessAsUser.All", f"{OUTLOOK}SMTP.Send", "offline_access"),
    ),
}


def authorization_url(mailbox: Mailbox, *, redirect_uri: str, state: str) -> str:
    """Where the mailbox’s owner says yes; they come back to `redirect_uri` with `state` and a code."""
    provider = PROVIDERS[mailbox.oauth_provider]
    scopes = provider.pop3_scopes if mailbox.incoming == Mailbox.Incoming.POP3 else provider.scopes
    asked = {
        "response_type": "code",
        "client_id": mailbox.oauth_client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "login_hint": mailbox.login,
        **provider.asks,
    }
    return f"{_at(provider.authorize_url, mailbox)}?{urlencode(asked)}"


def exchange(mailbox: Mailbox, *, code: str, redirect_uri: str) -> None:
    """Get tokens for the code and keep them. Raises ConsentNeeded, TokenUnavailable."""
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    _keep(mailbox, _asked(mailbox, fields))


def access_token(mailbox: Mailbox) -> str:
    """A token that is good for a while. Raises ConsentNeeded, TokenUnavailable. Not for use in a transaction."""
    expires_at = mailbox.oauth_expires_at
    if not (expires_at and expires_at > now() + EARLY and mailbox.oauth_access_token):
        if not mailbox.oauth_refresh_token:  # the provider would only say that the question is wrong
            raise NotSignedIn(provider=PROVIDERS[mailbox.oauth_provider].name, mailbox=mailbox)
        fields = {"grant_type": "refresh_token", "refresh_token": mailbox.oauth_refresh_token}
        _keep(mailbox, _asked(mailbox, fields))
    return mailbox.oauth_access_token


def initial_response(mailbox: Mailbox, username: str) -> str:
    """What XOAUTH2 says first, in base64. Raises as `access_token`."""
    said = f"user={username}\x01auth=Bearer {access_token(mailbox)}\x01\x01"
    return base64.b64encode(said.encode()).decode()


def forget_token(mailbox: Mailbox) -> None:
    """The server did not take the token: the next one is a fresh one."""
    Mailbox.objects.filter(pk=mailbox.pk, oauth_expires_at=mailbox.oauth_expires_at).update(oauth_expires_at=None)
    mailbox.oauth_expires_at = None


def _asked(mailbox: Mailbox, fields: Mapping[str, str]) -> Answer:
    provider = PROVIDERS[mailbox.oauth_provider]
    client = {"client_id": mailbox.oauth_client_id, "client_secret": mailbox.oauth_client_secret}
    told = {"provider": provider.name, "mailbox": mailbox}
    try:
        answer = post_form(_at(provider.token_url, mailbox), {**client, **fields})
    except OSError as fault:
        raise TokenUnavailable(**told, why=fault) from fault
    why = answer.facts().get("error", "") or f"HTTP {answer.status}"
    if why in REFUSALS:
        raise ConsentNeeded(**told, why=why)
    if not answer.facts().get("access_token"):
        raise TokenUnavailable(**told, why=why)
    return answer


def _keep(mailbox: Mailbox, answer: Answer) -> None:
    facts = answer.facts()
    tokens = {
        "oauth_access_token": str(facts["access_token"]),
        "oauth_expires_at": now() + timedelta(seconds=int(facts.get("expires_in") or 3600)),
    }
    if facts.get("refresh_token"):  # some providers give a new one each time, some only the first time
        tokens["oauth_refresh_token"] = str(facts["refresh_token"])
    # Reader and sender may refresh at the same moment: both tokens are good, the first is kept.
    before = Mailbox.objects.filter(pk=mailbox.pk, oauth_expires_at=mailbox.oauth_expires_at)
    before.update(**tokens)
    for name, value in tokens.items():
        setattr(mailbox, name, value)


def _at(url: str, mailbox: Mailbox) -> str:
    return url % {"tenant": mailbox.oauth_tenant or ANY_ORGANISATION} if "%(tenant)s" in url else url
