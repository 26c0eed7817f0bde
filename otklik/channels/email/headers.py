"""Header fields of mail as it really is: encoded words, raw 8-bit text, parameters in three dialects.

The standard library's modern policy replaces raw 8-bit text by question marks and cuts broken fields short, so the
fields are taken as they came and read here, tolerantly.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from email.message import Message
from functools import cached_property
from urllib.parse import unquote_to_bytes

from .charsets import decoded, storable

_LONGEST = 20_000  # characters of one field that are looked at
_MOST_FIELDS = 20  # of one name; the standard allows one
_ENCODED = re.compile(r"=\?([^?\s]+)\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ID = re.compile(r"<([^<>]+)>")


class Head(Message):
    """A message, or a part of one, that was taken apart to its end; some forty fields are asked of it."""

    @cached_property
    def by_name(self) -> Mapping[str, list[str]]:
        """The values of each field as they came, by its name in lower case."""
        found: dict[str, list[str]] = {}
        for name, value in self.raw_items():
            found.setdefault(name.lower(), []).append(value)
        return found

    @cached_property
    def unfolded(self) -> dict[str, list[str]]:
        """What was asked for already."""
        return {}


def raw(mail: Head, name: str) -> str:
    """The first field of that name as it came, unfolded; raw bytes become text by their looks. "" if absent."""
    return next(iter(every(mail, name)), "")


def every(mail: Head, name: str) -> Sequence[str]:
    """All fields of that name, as `raw` gives one."""
    name = name.lower()
    if name not in mail.by_name:
        return ()
    if name not in mail.unfolded:
        mail.unfolded[name] = [_unfolded(value) for value in mail.by_name[name][:_MOST_FIELDS]]
    return mail.unfolded[name]


def text(mail: Head, name: str) -> str:
    """A field for people to read, with its encoded words decoded."""
    return " ".join(_CONTROL.sub(" ", words(raw(mail, name))).split())


def words(value: str) -> str:
    """`value` with its RFC 2047 words decoded. Words that stand together are joined as bytes before they are
    decoded: many programs cut a letter of two bytes between two words."""
    if "=?" not in value:
        return storable(value)
    pieces: list[str] = []
    done, charset, content = 0, "", b""
    for found in _ENCODED.finditer(value):
        between = value[done : found.start()]
        label = found[1].split("*")[0].lower()
        if content and (between.strip() or label != charset):
            pieces.append(decoded(content, charset))
            content = b""
        if between.strip() or done == 0:
            pieces.append(between)
        charset, content = label, content + _word(found[2], found[3])
        done = found.end()
    pieces.append(decoded(content, charset))
    return storable("".join([*pieces, value[done:]]))


def message_ids(value: str) -> list[str]:
    """The message ids of a field, in its order and in angle brackets; a lone id without brackets counts."""
    found = ["".join(each.split()) for each in _ID.findall(value) or value.split()[:1]]
    return [f"<{each}>" for each in found if each.strip("<>")]


def parameters(value: str) -> dict[str, str]:
    """The parameters behind a field's value: plain, RFC 2231 (charset and continuations) or RFC 2047 words."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for key, given in _PARAMETER.findall(value):
        name, order, is_encoded = _parameter_name(key.lower())
        pieces.setdefault(name, []).append((order, is_encoded, _unquoted(given.strip())))
    return {name: _joined(sorted(parts)) for name, parts in pieces.items()}


def _unfolded(value: str) -> str:
    value = value[:_LONGEST]
    text = storable(value) if value.isascii() else decoded(value.encode("latin-1"))
    return _FOLD.sub(" ", text).strip()


def _word(encoding: str, content: str) -> bytes:
    if encoding.lower() == "q":
        return binascii.a2b_qp(content.replace("_", " ").encode("utf-8", "replace"))
    return base64_bytes(content)


def base64_bytes(content: str) -> bytes:
    """Base64 with its padding put right; b"" when it is not base64 at all."""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", content)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(letters + "=" * (-len(letters) % 4))


def _parameter_name(key: str) -> tuple[str, int, bool]:
    """``filename*1*`` is piece 1 of filename, percent-encoded."""
    name, *rest = key.split("*")
    order = int(rest[0]) if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 4 else 0
    return name, order, key.endswith("*")


def _unquoted(value: str) -> str:
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    if not any(is_encoded for _order, is_encoded, _given in parts):
        return words("".join(given for _order, _is_encoded, given in parts))
    charset, content = "", b""
    for number, (_order, is_encoded, given) in enumerate(parts):
        if is_encoded and number == 0 and given.count("'") >= 2:
            charset, _language, given = given.split("'", 2)
        content += unquote_to_bytes(given) if is_encoded else given.encode("utf-8", "replace")
    return decoded(content, charset)
