"""The body of a mail: what is its text, what is its HTML, what is a file."""

import mimetypes
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.feedparser import FeedParser
from email.parser import HeaderParser
from typing import cast

from otklik.lib.html import MAX_CHARS, QUOTE_BEGINS, QUOTE_ENDS, html_of, text_of
from otklik.lib.inbound import InboundFile

from . import headers, smime, tnef
from .charsets import decoded, storable

DEEPEST = 30  # multiparts within multiparts; real mail has five
MOST_PARTS = 1000
MOST_SEALED = 3  # letters within signed envelopes within each other
LARGEST_BYTES = 64 * 1024 * 1024  # beyond, a mail is not taken apart; no server on the way lets so much pass
MOST_LINES = 1_000_000  # likewise: base64 of 64 MB has nine tenths of it, and each line takes its own memory
MOST_CARDS = 20
LONGEST_TEXT = 1_000_000  # characters; the raw message keeps the rest
MOST_FILES = 500  # in all; likewise
_LONGEST_HEAD = 1_000_000
_BLANK = re.compile(r"\r?\n\r?\n|\r\r")
_LONGEST_BYTES = 4 * LONGEST_TEXT + 4  # more than both limits, whatever the charset
_LOCKED_TEXT = "-----BEGIN PGP MESSAGE-----"
_ENCRYPTED, _CUT, _MANY = {"kind": "encrypted"}, {"kind": "cut"}, {"kind": "many"}
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_PLACEHOLDER = re.compile(r"\[cid:[^\]\s]+\]")  # what Outlook writes into the text for a picture of the HTML
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
    "text/calendar": ".ics",
}


class Part(headers.Head):
    """A part whose attached letters stay files: the parser would else take them apart, however deep they nest."""

    def get_content_type(self) -> str:
        return super().get_content_type().replace("message/", "attached-message/", 1)


@dataclass(frozen=True)
class Body:
    """What one part, or several joined, amounts to."""

    text: str = ""
    html: str = ""
    files: tuple[InboundFile, ...] = ()
    cards: tuple[dict[str, str], ...] = ()


class BoundedParser(FeedParser):
    """Gives up beyond DEEPEST: the standard parser's time for each line grows with the depth of the part it is in."""

    def _new_message(self) -> None:
        super()._new_message()  # type: ignore[misc]
        if len(self._msgstack) > DEEPEST:  # type: ignore[attr-defined]
            raise RecursionError(DEEPEST)


def parsed(content: bytes) -> Part:
    """The tree of a mail's parts; of one that is nested or large beyond all measure, only the head.

    Each byte becomes the letter with its number, so that fields and bodies can be turned back into their bytes.
    """
    letters = content.decode("latin-1")
    if len(content) > LARGEST_BYTES or max(content.count(b"\n"), content.count(b"\r")) > MOST_LINES:
        return _head(letters)
    parser = BoundedParser(Part, policy=policy.compat32)
    try:
        parser.feed(letters)
        return cast(Part, parser.close())
    except RecursionError:
        return _head(letters)


def _head(letters: str) -> Part:
    """The fields; everything below them is the payload, which the standard parser would take line by line."""
    blank = _BLANK.search(letters)
    end = blank.end() if blank else len(letters)
    mail = HeaderParser(Part, policy=policy.compat32).parsestr(letters[: min(end, _LONGEST_HEAD)])
    mail.set_payload(letters[end:])
    return cast(Part, mail)


def was_taken_apart(mail: Part) -> bool:
    """Whether the parts of a mail that has some were found."""
    says_so = mail.get_content_type().startswith("multipart/") and "boundary" in _type_parameters(mail)
    return mail.is_multipart() or not says_so


def body_of(mail: Part) -> Body:
    """Text, HTML and files of a mail. Text is made from HTML where a mail has nothing else."""
    body = _read(mail, sealed=0)
    # Our marks may stand only where we set them.
    said = body.text.replace(QUOTE_BEGINS, "").replace(QUOTE_ENDS, "")
    text = said if said.strip() else text_of(body.html, marks_quotes=True)
    is_cut = len(text) > LONGEST_TEXT or len(body.html) > MAX_CHARS
    told = _PLACEHOLDER.sub("", text[:LONGEST_TEXT]) if said.strip() else text[:LONGEST_TEXT]
    cards = [*body.cards, *([_CUT] if is_cut else []), *([_ENCRYPTED] if _LOCKED_TEXT in told else [])]
    once = tuple(card for number, card in enumerate(cards[:MOST_CARDS]) if card not in cards[:number])
    return Body(told.replace("\r\n", "\n").replace("\r", "\n").strip(), body.html, _shown_marked(body), once)


def _read(part: Part, *, sealed: int) -> Body:
    if not part.is_multipart():
        return _leaf(part, sealed=sealed)
    parts = cast(list[Part], part.get_payload())
    children = [_read(child, sealed=sealed) for child in parts[:MOST_PARTS]]
    files = tuple(file for child in children for file in child.files)
    cards = tuple(card for child in children for card in child.cards)[:MOST_CARDS]
    if len(parts) > MOST_PARTS or len(files) > MOST_FILES:
        files, cards = files[:MOST_FILES], (_MANY, *cards)
    if part.get_content_type() == "multipart/encrypted":
        cards = (*cards, _ENCRYPTED)
    if part.get_content_type() == "multipart/alternative":
        return Body(
            text=next((child.text for child in children if child.text.strip()), ""),
            html=next((child.html for child in reversed(children) if child.html.strip()), ""),
            files=files,
            cards=cards,
        )
    return Body(_joined_text(children), _joined_html(children), files, cards)


