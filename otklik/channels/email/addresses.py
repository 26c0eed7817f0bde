"""Who is named in From, To and the like; tolerant of commas in names and of whatever else people's programs write."""

import re
from functools import lru_cache

from otklik.lib.inbound import Sender
from otklik.lib.tokens import sign, unsign

from .headers import words

TICKET_PURPOSE = "ticket.address"
STAFF_PURPOSE = "staff.answer"
ASIDE_PURPOSE = "ticket.aside"
# The bound is for a quote that is never closed: each of thousands would else be looked for to the end.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.){0,200}+"|<[^<>]*>|\([^()]*\)|[,;]|[^"<>(),;]+|.', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,200}+)"')
_BARE = re.compile(r"[^\s@\"'<>(),;:\\]+@[^\s@\"'<>(),;:\\]+\.?")
_LONGEST = 254


def senders(field: str) -> list[Sender]:
    """Every address of a header field with its name. An unquoted comma in a name splits nothing."""
    return list(_senders(field))


@lru_cache(maxsize=50)  # each field is asked for several times, and our own address stands in every mail
def _senders(field: str) -> tuple[Sender, ...]:
    found: list[Sender] = []
    name = ""
    for token in [*_TOKEN.findall(field), ","]:
        if token.startswith("<") and (address := _address(token[1:-1])):
            found.append(Sender("email", address, _name(name)))
            name = ""
        elif token in (",", ";"):
            pieces = re.split(r"[\s:]+", _QUOTED.sub("", name)) if "@" in name else []
            bare = next((word for word in pieces if _address(word)), "")
            if bare:
                found.append(Sender("email", _address(bare), _name(name.replace(bare, ""))))
                name = ""
            else:
                name = (name + token)[-_LONGEST:]
        else:
            name += token
    return tuple(found)


def spellings(address: str) -> list[str]:
    """The address and what is left of it as its plus parts go: support+a@…, then support@…"""
    local, _at, domain = address.lower().rpartition("@")
    parts = local.split("+")
    return [f"{'+'.join(parts[:length])}@{domain}" for length in range(len(parts), 0, -1)]


def ticket_number(addresses: list[str]) -> int | None:
    """The ticket that one of the addresses names by a plus part with our signature."""
    return _signed_number(TICKET_PURPOSE, addresses)


def aside_number(addresses: list[str]) -> int | None:
    """The side conversation that one of the addresses names in the same way."""
    return _signed_number(ASIDE_PURPOSE, addresses)


def _signed_number(purpose: str, addresses: list[str]) -> int | None:
    for address in addresses:
        token = address.rpartition("@")[0].rpartition("+")[2]
        number = unsign(purpose, token) if token.isascii() else None
        if number and number.isdecimal() and len(number) < 16:
            return int(number)
    return None


def staff_token(addresses: list[str]) -> tuple[int, int] | None:
    """The ticket and the member whom a notice of ours told of it, by the address that it asked to answer to."""
    for address in addresses:
        token = address.rpartition("@")[0].rpartition("+")[2]
        value = unsign(STAFF_PURPOSE, token) if token.isascii() else None
        number, _dot, member = (value or "").partition(".")
        if number.isdecimal() and member.isdecimal() and len(number) < 16 and len(member) < 16:
            return int(number), int(member)
    return None


def staff_address(mailbox: str, ticket: int, member: int) -> str:
    """Where a member answers a notice: what they write there goes to the client, or becomes a note."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{sign(STAFF_PURPOSE, f'{ticket}.{member}')}@{domain}"


def _address(text: str) -> str:
    found = _BARE.fullmatch("".join(text.split()).removeprefix("mailto:"))
    address = found[0].rstrip(".").lower() if found else ""
    return address if len(address) <= _LONGEST else ""


def _name(text: str) -> str:
    text = _QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), text)
    name = " ".join(words(text).split()).strip(" ,;:'\"")
    name = name[1:-1] if name.startswith("(") and name.endswith(")") else name
    return "".join(sign for sign in name if sign.isprintable())[:200]
