"""The text of an article as it stands on a page: its headings have anchors, its pictures addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from django.utils.safestring import SafeString, mark_safe

from otklik.lib.rich import rich, with_pictures

from .slugs import slug_of

_HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_TAG = re.compile("<[^>]*>")
LISTED_FROM = 3  # headings that are worth a table of contents


@dataclass(frozen=True)
class Heading:
    anchor: str
    title: str


@dataclass(frozen=True)
class Page:
    html: SafeString
    headings: list[Heading]

    @property
    def is_long(self) -> bool:
        return len(self.headings) >= LISTED_FROM


def laid_out(html: str, *, picture: Callable[[str, str], str]) -> Page:
    """What a page shows of a text. Its headings come below the title, so they are one level lower.

    `picture` makes the tag of one by its content id and its attributes.
    """
    headings: list[Heading] = []
    taken: Counter[str] = Counter()

    def lower(found: re.Match[str]) -> str:
        title = " ".join(unescape(_TAG.sub("", found[1])).split())
        anchor = slug_of(title)
        taken[anchor] += 1
        if taken[anchor] > 1:
            anchor = f"{anchor}-{taken[anchor]}"
        headings.append(Heading(f"s-{anchor}", title))
        return f'<h2 id="s-{anchor}">{found[1]}</h2>'

    shown = _HEADING.sub(lower, with_pictures(rich(html), picture))
    return Page(mark_safe(shown), headings)  # noqa: S308 nothing is left in it that could do harm