def _joined_text(children: list[Body]) -> str:
    texts = (child.text if child.text.strip() else text_of(child.html) for child in children)
    said = [text.strip("\r\n") for text in texts if text.strip()]
    # All from HTML: the whole is made from the whole HTML, once, by `body_of`.
    return "\n\n".join(said) if any(child.text.strip() for child in children) else ""


def _joined_html(children: list[Body]) -> str:
    if not any(child.html for child in children):
        return ""
    return "\n".join(child.html or html_of(child.text) for child in children)


def _leaf(part: Part, *, sealed: int) -> Body:
    kind = _kind(part)
    name = file_name(part)
    if kind in smime.TYPES:
        return _envelope(part, name, sealed=sealed)
    if kind in _TNEF or name.lower() == "winmail.dat":
        return _unpacked(part, name)
    if kind in ("text/calendar", "application/ics"):
        from .meetings import meeting_of  # with a library of nine megabytes that most processes never ask

        card = meeting_of(decoded(content_of(part), _type_parameters(part).get("charset", "")))
        return Body(files=tuple(_files(part, name)), cards=(card,) if card else ())
    disposition = headers.raw(part, "Content-Disposition").partition(";")[0].strip().lower()
    if kind not in ("text/plain", "text/html") or name or disposition == "attachment":
        return Body(files=tuple(_files(part, name)))
    text = decoded(content_of(part)[:_LONGEST_BYTES], _type_parameters(part).get("charset", ""))
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")  # a mark of the byte order
    if kind == "text/html":
        return Body(html=text)
    return Body(text=_flowed(text, part) if _type_parameters(part).get("format") == "flowed" else text)


def _envelope(part: Part, name: str, *, sealed: int) -> Body:
    """A signed letter is taken out of its envelope; a locked one is kept as it is, and said to be locked."""
    content = content_of(part)
    inner = smime.opened(content) if sealed < MOST_SEALED else None
    if inner is not None:
        return _read(parsed(inner), sealed=sealed + 1)
    card = _ENCRYPTED if smime.is_locked(content) else {"kind": "unread"}
    return Body(files=tuple(_files(part, name or "smime.p7m")), cards=(card,))


def _unpacked(part: Part, name: str) -> Body:
    """What Outlook packed; the pack itself when nothing of it can be read."""
    found = tnef.unpack(content_of(part))
    return (
        Body(found.text, found.html, found.files) if found else Body(files=tuple(_files(part, name or "winmail.dat")))
    )


def _kind(part: Part) -> str:
    kind = part.get_content_type()
    is_without_parts = kind.startswith("multipart/") and "boundary" not in _type_parameters(part)
    return "text/plain" if is_without_parts else kind


def _files(part: Part, name: str) -> Iterator[InboundFile]:
    content = content_of(part)
    if not content and not name:  # an empty part is a mark of some program, not a file
        return
    kind = part.get_content_type().replace("attached-message/", "message/", 1)
    content_id = headers.raw(part, "Content-ID").strip().strip("<>")
    yield InboundFile(name or _default_name(kind, content), kind, content, content_id)


def content_of(part: Part) -> bytes:
    """A leaf's bytes, with its transfer encoding undone as far as it goes."""
    content = str(part.get_payload()).encode("latin-1")
    match headers.raw(part, "Content-Transfer-Encoding").lower():
        case "base64":
            return headers.base64_bytes(content.decode("latin-1"))
        case "quoted-printable":
            return quopri.decodestring(content)
    return content


def file_name(part: Part) -> str:
    """The name that a part gives itself, in whichever of the two fields and in whichever encoding."""
    disposition = headers.parameters(headers.raw(part, "Content-Disposition"))
    name = disposition.get("filename") or _type_parameters(part).get("name") or ""
    return storable(" ".join(name.split()))


def _default_name(kind: str, content: bytes) -> str:
    extension = _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ".bin"
    if kind == "message/rfc822":
        return f"{headers.text(parsed(content[:100_000]), 'Subject')[:100] or 'message'}{extension}"
    return f"{kind.partition('/')[0]}{extension}"


def _type_parameters(part: Part) -> dict[str, str]:
    return headers.parameters(headers.raw(part, "Content-Type"))


def _flowed(text: str, part: Part) -> str:
    """RFC 3676: a line that ends in a blank goes on in the next one, unless the depth of quoting changes."""
    joined = "" if _type_parameters(part).get("delsp", "").lower() == "yes" else " "
    lines: list[list[str]] = []  # in pieces: a line that grew by copying would take the square of its length
    above, goes_on = "", False
    for line in text[:LONGEST_TEXT].splitlines():
        quote = line[: len(line) - len(line.lstrip(">"))]
        words = line[len(quote) :].removeprefix(" ")
        if not goes_on or quote != above:
            lines.append([f"{quote} {words}" if quote else words])
        elif words.strip(" "):
            lines[-1][-1] = lines[-1][-1].rstrip(" ")
            lines[-1] += [joined, words]
        above, goes_on = quote, words.endswith(" ") and words != "-- "
    return "\n".join("".join(pieces).rstrip() for pieces in lines)


def _shown_marked(body: Body) -> tuple[InboundFile, ...]:
    """The files; those that the HTML does not show by ``cid:`` lose their content id and stand below it."""
    files = tuple(dict.fromkeys(body.files))  # some programs attach each file twice
    shown = {found.lower() for found in re.findall(r"cid:([^\"'\s>)]+)", body.html, re.IGNORECASE)}
    return tuple(
        file if file.content_id.lower() in shown else InboundFile(file.name, file.type, file.content) for file in files
    )
