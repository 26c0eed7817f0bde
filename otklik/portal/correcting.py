"""A client’s change of what they wrote: which messages, by which link, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from otklik.channels.webform.channel import KIND
from otklik.channels.webform.forms import TEXT_MAX
from otklik.channels.webform.limits import Origin, count, is_over
from otklik.channels.webform.submitting import TooMany
from otklik.tickets.models import Message
from otklik.tickets.revising import WINDOW, can_revise, revise

from .access import BY_MAIL, Seat


@dataclass(frozen=True)
class Said:
    """A message of the status page; `until` is when the reader may change it no more, None if they may not at all."""

    message: Message
    until: datetime | None


class ChangeForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"), max_length=TEXT_MAX, required=False, widget=forms.Textarea(attrs={"rows": 10})
    )


def said(seat: Seat, messages: Iterable[Message], *, at: datetime) -> list[Said]:
    return [
        Said(each, each.at + WINDOW if is_theirs(seat, each) and can_revise(each, seat.person, at=at) else None)
        for each in messages
    ]


def is_theirs(seat: Seat, message: Message) -> bool:
    """Whether this seat's reader wrote it. A form's link proves no address: it changes no mail of that address."""
    return message.person_id == seat.person.pk and (seat.link == BY_MAIL or message.via == KIND)


def own_or_404(seat: Seat, pk: int) -> Message:
    """A message that the reader of the page wrote, though it may be too late to change it."""
    message = seat.ticket.messages.public().filter(pk=pk).first()
    if message is None or message.is_automatic or not is_theirs(seat, message):
        raise Http404
    return message


def change(seat: Seat, message: Message, text: str, *, network: str) -> bool:
    """Let the message say `text`; False if it does already. Raises EmptyMessage, TooLateToRevise, TooMany."""
    text = text.replace("\r\n", "\n").strip()
    if text == message.text:
        return False
    origin = Origin(network, f"message.{message.pk}")
    if is_over(origin):
        raise TooMany
    changed = revise(message, by=seat.person, text=text)
    count(origin)
    return changed
