"""Articles as files: a folder, or a zip of one. What comes from outside is bounded before it is read.

An article is an HTML file whose particulars stand in its head, or a Markdown file with a few lines before the text:

    ---
    section: Payment / Refunds
    audience: public
    ---
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring
from markdown_it import MarkdownIt

from .errors import BadBundle

FILE_MAX = 20 * 2**20  # bytes of one file, unpacked
ALL_MAX = 500 * 2**20
FILES_MAX = 5000
MARKDOWN, HTML = (".md", ".markdown"), (".html", ".htm")
PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
PARTICULARS = ("title", "section", "audience", "state", "language", "tags", "translation-of")
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_LOWER = re.compile(r"<(/?)h[2-6]\b[^>]*>", re.IGNORECASE)


class Bundle(Protocol):
    def names(self) -> list[str]:
        """The files by their paths, in order. Raises BadBundle for too many."""

    def read(self, name: str) -> bytes | None:
        """What a file holds; None if there is none. Raises BadBundle for one that is too large."""


@dataclass(frozen=True)
class Found:
    """One article as its file tells it; `html` is not cleaned yet, and names its pictures by their paths."""

    name: str
    title: str
    html: str
    particulars: Mapping[str, str] = field(default_factory=dict)


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def names(self) -> list[str]:
        # A link could lead out of the folder, to what its owner did not mean to publish.
        files = [file for file in self.path.rglob("*") if file.is_file() and not file.is_symlink()]
        return _counted(sorted(str(PurePosixPath(file.relative_to(self.path))) for file in files))

    def read(self, name: str) -> bytes | None:
        file = (self.path / name).resolve()
        if not file.is_relative_to(self.path) or not file.is_file():
            return None
        with file.open("rb") as opened:
            return _bounded(name, opened.read(FILE_MAX + 1))


class Zip:
    """Nothing of it is ever unpacked to the disk, so no name in it can lead anywhere."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = ZipFile(path)
        except (BadZipFile, OSError) as fault:
            raise BadBundle(why=str(fault)) from fault
        self.entries: dict[str, ZipInfo] = {}
        self.left = ALL_MAX

    def names(self) -> list[str]:
        entries = [entry for entry in self.zip.infolist() if not entry.is_dir()]
        _counted([entry.filename for entry in entries])
        self.entries = {entry.filename: entry for entry in entries}
        return sorted(self.entries)

    def read(self, name: str) -> bytes | None:
        entry = self.entries.get(name)
        if entry is None:
            return None
        try:
            # What the zip says of a size need not be true: it is read no further than it may be long.
            with self.zip.open(entry) as opened:
                content = _bounded(name, opened.read(min(FILE_MAX, self.left) + 1), most=min(FILE_MAX, self.left))
        except (BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as fault:
            raise BadBundle(why=f"{name}: {fault}") from fault
        self.left -= len(content)
        return content


def open_bundle(path: Path) -> Folder | Zip:
    """Raises BadBundle for what is neither a folder nor a zip."""
    return Folder(path) if path.is_dir() else Zip(path)


def articles_in(bundle: Bundle) -> Iterator[Found]:
    """Every HTML and Markdown file. Raises BadBundle."""
    for name in bundle.names():
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in MARKDOWN + HTML and not PurePosixPath(name).name.startswith("."):
            text = (bundle.read(name) or b"").decode("utf-8-sig", "replace").replace("\0", "")
            yield of_markdown(name, text) if suffix in MARKDOWN else of_html(name, text)


def of_markdown(name: str, text: str) -> Found:
    front = _FRONT.match(text.replace("\r\n", "\n"))
    lines = front[1].splitlines() if front else []
    told = {key.strip().lower(): value.strip() for key, _colon, value in (line.partition(":") for line in lines)}
    body = text.replace("\r\n", "\n")[front.end() :] if front else text
    # No HTML of theirs: Markdown is what was meant.
    html = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough").render(body)
    return _found(name, f"<body>{html}</body>", told)


def of_html(name: str, text: str) -> Found:
    return _found(name, text, {})


def _found(name: str, html: str, told: dict[str, str]) -> Found:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        document = document_fromstring(html.encode(), parser=parser)
    except ParserError:  # nothing in it but blanks and comments
        document = document_fromstring("<body></body>", parser=parser)
    told |= {meta.get("name", ""): meta.get("content", "") for meta in document.iterfind(".//meta[@name]")}
    told.setdefault("language", document.get("lang", ""))
    title = told.get("title") or (document.findtext(".//title") or "").strip()
    body = document.find("body")
    shown = body if body is not None else document
    first = next((heading for heading in shown.iter("h1") if isinstance(heading, HtmlElement)), None)
    if first is not None and (not title or _words(first) == title):
        title = title or _words(first)
        first.drop_tree()
    particulars = {key: value for key, value in told.items() if key in PARTICULARS and value}
    return Found(name, title or PurePosixPath(name).stem, _inner(shown), particulars)


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _inner(body: HtmlElement) -> str:
    """Its content. Articles have headings of one level; cells of a table become words with bars between them."""
    for row in body.iter("tr"):
        cells = [_words(cell) for cell in row if cell.tag in ("td", "th")]
        for cell in list(row):
            row.remove(cell)
        row.text, row.tag = " | ".join(cells), "div"
    parts = [body.text or "", *(tostring(child, encoding="unicode") for child in body)]
    return _LOWER.sub(r"<\1h1>", "".join(parts))


def _counted(names: list[str]) -> list[str]:
    if len(names) > FILES_MAX:
        raise BadBundle(why=f"{len(names)} > {FILES_MAX}")
    return names


def _bounded(name: str, content: bytes, *, most: int = FILE_MAX) -> bytes:
    if len(content) > most:
        raise BadBundle(why=f"{name} > {most // 2**20} MB")
    return content
