"""The two composers: what they show, and what becomes of what was written."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.desk.editor import editable, plain, written
from otklik.desk.later import WHEN, leaves_at
from otklik.desk.names import Listed
from otklik.desk.recipients import Readers, readers
from otklik.lib.inbound import InboundFile
from otklik.staff.models import Company, Member
from otklik.tickets import replying
from otklik.tickets.addressing import Recipient, Wishes, outgoing_channel
from otklik.tickets.drafting import add_file, files_of
from otklik.tickets.errors import FilesTooLarge
from otklik.tickets.files import keep
from otklik.tickets.models import Aside, Draft, DraftFile, Message, Ticket
from otklik.tickets.sending import send_now

PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MEGABYTES = settings.MESSAGE_MAX_BYTES // 2**20
REPLY, NOTE = KINDS = ("reply", "note")
KIND = re.compile(rf"\A(?:{REPLY}|{NOTE}|{Aside.NEW}(?:-[0-9]{{1,18}})?)\Z")

# What may become of a ticket with an answer, in the order of the menu; the first is the button's own.
THEN = {
    Ticket.State.WAITING_CLIENT: _("and wait for the client"),
    Ticket.State.OPEN: _("and keep it open"),
    Ticket.State.WAITING_THIRD_PARTY: _("and wait for a third party"),
    Ticket.State.RESOLVED: _("and resolve"),
}


def where(kind: str) -> dict[str, Any]:
    """Which draft a composer of this kind writes: an answer’s, a note’s, or one to a third party."""
    return {"is_note": kind != REPLY, "place": kind if kind.startswith(Aside.NEW) else ""}


@dataclass(frozen=True)
class Composer:
    """One place to write, with what the member has typed there already."""

    kind: str
    text: str = ""
    html: str = ""
    files: tuple[Listed, ...] = ()

    @property
    def is_note(self) -> bool:
        return self.kind == NOTE

    @property
    def is_aside(self) -> bool:
        return self.kind.startswith(Aside.NEW)


class Limits:
    """What one message may carry."""

    most_bytes = settings.MESSAGE_MAX_BYTES
    most_megabytes = MEGABYTES


@dataclass(frozen=True)
class Composers(Limits):
    """Both, and who would read the answer."""

    reply: Composer
    note: Composer
    readers: Readers
    wishes: Wishes
    can_be_sent: bool  # somebody can be answered at all
    is_live: bool = False  # the client reads it at once, so that it cannot be taken back


def drafts_of(member: Member) -> dict[str, Subquery]:
    """Columns for a ticket's own query: what the member has typed on it. `composers` reads them."""
    mine = Draft.objects.filter(ticket=OuterRef("pk"), author=member, place="")
    columns = [(kind, column) for kind in KINDS for column in ("text", "html")] + [(REPLY, "wishes")]
    return {
        f"{kind}_{column}": Subquery(mine.filter(is_note=kind == NOTE).values(column)[:1]) for kind, column in columns
    }


def composers(ticket: Ticket, usual: list[Recipient], files: Mapping[str, Sequence[Listed]]) -> Composers:
    """For a ticket that was fetched with `drafts_of`; `usual` recipients, `files` by kind."""
    reply, note = (_composer(ticket, kind, files.get(kind, ())) for kind in KINDS)
    wishes = Wishes.parse(vars(ticket)[f"{REPLY}_wishes"])
    channel = outgoing_channel(ticket) if usual else None
    is_live = channel is not None and channel.is_live
    return Composers(reply, note, readers(usual, wishes), wishes, can_be_sent=bool(usual), is_live=is_live)


def _composer(ticket: Ticket, kind: str, files: Sequence[Listed]) -> Composer:
    text, html = (vars(ticket)[f"{kind}_{column}"] or "" for column in ("text", "html"))
    return Composer(kind, text, editable(ticket, html), tuple(files))


class Words(TypedDict):
    text: str
    html: str


class ComposeForm(forms.Form):
    """What a composer sends. With the editor `html` has it all and `text` is made of it; without, `text` as typed."""

    text = forms.CharField(required=False, strip=False)
    html = forms.CharField(required=False)
    kind = forms.RegexField(KIND)
    then = forms.ChoiceField(choices=list(THEN.items()), required=False)
    when = forms.ChoiceField(choices=list(WHEN.items()), required=False)
    send_at = forms.DateTimeField(required=False)  # by the company's clock, as every time of a page
    # The newest event when it was begun: an answer must not cross what its writer has not read.
    seen = forms.IntegerField(required=False, min_value=0)

    def clean_html(self) -> str:
        return written(self.cleaned_data["html"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("html"):
            said["text"] = plain(said["html"])
        return said

    @property
    def is_note(self) -> bool:
        return bool(self.cleaned_data["kind"] == NOTE)

    @property
    def where(self) -> dict[str, Any]:
        return where(self.cleaned_data["kind"])

    @property
    def words(self) -> Words:
        """Both forms of what was written, as `reply`, `note` and `Draft.keep` take them."""
        return {"text": self.cleaned_data["text"], "html": self.cleaned_data["html"]}


def write(ticket: Ticket, form: ComposeForm, *, by: Member) -> Message:
    """Send the draft or keep the note, with its files. Raises what `reply` and `note` raise; the draft stays then."""
    draft = Draft.objects.of(ticket, by, **form.where).prefetch_related("files").first()
    with transaction.atomic():
        message = _say(ticket, form, draft or Draft(), by=by)
        Draft.objects.of(ticket, by, **form.where).delete()
    if not form.is_note:
        send_now(message)
    return message


def _say(ticket: Ticket, form: ComposeForm, draft: Draft, *, by: Member) -> Message:
    files = files_of(draft) if draft.pk else ()
    if form.is_note:
        return replying.note(ticket, by=by, files=files, **form.words)
    said, at = form.cleaned_data, now()
    then = said["then"] or Ticket.State.WAITING_CLIENT
    zone, undo = Company.current().zone, replying.second_thoughts(ticket)
    send_at = leaves_at(said["when"], said["send_at"], zone=zone, at=at, undo=undo)
    return replying.reply(
        ticket,
        by=by,
        files=files,
        then=then,
        send_at=send_at,
        wishes=Wishes.parse(draft.wishes),
        seen=said["seen"],
        at=at,
        **form.words,
    )


def save_draft(ticket: Ticket, form: ComposeForm, *, by: Member, files: Iterable[UploadedFile[Any]] = ()) -> None:
    """Keep what is typed, and files that come with the form itself. Raises FilesTooLarge; the text is kept then."""
    Draft.keep(ticket, by, **form.where, **form.words)
    for file in files:
        take_file(ticket, file, by=by, **form.where)


def take_file(
    ticket: Ticket, file: UploadedFile[Any], *, by: Member, is_note: bool, place: str = "", is_shown: bool = False
) -> DraftFile:
    """Keep one file with what its author writes; one that `is_shown` stands in the text. Raises FilesTooLarge."""
    if file.size and file.size > settings.MESSAGE_MAX_BYTES:
        raise FilesTooLarge(limit=MEGABYTES)
    kind = file.content_type or ""
    cid = f"{secrets.token_hex(10)}@{settings.SITE_HOST}" if is_shown and kind in PICTURES else ""
    kept = keep(InboundFile(file.name or "", kind, file.read(), cid))
    return add_file(ticket, by, kept, is_note=is_note, place=place)


def listed(file: DraftFile) -> Listed:
    return Listed(file.pk, file.name, str(file.size_bytes))
