"""Plain text as it grows while somebody walks an HTML tree."""

from itertools import islice

from lxml.html import HtmlElement

_PARAGRAPH_TAGS = "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr address"
_LINE_TAGS = "div li tr dt dd section article header footer main caption figure center"
_PARAGRAPHS, _LINES = frozenset(_PARAGRAPH_TAGS.split()), frozenset(_LINE_TAGS.split())
_FOLLOWED = ("http://", "https://", "mailto:", "tel:")
_LINE, _BLANK = 1, 2
MOST_MARKS = 30  # before one line; quotes nested deeper look alike


class PlainText:
    """Give it every element's start (`open`) and end (`close`) in the document's order, then ask `finished`.

    Breaks are wanted when a block begins or ends and made only when more text comes, so that any heap of
    empty blocks leaves one empty line. The cells of a row stay on one line.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []  # in pieces: a line that grew by copying would take the square of its length
        self._wanted = 0
        self._quotes = 0
        self._last_quotes = 0
        self._lists: list[int] = []  # the next number of an ordered list, 0 in one with bullets
        self._cells = 0
        self._next_cell = False
        self._after_mark = False
        self._pre = 0

    def open(self, element: HtmlElement) -> None:
        tag = element.tag
        self._want_break(tag)
        match tag:
            case "br":
                self._wanted = min(self._wanted + 1, _BLANK)
            case "hr":
                self._say("---")
            case "img" if element.get("alt", "").strip():
                self._say(f"[{element.get('alt').strip()}]")
            case "pre":
                self._pre += 1
            case "blockquote":
                self._flush()
                self._quotes += 1
            case "ul" | "ol":
                self._flush()
                self._lists.append(1 if tag == "ol" else 0)
            case "li":
                self._mark_item()
            case "tr":
                self._flush()
                self._next_cell = False
            case "td" | "th":
                self._cells += 1
                self._begin_cell()
        self._say(element.text)

    def close(self, element: HtmlElement) -> None:
        tag = element.tag
        match tag:
            case "a":
                self._say(self._address(element))
            case "pre":
                self._pre -= 1
            case "blockquote":
                self._flush()
                self._quotes -= 1
            case "ul" | "ol":
                self._flush()
                self._lists.pop()
            case "td" | "th":
                self._cells -= 1
        self._want_break(tag)
        self.add(element.tail)

    def add(self, text: str | None) -> None:
        """Text that stands between elements."""
        self._say(text)

    def mark(self, sign: str) -> None:
        """A line of its own that is not the author's."""
        self._flush()
        self._lines.append(sign)

    def finished(self) -> str:
        self._flush()
        return "\n".join(self._lines).strip("\n")

    def _want_break(self, tag: str) -> None:
        wanted = _BLANK if tag in _PARAGRAPHS else _LINE if tag in _LINES else 0
        tight = self._cells or self._lists
        self._wanted = 0 if self._after_mark else max(self._wanted, min(wanted, _LINE) if tight else wanted)

    def _begin_cell(self) -> None:
        if self._says_something():
            self._next_cell, self._wanted = True, 0

    def _mark_item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        self._say(f"{number}. " if number else "– ")
        self._after_mark = True
        if number:
            self._lists[-1] += 1

    @staticmethod
    def _address(link: HtmlElement) -> str:
        """The link's address, unless its text already says it."""
        href = link.get("href", "").strip()
        shown = "".join(islice(link.itertext(), 20)).strip().rstrip("/")
        bare = href.split(":", 1)[-1].strip("/")
        is_said = shown in (href.rstrip("/"), bare)
        return f" ({href})" if href.lower().startswith(_FOLLOWED) and not is_said else ""

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self._pre:
            self._say_lines(text)
            return
        words = " ".join(text.split())
        if not words:
            if self._line and not self._wanted:
                self._line.append(" ")
            return
        self._make_break()
        before = " " if text[0].isspace() and self._line and not self._line[-1].endswith(" ") else ""
        self._line.append(before + words + (" " if text[-1].isspace() else ""))

    def _say_lines(self, text: str) -> None:
        self._make_break()
        first, *others = text.splitlines() or [""]
        self._line += [first] if first else []
        for line in others:
            self._flush(keep_blank=True)
            self._line = [line] if line else []

    def _make_break(self) -> None:
        if self._next_cell:
            while self._line and not self._line[-1].strip():
                self._line.pop()
            self._line[-1:] = [*(piece.rstrip() for piece in self._line[-1:]), " | "]
        elif self._wanted:
            self._flush()
            if self._wanted == _BLANK and self._lines and self._lines[-1].strip("> "):
                self._lines.append(">" * min(self._quotes, self._last_quotes, MOST_MARKS))
        self._next_cell, self._after_mark, self._wanted = False, False, 0

    def _flush(self, *, keep_blank: bool = False) -> None:
        if keep_blank or self._says_something():
            quote = f"{'>' * min(self._quotes, MOST_MARKS)} " if self._quotes else ""
            indent = "  " * (min(len(self._lists), 8) - 1)
            self._lines.append(f"{quote}{indent}{''.join(self._line)}".rstrip())
            self._last_quotes = self._quotes
        self._line = []

    def _says_something(self) -> bool:
        return any(piece.strip() for piece in self._line)
