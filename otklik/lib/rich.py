"""HTML as staff write it in the editor: paragraphs, lists, quotes, code, links and pictures, with no look of its own.

So little is left that it can stand on a page of ours. Pictures are named by ``cid:``; whoever shows them puts the
address of the file there.
"""

import re
from collections.abc import Callable
from html import escape, unescape

import nh3

from .html import APART, MAX_CHARS
from .html import linked as linked_text

WIDEST = 800  # pixels of a picture; some mail programs take no other measure than its own
_NOT_SHOWN = "head iframe math noscript object script style svg template textarea title"
_DIRECTIONS = {"rtl", "ltr", "auto"}
_TAGS = "a b blockquote br code del div em h1 hr i img li ol p pre s strong u ul"


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "dir" and value not in _DIRECTIONS:
        return None
    return None if name == "src" and not value.startswith("cid:") else _harmless(value)


def _harmless(value: str) -> str:
    """An attribute without the signs that could end its tag: what was cleaned is looked through once more below."""
    return re.sub("[<>]", "", value)


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags=set(_NOT_SHOWN.split()),
    attributes={"*": {"dir"}, "a": {"href"}, "img": {"src", "alt", "width", "height"}},
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
_TAG = re.compile(r"(<[^>]*>)")
_UNLINKED = re.compile(r"<(/?)(?:a|pre)\b")
_NO_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
_GIVEN = re.compile(r'(\w+)="([^"]*)"')
_PICTURE = re.compile(r'<img([^>]*)\ssrc="cid:([^"]+)"([^>]*)>')


def rich(html: str) -> str:
    """`html` with only what the editor can make; "" if nothing is left to read or see."""
    kept = _NO_PICTURE.sub("", _CLEANER.clean(html[:MAX_CHARS])).strip()
    return kept if re.search(r"<img\b|[^\s<>]", re.sub(r"<(?!img\b)[^>]*>|&nbsp;", "", kept)) else ""


def linked(html: str) -> str:
    """What `rich` gave, with the web addresses in its text made links, as they are in plain text."""
    pieces, unlinked = _TAG.split(html), 0
    for at, piece in enumerate(pieces):
        if found := _UNLINKED.match(piece):
            unlinked += -1 if found[1] else 1
        elif "://" in piece and not unlinked and not piece.startswith("<"):
            shown = linked_text(unescape(piece), as_=f'target="_blank" {APART}')
            pieces[at] = shown.replace("\xa0", "&nbsp;")
    return "".join(pieces)


def is_rich(html: str) -> bool:
    """Whether nothing would be lost by `rich`."""
    return bool(html) and rich(html) == html.strip()


def pictures(html: str) -> set[str]:
    """The content ids of the pictures that `html` shows."""
    return {found[2] for found in _PICTURE.finditer(html)}


def with_pictures(html: str, shown: Callable[[str, str], str]) -> str:
    """`html` with each picture replaced by what `shown` makes of its content id and its other attributes."""
    return _PICTURE.sub(lambda found: shown(found[2], found[1] + found[3]), html)


def named(html: str, names: dict[str, str]) -> str:
    """`html` with the names of the files beside their pictures, for whoever does not see them, and none too wide."""

    def told(cid: str, rest: str) -> str:
        given = dict(_GIVEN.findall(rest))
        width = given.get("width", "")
        size = f' width="{min(int(width), WIDEST)}"' if width.isdecimal() and len(width) < 6 else ""
        return f'<img src="cid:{cid}" alt="{escape(_harmless(names.get(cid, "")))}"{size}>'

    return with_pictures(html, told)
