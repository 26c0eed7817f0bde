"""The two composers: what they show, and what becomes of what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Person
from otklik.desk.later import WHEN, leaves_at
from otklik.lib.inbound import InboundFile
from otklik.staff.models import Company, Member
from otklik.tickets.files import Kept, keep
from otklik.tickets.models import Draft, Message, Ticket
from otklik.tickets.replying import note, reply

REPLY_DRAFT, NOTE_DRAFT = DRAFTS = ("reply_draft", "note_draft")

# What may become of a ticket with an answer, in the order of the menu; the first is the button's own.
THEN = {
    Ticket.State.WAITING_CLIENT: _("and wait for the client"),
    Ticket.State.OPEN: _("and keep it open"),
    Ticket.State.WAITING_THIRD_PARTY: _("and wait for a third party"),
    Ticket.State.RESOLVED: _("and resolve"),
}


@dataclass(frozen=True)
class Composers:
    """What the member has typed already, and who would read an answer: names and addresses, the client first."""

    reply: str
    note: str
    recipients: list[tuple[str, str]]

    @property
    def others(self) -> int:
        return len(self.recipients) - 1


def drafts_of(member: Member) -> dict[str, Subquery]:
    """Columns for a ticket's own query: what the member has typed on it. `composers` reads them."""
    mine = Draft.objects.filter(ticket=OuterRef("pk"), author=member)
    return {name: Subquery(mine.filter(is_note=name == NOTE_DRAFT).values("text")[:1]) for name in DRAFTS}


def composers(ticket: Ticket, recipients: list[tuple[Person, str]]) -> Composers:
    """For a ticket that was fetched with `drafts_of`."""
    written, noted = (vars(ticket)[name] or "" for name in DRAFTS)
    return Composers(written, noted, [(person.name, address) for person, address in recipients])


class ComposeForm(forms.Form):
    text = forms.CharField(required=False, strip=False)
    kind = forms.ChoiceField(choices=[("reply", ""), ("note", "")])
    then = forms.ChoiceField(choices=list(THEN.items()), required=False)
    when = forms.ChoiceField(choices=list(WHEN.items()), required=False)
    send_at = forms.DateTimeField(required=False)  # by the company's clock, as every time of a page
    # The newest message that the page showed: an answer must not cross a message that its writer has not read.
    seen = forms.IntegerField(required=False, min_value=0)

    @property
    def is_note(self) -> bool:
        return bool(self.cleaned_data["kind"] == "note")


def has_news(ticket: Ticket, seen: int | None, member: Member) -> bool:
    """Whether somebody else wrote on the ticket after the message `seen`."""
    if seen is None:
        return False
    return Message.objects.filter(ticket=ticket, pk__gt=seen).exclude(member=member).exists()


def write(ticket: Ticket, form: ComposeForm, *, by: Member, files: MultiValueDict[str, Any]) -> Message:
    """Send the answer or keep the note. Raises what `reply` and `note` raise; the draft stays then."""
    text = form.cleaned_data["text"]
    kept = keep_files(files)
    if form.is_note:
        return note(ticket, by=by, text=text, files=kept)
    said, at = form.cleaned_data, now()
    then = said["then"] or Ticket.State.WAITING_CLIENT
    send_at = leaves_at(said["when"], said["send_at"], zone=Company.current().zone, at=at)
    return reply(ticket, by=by, text=text, files=kept, then=then, send_at=send_at, at=at)


def keep_files(files: MultiValueDict[str, Any]) -> tuple[Kept, ...]:
    uploaded = files.getlist("files")
    return tuple(keep(InboundFile(file.name, file.content_type or "", file.read())) for file in uploaded)


def save_draft(ticket: Ticket, form: ComposeForm, *, by: Member) -> None:
    Draft.keep(ticket, by, is_note=form.is_note, text=form.cleaned_data["text"])
