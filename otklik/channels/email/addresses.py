"""Who is named in From, To and the like; tolerant of commas in names and of whatever else people's programs write."""

import re

from otklik.lib.inbound import Sender
from otklik.lib.tokens import unsign

from .headers import words

TICKET_PURPOSE = "ticket.address"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\([^()]*\)|[,;]|[^"<>(),;]+|.', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r"[^\s@\"'<>(),;:\\]+@[^\s@\"'<>(),;:\\]+\.?")
_LONGEST = 254


def senders(field: str) -> list[Sender]:
    """Every address of a header field with its name. An unquoted comma in a name splits nothing."""
    found: list[Sender] = []
    name = ""
    for token in [*_TOKEN.findall(field), ","]:
        if token.startswith("<") and (address := _address(token[1:-1])):
            found.append(Sender("email", address, _name(name)))
            name = ""
        elif token in (",", ";"):
            bare = _BARE.search(_QUOTED.sub("", name))
            if bare and (address := _address(bare[0])):
                found.append(Sender("email", address, _name(name.replace(bare[0], ""))))
                name = ""
            else:
                name += token
        else:
            name += token
    return found


def base(address: str) -> str:
    """The address without its plus part: support@… for support+1042-x@…"""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def ticket_number(addresses: list[str]) -> int | None:
    """The ticket that one of the addresses names by a plus part with our signature."""
    for address in addresses:
        _local, _plus, token = address.rpartition("@")[0].partition("+")
        number = unsign(TICKET_PURPOSE, token) if token.isascii() else None
        if number and number.isdecimal() and len(number) < 16:
            return int(number)
    return None


def _address(text: str) -> str:
    found = _BARE.fullmatch("".join(text.split()).removeprefix("mailto:"))
    address = found[0].rstrip(".").lower() if found else ""
    return address if len(address) <= _LONGEST else ""


def _name(text: str) -> str:
    text = _QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), text)
    name = " ".join(words(text).split()).strip(" ,;'\"")
    name = name[1:-1] if name.startswith("(") and name.endswith(")") else name
    return "".join(sign for sign in name if sign.isprintable())[:200]
