"""Side conversations at the desk: what a ticket's page shows of them, and the letter that is being written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from otklik.channels.email.addresses import senders
from otklik.channels.email.bodies import wrote
from otklik.clients.models import EMAIL
from otklik.lib.html import html_of
from otklik.staff.models import Member
from otklik.tickets.addressing import outgoing_channel
from otklik.tickets.asides import Letter, ask, write
from otklik.tickets.drafting import files_of, keep_wishes
from otklik.tickets.files import kept_of
from otklik.tickets.models import Aside, Attachment, Channel, Delivery, Draft, Message, Ticket
from otklik.tickets.replying import UNDO

from .composing import Composer, Words, listed
from .conversation import Conversation
from .editor import editable, plain, written

TOLD_BY = ("aside.opened", "ticket.absorbed")  # without one of these a ticket has none
OFFERED = 50  # of the client's correspondence, to be quoted
QUOTED_MAX = 10_000  # characters of each
TICKED = ("quoted", "taken")
NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Thread:
    """One side conversation with its letters, the oldest first."""

    aside: Aside
    letters: list[Message]


def letters_of(asides: QuerySet[Aside]) -> list[Thread]:
    deliveries = Prefetch("deliveries", queryset=Delivery.objects.order_by("pk"))
    letters = Message.objects.select_related("member", "party").prefetch_related("attachments", deliveries)
    found = asides.select_related("opened_by", "channel").prefetch_related("parties")
    return [
        Thread(aside, list(aside.messages.all()))
        for aside in found.prefetch_related(Prefetch("messages", queryset=letters.order_by("at", "pk")))
    ]


def shown(ticket: Ticket, talk: Conversation) -> dict[str, Any]:
    """The `threads`, not asked for while the journal shows that there are none, and the `newest` message of all."""
    threads = letters_of(ticket.asides.all()) if any(talk.may_have(kind) for kind in TOLD_BY) else []
    newest = (letter.pk for thread in threads for letter in thread.letters)
    return {"threads": threads, "newest": max(talk.newest, *newest, 0)}


class LetterForm(forms.Form):
    """A letter to a third party; of one that goes on, subject and mailbox are what they are."""

    to = forms.CharField(
        label=_("To"), max_length=2000, required=False, help_text=_("One or several e-mail addresses, with commas.")
    )
    subject = forms.CharField(label=_("Subject"), max_length=250, required=False)
    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("From the mailbox"), empty_label=None)
    text = forms.CharField(required=False, strip=False)
    html = forms.CharField(required=False)
    quoted = forms.ModelMultipleChoiceField(Message.objects.none(), required=False)
    taken = forms.ModelMultipleChoiceField(Attachment.objects.none(), required=False)
    waits = forms.BooleanField(label=_("The ticket waits for a third party"), required=False)
    wakes = forms.BooleanField(label=_("Their answer opens it again"), required=False)

    def __init__(self, said: Any, *, ticket: Ticket, aside: Aside | None, **rest: Any) -> None:
        super().__init__(said, **rest)
        self.ticket, self.aside = ticket, aside
        public = ticket.messages.public()
        self._choose("quoted", public)
        self._choose("taken", Attachment.objects.filter(message__in=public))
        self._choose("channel", Channel.objects.active().filter(kind=EMAIL))
        if aside:
            del self.fields["subject"], self.fields["channel"]

    def _choose(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_html(self) -> str:
        return written(self.cleaned_data["html"])

    @property
    def addresses(self) -> tuple[str, ...]:
        """As they were typed, with names or without; what is none is left for the refusal to name."""
        pieces = [piece.strip() for piece in re.split(r"[,;\n]", self.cleaned_data["to"]) if piece.strip()]
        found = [(senders(piece), piece) for piece in pieces]
        return tuple(people[0].value if people else piece for people, piece in found)

    def send(self, *, by: Member, at: datetime | None = None) -> Message:
        """Send the draft. Raises what `ask` raises; the draft stays then."""
        at, said = at or now(), self.cleaned_data
        draft = Draft.objects.of(self.ticket, by, is_note=True, place=place_of(self.aside)).first()
        letter = Letter(
            to=self.addresses,
            files=(*(files_of(draft) if draft else ()), *(kept_of(file) for file in said["taken"])),
            waits=said["waits"],
            wakes=said["wakes"],
            **self._words(),
        )
        when: dict[str, Any] = {"by": by, "send_at": at + UNDO, "at": at}
        with transaction.atomic():
            if self.aside:
                message = write(self.aside, letter, **when)
            else:
                message = ask(self.ticket, letter, subject=said["subject"], channel=said["channel"], **when)
            if draft:
                draft.delete()
        return message

    def _words(self) -> Words:
        """What was written, and below it what it quotes of the client's correspondence."""
        said = self.cleaned_data
        html, text = said["html"], plain(said["html"]) if said["html"] else said["text"]
        if not said["quoted"]:
            return {"text": text, "html": html}
        channel = self.aside.channel if self.aside else said["channel"]
        with override(channel.language):
            quotes = [(wrote(each), each.text[:QUOTED_MAX].strip()) for each in said["quoted"].order_by("at", "pk")]
        marked = [f"{who}\n" + "\n".join(f"> {line}".rstrip() for line in words.split("\n")) for who, words in quotes]
        shown = [f"<div>{html_of(who)}</div><blockquote>{html_of(words)}</blockquote>" for who, words in quotes]
        return {"text": "\n\n".join([text.strip(), *marked]), "html": "".join([html, *shown]) if html else ""}


def place_of(aside: Aside | None) -> str:
    return aside.place if aside else Aside.NEW


def keep_letter(ticket: Ticket, place: str, said: QueryDict, *, by: Member) -> None:
    """Keep what is filled in besides the words."""
    wishes: dict[str, Any] = {name: said.get(name, "")[:2000] for name in ("to", "subject", "channel")}
    wishes |= {name: said.get(name) == "on" for name in ("waits", "wakes")}
    wishes |= {name: [pk for pk in said.getlist(name) if NUMBER.fullmatch(pk)][:OFFERED] for name in TICKED}
    if any(wishes[name] for name in ("to", "subject", *TICKED)):
        keep_wishes(ticket, by, wishes, is_note=True, place=place)


@dataclass(frozen=True)
class Started:
    """What the form begins with, and the composer."""

    initial: dict[str, Any]
    composer: Composer


def started(ticket: Ticket, aside: Aside | None, *, by: Member) -> Started:
    """The draft, or else whom one wrote to last."""
    place = place_of(aside)
    draft = Draft.objects.of(ticket, by, is_note=True, place=place).prefetch_related("files").first()
    channel = outgoing_channel(ticket)
    initial: dict[str, Any] = {"wakes": aside.wakes if aside else True, "waits": True, "channel": channel}
    if aside:
        initial["to"] = ", ".join(aside.addresses)
    initial |= (draft.wishes if draft else None) or {}
    text, html = (draft.text, draft.html) if draft else ("", "")
    files = tuple(listed(file) for file in draft.files.all() if not file.content_id) if draft else ()
    return Started(initial, Composer(place, text, editable(ticket, html), files))


def quotable(ticket: Ticket) -> list[Message]:
    """What the client and we wrote to each other, the newest first: no notes, and nobody's other letters."""
    said = ticket.messages.public().select_related("person", "member").prefetch_related("attachments")
    return list(said.order_by("-at", "-pk")[:OFFERED])
