"""Canned replies: finding one by a few keys, on either layout, and what it says on this ticket."""

# cyrillic: it folds letters
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.channels.email.placeholders import PLACEHOLDERS, check, fill
from otklik.channels.email.wording import values_of
from otklik.lib.html import html_of, text_of
from otklik.lib.inbound import InboundFile
from otklik.lib.layout import other_layout
from otklik.lib.rich import rich
from otklik.staff.models import Company, Member
from otklik.tickets.addressing import outgoing_channel
from otklik.tickets.drafting import add_file
from otklik.tickets.files import Kept, keep
from otklik.tickets.models import CannedFile, CannedReply, Channel, DraftFile, Ticket

from .sharing import SharedForm

# Not {status_link}: the answer may go to several people, and the link is one person's.
WORDS = ("client", "number", "subject", "company", "mailbox", "agent")
SHOWN = 8
CONSIDERED = 2000


@dataclass(frozen=True)
class Filled:
    """A canned reply as it reads on one ticket."""

    reply: CannedReply
    text: str
    html: str


def found(text: str, ticket: Ticket, *, member: Member) -> list[Filled]:
    """The canned replies that a few keys mean, the likeliest first, as they read on this ticket."""
    rows = CannedReply.objects.visible_to(member).order_by("-uses", "title")
    known = list(rows.values_list("pk", "title", "shortcut", "language", named=True)[:CONSIDERED])
    typed = [folded(text), folded(other_layout(text))]
    language = ticket.client.language
    ranked = []
    for place, row in enumerate(known):
        rank = _rank(row, typed)
        if rank is not None:
            ranked.append((rank, row.language not in ("", language), place, row.pk))
    chosen = [pk for *_order, pk in sorted(ranked)[:SHOWN]]
    replies = CannedReply.objects.in_bulk(chosen)
    values = words_of(ticket, member)
    return [filled(replies[pk], values) for pk in chosen]


def folded(text: str) -> str:
    return text.casefold().replace("ё", "е").strip()


def _rank(row: Any, typed: Iterable[str]) -> int | None:
    """How well it fits, 0 the best; None if it does not."""
    title, shortcut = folded(row.title), folded(row.shortcut)
    ranks = []
    for wanted in typed:
        if shortcut and shortcut.startswith(wanted):
            ranks.append(0 if shortcut == wanted else 1)
        elif title.startswith(wanted):
            ranks.append(2)
        elif all(re.search(rf"\b{re.escape(word)}", f"{title} {shortcut}") for word in wanted.split()):
            ranks.append(3)
    return min(ranks, default=None)


def words_of(ticket: Ticket, member: Member) -> dict[str, str]:
    """What the words in braces mean on this ticket, for this writer."""
    channel = outgoing_channel(ticket) or Channel(name=Company.current().name)
    return values_of(ticket, channel, ticket.client) | {"agent": member.name}


def filled(reply: CannedReply, values: Mapping[str, str]) -> Filled:
    html = reply.html or html_of(reply.text)
    return Filled(reply, fill(reply.text, values), fill(html, {word: escape(value) for word, value in values.items()}))


def take(
    reply: CannedReply, ticket: Ticket, *, by: Member, is_note: bool, place: str = ""
) -> tuple[Filled, list[DraftFile]]:
    """Use a canned reply: what it says here, and its files, which go with the draft now. Raises FilesTooLarge."""
    with transaction.atomic():
        reply.count_use()
        files = [
            add_file(ticket, by, Kept(str(row.file), row.name, row.type, row.size_bytes), is_note=is_note, place=place)
            for row in reply.files.all()
        ]
    return filled(reply, words_of(ticket, by)), files


class CannedForm(SharedForm[CannedReply]):
    html = forms.CharField(required=False, widget=forms.HiddenInput)
    attached = forms.FileField(label=_("Attach a file"), required=False)

    class Meta:
        model = CannedReply
        fields = ["title", "shortcut", "whose", "language", "text", "html"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["language"].choices = [("", pgettext_lazy("language", "any")), *self.fields["language"].choices[1:]]  # type: ignore[attr-defined]

    def clean_shortcut(self) -> str:
        return "".join(str(self.cleaned_data["shortcut"]).split()).lstrip("/:")

    def clean_html(self) -> str:
        return rich(self.cleaned_data["html"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("html"):
            said["text"] = text_of(said["html"])
        if not (said.get("text") or "").strip():
            self.add_error("text", ValidationError(_("Write the text.")))
        check(said.get("text") or "", WORDS)
        return said

    def keep(self) -> CannedReply:
        reply, said = self.instance, self.cleaned_data
        reply.html = said["html"]
        kept = keep(_inbound(said["attached"])) if said.get("attached") else None
        with transaction.atomic():
            saved = self.save()
            if kept:
                CannedFile.objects.create(
                    reply=saved, file=kept.path, name=kept.name, type=kept.type[:127], size_bytes=kept.size_bytes
                )
        return saved


def _inbound(file: Any) -> InboundFile:
    return InboundFile(file.name or "", file.content_type or "", file.read())


def meanings() -> list[tuple[str, Any]]:
    """The words in braces, each with what it stands for."""
    return [(f"{{{word}}}", PLACEHOLDERS[word]) for word in WORDS]
