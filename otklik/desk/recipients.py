"""Whom one answer goes to, changed at the composer: somebody left out, somebody added openly or hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, normalise
from otklik.tickets.addressing import ADDED_MAX, Recipient, Wishes


@dataclass(frozen=True)
class Readers:
    """Who will get the answer that is being written, the client first, and who of the usual ones will not."""

    chosen: list[Recipient]
    left_out: list[Recipient]

    @property
    def others(self) -> int:
        return len(self.chosen) - 1


def readers(usual: list[Recipient], wishes: Wishes) -> Readers:
    left_out = [each for each in usual if each.person and each.person.pk in wishes.without]
    return Readers(wishes.among(usual), left_out)


def changed(wishes: Wishes, how: str, address: str) -> Wishes:
    """The wishes after one press of a button: “leave:12”, “take:12”, “drop:a@b.example”, “cc”, “bcc”.

    Raises ValidationError for an `address` that is none, or that is one too many.
    """
    verb, _colon, whom = how.partition(":")
    match verb:
        case "leave" if whom.isdecimal() and len(whom) < 19:
            return replace(wishes, without=(*wishes.without, int(whom)))
        case "take":
            return replace(wishes, without=tuple(pk for pk in wishes.without if str(pk) != whom))
        case "drop":
            return replace(wishes, cc=_but(wishes.cc, whom), bcc=_but(wishes.bcc, whom))
        case "cc" | "bcc":
            return _with(wishes, verb, address)
    raise ValidationError(_("Choose again: the page was out of date."))


def _but(addresses: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(address for address in addresses if address != one)


def _with(wishes: Wishes, verb: str, address: str) -> Wishes:
    validate_email(address.strip())
    one = normalise(EMAIL, address.strip())
    if len(wishes.cc) + len(wishes.bcc) >= ADDED_MAX:
        message = _("One answer goes to %(most)s added addresses at most.")
        raise ValidationError(message, params={"most": ADDED_MAX})
    fresh = replace(wishes, cc=_but(wishes.cc, one), bcc=_but(wishes.bcc, one))
    return replace(fresh, **{verb: (*vars(fresh)[verb], one)})
