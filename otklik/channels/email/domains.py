"""Whether the world can tell our mail from a forgery: SPF, DKIM and DMARC of a mailbox's domain.

The mail server signs and the company's DNS says who may send; here they are only looked at and explained.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

PATIENCE_SECONDS = 4.0  # for each question
# Domains that exist nowhere; demonstrations and tests use them.
RESERVED = ("example", "test", "invalid", "localhost", "local", "example.com", "example.org", "example.net")
# There is no way to ask a domain for its selectors; these are what common servers call theirs.
SELECTORS = ("mail", "dkim", "default", "mailru", "google", "selector1", "s1", "k1")


class Unreachable(Exception):
    """The name servers gave no answer, so nothing is known."""


class Resolver(Protocol):
    def texts(self, name: str) -> list[str]:
        """The TXT records of a name; none if there are none. Raises Unreachable."""


class Dns:
    """The machine's own resolver."""

    def texts(self, name: str) -> list[str]:
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as fault:
            raise Unreachable(str(fault)) from fault
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


@dataclass(frozen=True)
class Verdict:
    """What one record says; `advice` only where something should be done."""

    text: str
    advice: str = ""


def is_reserved(domain: str) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in RESERVED)


def verdicts(domain: str, resolver: Resolver) -> Iterator[Verdict]:
    """What the world can know of mail from this domain. Raises Unreachable."""
    yield spf(domain, resolver)
    yield dkim(domain, resolver)
    yield dmarc(domain, resolver)


def spf(domain: str, resolver: Resolver) -> Verdict:
    """Which servers may send for the domain."""
    named = {"domain": domain}
    records = [text for text in resolver.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        text = _("%(domain)s has no SPF record, so anybody may send in its name.")
        advice = _(
            "Add a TXT record like “v=spf1 include:… ~all” that names your mail server; your provider tells which."
        )
        return Verdict(text % named, advice)
    if len(records) > 1:
        text = _("%(domain)s has several SPF records, so none of them counts.")
        return Verdict(text % named, _("Join them into one record."))
    if _lets_everybody(records[0].lower().split()[1:]):
        text = _("The SPF record of %(domain)s lets everybody send in its name.")
        return Verdict(text % named, _("End it with “~all” or “-all”."))
    return Verdict(_("SPF: %(domain)s says which servers may send for it.") % named)


def _lets_everybody(terms: list[str]) -> bool:
    """Whether the first “all” refuses nobody; none at all, and no other record to go on with, refuses nobody either."""
    ends = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
    goes_on = any(term.startswith("redirect=") for term in terms)
    return not ends.startswith(("-", "~")) and (bool(ends) or not goes_on)


def dkim(domain: str, resolver: Resolver) -> Verdict:
    """Whether a key to check signatures with is where common servers put it."""
    for selector in SELECTORS:
        keys = [text for text in resolver.texts(f"{selector}._domainkey.{domain}") if "p=" in text.replace(" ", "")]
        if keys and _is_revoked(keys[0]):
            text = _("DKIM: the key “%(selector)s” of %(domain)s was withdrawn.")
            return Verdict(
                text % {"selector": selector, "domain": domain}, _("Publish the key of the server that signs now.")
            )
        if keys:
            text = _("DKIM: %(domain)s publishes the key “%(selector)s”.")
            return Verdict(text % {"selector": selector, "domain": domain})
    text = _("DKIM: no key of %(domain)s was found under the usual names.")
    advice = _(
        "Switch signing on at your mail server or provider and publish its key. If it has a name of its own, "
        "all is well when a mail that you sent has a DKIM-Signature header with “d=%(domain)s”."
    )
    return Verdict(text % {"domain": domain}, advice % {"domain": domain})


def dmarc(domain: str, resolver: Resolver) -> Verdict:
    """What others are asked to do with mail that proves nothing."""
    records = _dmarc_records(domain, resolver)
    if len(records) > 1:
        text = _("%(domain)s has several DMARC records, so none of them counts.")
        return Verdict(text % {"domain": domain}, _("Join them into one record."))
    if not records:
        text = _("%(domain)s has no DMARC record, so large providers may take its mail for unwanted.")
        advice = _("Add a TXT record “v=DMARC1; p=none; rua=mailto:…” at _dmarc.%(domain)s, and tighten it later.")
        return Verdict(text % {"domain": domain}, advice % {"domain": domain})
    tags = dict(tag.strip().lower().partition("=")[::2] for tag in records[0].split(";"))
    policy = tags.get("p", "").strip()
    if policy not in ("none", "quarantine", "reject"):
        text = _("The DMARC record of %(domain)s has no policy that others understand.")
        return Verdict(text % {"domain": domain}, _("Write “p=none”, “p=quarantine” or “p=reject” into it."))
    return Verdict(_("DMARC: %(domain)s asks for “%(policy)s”.") % {"domain": domain, "policy": policy})


def _dmarc_records(domain: str, resolver: Resolver) -> list[str]:
    """The domain's own, else those of the nearest domain above it."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        name = ".".join(labels[start:])
        records = [text for text in resolver.texts(f"_dmarc.{name}") if text.lower().startswith("v=dmarc1")]
        if records:
            return records
    return []


def _is_revoked(record: str) -> bool:
    tags = dict(tag.strip().partition("=")[::2] for tag in record.split(";"))
    return not tags.get("p", "").strip()
