"""S/MIME: the letter inside a signed envelope, and whether an envelope is locked. Signatures are not judged here.

Only as much of BER (X.690) as the way to the content takes; the cryptographic library reads no signed content.
"""

from collections.abc import Iterator
from dataclasses import dataclass

TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNED, _OPEN = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010701")
_LOCKED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_OID, _OCTETS, _OCTETS_IN_PIECES, _SEQUENCE = 0x06, 0x04, 0x24, 0x30
_DEEPEST = 20
_MOST = 100_000  # pieces


@dataclass(frozen=True)
class Element:
    tag: int
    value: bytes
    end: int  # where the next one begins


def is_locked(content: bytes) -> bool:
    """Whether it is encrypted."""
    try:
        return _children(_element(content, 0).value)[0].value in _LOCKED
    except (ValueError, IndexError):
        return False


def opened(content: bytes) -> bytes | None:
    """The letter that was signed; None if it is not in there or cannot be reached."""
    try:
        name, wrapped = _children(_element(content, 0).value)[:2]
        if name.tag != _OID or name.value != _SIGNED:
            return None
        parts = _children(_children(wrapped.value)[0].value)
        inner = next(part for part in parts if part.tag == _SEQUENCE)
        kind, said = _children(inner.value)[:2]
        return _octets(_children(said.value)[0]) if kind.value == _OPEN else None
    except (ValueError, IndexError, StopIteration):
        return None


def _octets(element: Element, depth: int = 0) -> bytes:
    """A string of octets, which may come in pieces of pieces."""
    if element.tag == _OCTETS:
        return element.value
    if element.tag != _OCTETS_IN_PIECES or depth > _DEEPEST:
        raise ValueError(element.tag)
    return b"".join(_octets(piece, depth + 1) for piece in _children(element.value))


def _children(content: bytes) -> list[Element]:
    return list(_elements(content, 0, len(content), depth=0))


def _elements(content: bytes, at: int, end: int, *, depth: int) -> Iterator[Element]:
    for _number in range(_MOST):
        if at >= end or content[at : at + 2] == b"\0\0":
            return
        element = _element(content, at, depth=depth)
        yield element
        at = element.end


def _element(content: bytes, at: int, *, depth: int = 0) -> Element:
    """One element. A length that is not told ends at two zero bytes behind the elements inside."""
    if depth > _DEEPEST or at + 2 > len(content):
        raise ValueError(at)
    tag, length = content[at], content[at + 1]
    start = at + 2
    if length == 0x80:
        end = start
        for inner in _elements(content, start, len(content), depth=depth + 1):
            end = inner.end
        return Element(tag, content[start:end], end + 2)
    if length > 0x80:
        width = length & 0x7F
        length = int.from_bytes(content[start : start + width], "big")
        start += width
    if length > len(content):
        raise ValueError(length)
    return Element(tag, content[start : start + length], start + length)
