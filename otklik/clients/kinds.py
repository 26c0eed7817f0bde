"""What can happen to a client."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, declare_actor, names_of

from .models import EMAIL, PHONE, Person

ADDRESSES = {EMAIL: _("e-mail"), PHONE: _("phone")}

declare_actor(Person.journal_name, names_of(Person))


def sorts_of_address(values: set[Any]) -> Mapping[Any, str]:
    return {value: str(ADDRESSES.get(value, value)) for value in values}


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
