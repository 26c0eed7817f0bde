"""winmail.dat: the text and files that Outlook packs into a format of its own (MS-OXTNEF). Any bytes have an answer."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from otklik.lib.inbound import InboundFile

from . import rtf
from .charsets import decoded

_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _MESSAGE_PROPERTIES = 0x0002800C, 0x00069003
_BEGIN_FILE, _FILE_NAME, _FILE_BYTES, _FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_P_TEXT, _P_RTF, _P_HTML = 0x1000, 0x1009, 0x1013
_P_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID = 0x3704, 0x3707, 0x370E, 0x3712
_STRING8, _UNICODE, _BINARY, _OBJECT, _MANY = 0x1E, 0x1F, 0x102, 0x0D, 0x1000
_WIDTHS = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST = 5000  # attributes, and properties of one attribute


@dataclass
class _Found:
    """One file as its attributes come in."""

    name: str = ""
    content: bytes = b""
    properties: dict[int, bytes | str] = field(default_factory=dict)

    def file(self) -> InboundFile:
        said = {key: str(value) for key, value in self.properties.items() if isinstance(value, str)}
        name = said.get(_P_LONG_NAME) or self.name or said.get(_P_NAME) or "file"
        kind = said.get(_P_TYPE) or "application/octet-stream"
        return InboundFile(name, kind.lower(), self.content, said.get(_P_CONTENT_ID, ""))


@dataclass(frozen=True)
class Unpacked:
    text: str = ""
    html: str = ""
    files: tuple[InboundFile, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.html.strip() or self.files)


def unpack(content: bytes) -> Unpacked:
    """What lies in a winmail.dat; as much as could be read of a broken one."""
    said: dict[int, bytes | str] = {}
    text, files = "", list[_Found]()
    for key, value in _attributes(content):
        last = files[-1] if files else _Found()
        match key:
            case _ if key == _BODY:
                text = decoded(value.rstrip(b"\0"))
            case _ if key == _MESSAGE_PROPERTIES:
                said = dict(_properties(value))
            case _ if key == _BEGIN_FILE:
                files.append(_Found())
            case _ if key == _FILE_NAME:
                last.name = decoded(value.rstrip(b"\0"))
            case _ if key == _FILE_BYTES:
                last.content = value
            case _ if key == _FILE_PROPERTIES:
                last.properties = dict(_properties(value))
    html = said.get(_P_HTML, b"")
    html = decoded(html) if isinstance(html, bytes) else html
    text = text or str(said.get(_P_TEXT, ""))
    rich = said.get(_P_RTF)
    if isinstance(rich, bytes) and not (text.strip() or html.strip()):
        text = rtf.text_of(rich)
    return Unpacked(text, html, tuple(found.file() for found in files if found.content))


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6 if content.startswith(_SIGNATURE) else len(content)
    for _number in range(_MOST):
        if at + 9 > len(content):
            return
        key, length = struct.unpack_from("<II", content, at + 1)
        yield key, content[at + 9 : at + 9 + length]
        at += 9 + length + 2  # a checksum follows


def _properties(content: bytes) -> Iterator[tuple[int, bytes | str]]:
    """The properties with text or bytes, as far as they can be read."""
    try:
        yield from _read_properties(content)
    except struct.error:  # cut short: what came before stands
        return


def _read_properties(content: bytes) -> Iterator[tuple[int, bytes | str]]:
    (count,) = struct.unpack_from("<I", content)
    at = 4
    for _number in range(min(count, _MOST)):
        kind, key = struct.unpack_from("<HH", content, at)
        at = _behind_name(content, at + 4) if key >= 0x8000 else at + 4
        is_many, kind = bool(kind & _MANY), kind & ~_MANY
        if kind in _WIDTHS and not is_many:
            at += _WIDTHS[kind]
            continue
        (values,) = struct.unpack_from("<I", content, at)
        at += 4
        for _value in range(min(values, _MOST)):
            length = _WIDTHS.get(kind, 0)
            if not length:
                (length,) = struct.unpack_from("<I", content, at)
                at += 4
            yield key, _value_of(kind, content[at : at + length])
            at += length + -length % 4


def _behind_name(content: bytes, at: int) -> int:
    """Where the value of a named property begins: behind a GUID and a number or a padded name."""
    (is_named,) = struct.unpack_from("<I", content, at + 16)
    if not is_named:
        return at + 24
    (length,) = struct.unpack_from("<I", content, at + 20)
    return at + 24 + int(length) + -int(length) % 4


def _value_of(kind: int, value: bytes) -> bytes | str:
    if kind == _UNICODE:
        return decoded(value.removesuffix(b"\0\0"), "utf-16-le")
    return decoded(value.rstrip(b"\0")) if kind == _STRING8 else value
