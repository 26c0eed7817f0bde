"""Drafts with their files: what comes to them, what is put back, and what one member takes over from another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import now

from otklik.lib.html import html_of
from otklik.lib.rich import pictures
from otklik.staff.models import Member

from .addressing import Wishes
from .errors import FilesTooLarge
from .files import Kept
from .models import Draft, DraftFile, Ticket


def add_file(ticket: Ticket, author: Member, file: Kept, *, is_note: bool, place: str = "") -> DraftFile:
    """Let a stored file go with what its author writes. Raises FilesTooLarge for more than one message may carry."""
    with transaction.atomic():
        draft = _locked(ticket, author, is_note=is_note, place=place)
        there = draft.files.aggregate(bytes=Sum("size_bytes", default=0))["bytes"]
        if there + file.size_bytes > settings.MESSAGE_MAX_BYTES:
            raise FilesTooLarge(limit=settings.MESSAGE_MAX_BYTES // 2**20)
        Draft.objects.filter(pk=draft.pk).update(at=now())
        return _attach(draft, (file,))[0]


def files_of(draft: Draft) -> tuple[Kept, ...]:
    """The files that go with a draft as it is now; pictures that its text shows no more stay behind."""
    shown = pictures(draft.html)
    return tuple(
        Kept(str(row.file), row.name, row.type, row.size_bytes, row.content_id)
        for row in draft.files.all()
        if not row.content_id or row.content_id in shown
    )


def put_before(
    ticket: Ticket,
    author: Member,
    *,
    is_note: bool,
    text: str,
    html: str = "",
    files: tuple[Kept, ...] = (),
    place: str = "",
) -> None:
    """Put what was written elsewhere before what the author has typed here, if anything."""
    with transaction.atomic():
        draft = _locked(ticket, author, is_note=is_note, place=place)
        texts = [each for each in (text, draft.text) if each.strip()]
        both = [(html, text), (draft.html, draft.text)]
        joined = "".join(marked or html_of(plain) for marked, plain in both) if html or draft.html else ""
        Draft.objects.filter(pk=draft.pk).update(text="\n\n".join(texts), html=joined, at=now())
        _attach(draft, files)


def wish(ticket: Ticket, author: Member, wishes: Wishes) -> None:
    """Keep whom the author wants to get this answer."""
    keep_wishes(ticket, author, wishes.as_json(), is_note=False)


def keep_wishes(ticket: Ticket, author: Member, wishes: Mapping[str, Any], *, is_note: bool, place: str = "") -> None:
    """Keep what the author wants besides the words."""
    with transaction.atomic():
        draft = _locked(ticket, author, is_note=is_note, place=place)
        Draft.objects.filter(pk=draft.pk).update(wishes=wishes, at=now())


def take_over(draft: Draft, *, by: Member) -> None:
    """Make a colleague's draft one's own, as a copy; the colleague's stays."""
    words = {"text": draft.text, "html": draft.html, "place": draft.place}
    put_before(draft.ticket, by, is_note=draft.is_note, files=files_of(draft), **words)
    if draft.place:
        keep_wishes(draft.ticket, by, draft.wishes, is_note=draft.is_note, place=draft.place)


def follow_merged(source: Ticket, into: Ticket) -> None:
    """What was being typed on a merged ticket goes on where it went; inside the merging's transaction."""
    for draft in source.drafts.select_related("author").prefetch_related("files"):
        files = files_of(draft)
        words = {"text": draft.text, "html": draft.html, "place": draft.place}
        put_before(into, draft.author, is_note=draft.is_note, files=files, **words)
        if draft.place:
            keep_wishes(into, draft.author, draft.wishes, is_note=draft.is_note, place=draft.place)
        draft.delete()


def _locked(ticket: Ticket, author: Member, *, is_note: bool, place: str = "") -> Draft:
    """The draft of a composer, begun if there is none yet; nobody else changes it until the transaction ends."""
    here: dict[str, Any] = {"ticket": ticket, "author": author, "is_note": is_note, "place": place}
    draft, _new = Draft.objects.select_for_update().get_or_create(**here)
    return draft


def _attach(draft: Draft, files: tuple[Kept, ...]) -> list[DraftFile]:
    return DraftFile.objects.bulk_create(
        DraftFile(
            draft=draft,
            file=file.path,
            name=file.name,
            type=file.type[:127],
            size_bytes=file.size_bytes,
            content_id=file.content_id,
        )
        for file in files
    )
