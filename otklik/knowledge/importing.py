"""Taking articles up from files, and giving them out again, with their pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import transaction

from otklik.lib.inbound import InboundFile
from otklik.lib.rich import rich, with_pictures
from otklik.staff.models import Language, Member
from otklik.tickets.files import Kept, keep

from .beginning import begin
from .bundles import PICTURES, Bundle, Found, articles_in
from .models import Article, Audience, Section, State
from .models.article import ArticleQuerySet, clean_title
from .placing import Place, place

_SOURCE = re.compile(r'<img[^>]*\ssrc="([^":]+)"')
SEPARATOR = " / "  # between a section and its part


@dataclass
class Taken:
    """What came of an import; `there` are titles that were there before, `empty` names of files without a text."""

    made: list[Article] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def take_up(
    bundle: Bundle, *, by: Member, language: str, is_published: bool = False, at: datetime | None = None
) -> Taken:
    """An article of every file, once however often the same is taken up: drafts, unless they shall be published and
    were. Raises BadBundle; what was taken up before stays.
    """
    taken, by_name = Taken(), dict[str, Article]()
    for found in articles_in(bundle):
        spoken = found.particulars.get("language", "")[:2]
        spoken = spoken if spoken in Language.values else language
        if Article.objects.filter(title=clean_title(found.title), language=spoken).exists():
            taken.there.append(found.title)
            continue
        html, files = _with_files(found, bundle)
        if not html:
            taken.empty.append(found.name)
            continue
        with transaction.atomic():
            made = _made(found, html, files, by=by, language=spoken, at=at, known=by_name)
            if is_published and found.particulars.get("state", State.PUBLISHED) == State.PUBLISHED:
                made.publish(by=by, at=at)
        by_name[PurePosixPath(found.name).name] = made
        taken.made.append(made)
    return taken


def _made(
    found: Found, html: str, files: list[Kept], *, by: Member, language: str, at: datetime | None, known: dict[str, Any]
) -> Article:
    told = found.particulars
    audience = told.get("audience", Audience.PUBLIC)
    # What is not understood must not come to be read by more people than was meant.
    audience = audience if audience in Audience.values else Audience.STAFF
    original = known.get(told.get("translation-of", ""))
    if original and (original.language == language or original.translations().filter(language=language).exists()):
        original = None
    made = begin(
        found.title, by=by, html=html, language=language, audience=audience, files=files, at=at, original=original
    )
    section, tags = _section(told.get("section", ""), language), told.get("tags", "").split(",")
    place(made, Place(section, audience, (), None, None, tags), by=by, at=at)
    return made


def _section(path: str, language: str) -> Section | None:
    """The section of this name, made if there is none; two levels at most."""
    parent: Section | None = None
    for name in [part.strip()[:120] for part in path.split(SEPARATOR) if part.strip()][:2]:
        same = Section.objects.filter(parent=parent)
        column = "title_en" if language == "en" else "title_ru"
        found = same.filter(title_ru=name).first() or same.filter(title_en=name).first()
        parent = found or Section.objects.create(**{column: name}, parent=parent, position=same.count())
    return parent


def _with_files(found: Found, bundle: Bundle) -> tuple[str, list[Kept]]:
    """The text with its pictures kept and named; those that are not in the bundle are left out."""
    kept: dict[str, Kept] = {}
    folder = PurePosixPath(found.name).parent
    html = found.html
    for source in _sources(html):
        suffix = PurePosixPath(source).suffix.lower()
        content = bundle.read(_joined(folder, unquote(unescape(source)))) if suffix in PICTURES else None
        if content is None:
            continue
        name = PurePosixPath(source).name
        cid = f"{sha256(content).hexdigest()[:20]}@{settings.SITE_HOST}"
        kept.setdefault(cid, keep(InboundFile(name, PICTURES[suffix], content, cid)))
        html = html.replace(f'src="{source}"', f'src="cid:{cid}"')
    return rich(html), list(kept.values())


def _sources(html: str) -> list[str]:
    """The addresses of pictures that stand in the bundle, as they are written."""
    return list(dict.fromkeys(_SOURCE.findall(html)))


def _joined(folder: PurePosixPath, source: str) -> str:
    """A path within the bundle; what leads out of it names nothing."""
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(source).parts):
        if part == "..":
            parts = parts[:-1]
        elif part not in (".", "/"):
            parts.append(part)
    return "/".join(parts)


def give_out(articles: ArticleQuerySet, to: Path) -> int:
    """A zip with a page for each article, that any browser shows and `take_up` understands; how many there are."""
    rows = list(articles.select_related("section__parent").prefetch_related("tags", "files").order_by("pk"))
    names = {row.pk: f"{row.pk:04}-{row.slug}.html" for row in rows}
    with ZipFile(to, "w", ZIP_DEFLATED) as made:
        stored: set[str] = set()
        for row in rows:
            made.writestr(names[row.pk], _page(row, names, made, stored))
    return len(rows)


def _page(row: Article, names: dict[int, str], made: ZipFile, stored: set[str]) -> str:
    files = {file.content_id: file for file in row.files.all() if file.content_id}

    def picture(cid: str, rest: str) -> str:
        if cid not in files:
            return ""
        name = f"files/{Path(str(files[cid].file)).name[:20]}{_suffix(files[cid].type)}"
        if name not in stored:
            stored.add(name)
            with files[cid].file.open("rb") as opened:
                made.writestr(name, opened.read())
        return f'<img src="{name}"{rest}>'

    section = row.section
    path = [part.title_ru or part.title_en for part in (section.parent, section) if part] if section else []
    told = {
        "section": SEPARATOR.join(path),
        "audience": row.audience,
        "state": row.state,
        "tags": ", ".join(tag.name for tag in row.tags.all()),
        "translation-of": names.get(row.original_id or 0, ""),
    }
    head = "".join(f'<meta name="{name}" content="{escape(value)}">\n' for name, value in told.items() if value)
    return (
        f'<!doctype html>\n<html lang="{row.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(row.title)}</title>\n{head}</head>\n<body>\n<h1>{escape(row.title)}</h1>\n"
        f"{with_pictures(row.html, picture)}\n</body>\n</html>\n"
    )


def _suffix(kind: str) -> str:
    return next((suffix for suffix, known in PICTURES.items() if known == kind), ".png")
