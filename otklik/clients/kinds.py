"""What can happen to a client."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, declare_actor, names_of

from .models import CHAT, EMAIL, PHONE, Person

ADDRESSES = {EMAIL: _("e-mail"), PHONE: _("phone"), CHAT: _("chat")}

declare_actor(Person.journal_name, names_of(Person))


def sorts_of_address(values: set[Any]) -> Mapping[Any, str]:
    return {value: str(ADDRESSES.get(value, value)) for value in values}


def days(values: set[Any]) -> Mapping[Any, str]:
    """The value is a day in ISO 8601."""
    return {value: date_format(date.fromisoformat(value)) for value in values}


declare(
    "person.appeared", _("New client"), _("First seen: %(channel)s"), keys={"channel": sorts_of_address}, personal=()
)
declare(
    "person.merged",
    _("Merged"),
    _("Merged with the duplicate %(duplicate)s"),
    keys={"duplicate": names_of(Person)},
    personal=(),
)
declare(
    "person.renamed",
    _("Renamed"),
    _("Name: %(before)s → %(after)s"),
    keys={"before": as_is, "after": as_is},
    personal=("before", "after"),
)
declare(
    "organisation.contract_changed",
    _("Contract"),
    _("Contract: %(after)s"),
    keys={"after": as_is, "begins": days, "ends": days},
    personal=(),
    also={"begins": _("valid from %(begins)s"), "ends": _("valid to %(ends)s")},
)
declare(
    "address.failing",
    _("Address out of order"),
    _("Mail to %(address)s comes back"),
    keys={"address": as_is},
    personal=("address",),
)
declare(
    "address.working",
    _("Address in order"),
    _("%(address)s works again"),
    keys={"address": as_is},
    personal=("address",),
)
