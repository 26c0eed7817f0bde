"""Between the editor in the browser and what is kept: pictures have an address there, and a name of their own here."""

import re
from urllib.parse import unquote

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from otklik.lib.html import text_of
from otklik.lib.rich import linked, named, pictures, rich, with_pictures
from otklik.tickets.models import Attachment, DraftFile, Message, Ticket

# Of a ticket, or of an article of the knowledge base.
ADDRESS = re.compile(r'\ssrc="(?:https?://[^"/]+)?/desk/(?:tickets|knowledge)/\d+/inline/([^"/]+)/"')
OURS = re.compile(r"[\w.@+-]+")


def written(html: str) -> str:
    """What the editor sends, as it is kept; "" if it says nothing."""
    html = rich(ADDRESS.sub(lambda found: f' src="cid:{escape(unquote(found[1]))}"', html))
    cids = pictures(html)
    return named(html, dict(_files(cids))) if cids else html


def _files(cids: set[str]) -> list[tuple[str, str]]:
    return list(DraftFile.objects.filter(content_id__in=cids).values_list("content_id", "name"))


def plain(html: str) -> str:
    """What it says without the editor."""
    return text_of(html)


def editable(ticket: Ticket, html: str) -> str:
    """What is kept, as the editor takes it up."""
    return with_pictures(rich(html), lambda cid, rest: _addressed(ticket, cid, rest))


def _addressed(ticket: Ticket, cid: str, rest: str) -> str:
    return f'<img src="{address_of(ticket, cid)}"{rest}>' if OURS.fullmatch(cid) else ""


def address_of(ticket: Ticket, cid: str) -> str:
    """Where the browser gets a picture that a text of this ticket shows."""
    return reverse("desk:inline", args=[ticket.pk, cid])


def shown(message: Message) -> SafeString:
    """A message of ours as it was written, to stand in the page; its pictures are files of the message."""
    files = {file.content_id: file for file in message.attachments.all()}

    def picture(cid: str, rest: str) -> str:
        return _picture(files[cid], rest) if cid in files else ""

    return mark_safe(with_pictures(linked(rich(message.html)), picture))  # noqa: S308 nothing is left in it that could do harm


def _picture(file: Attachment, rest: str) -> str:
    address = reverse("desk:file", args=[file.pk])
    return f'<a href="{address}" target="_blank"><img src="{address}" loading="lazy"{rest}></a>'
