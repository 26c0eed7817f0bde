"""Articles while one answers: finding one by ?? and words, what it gives here, and what may help on a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.desk.editor import editable
from otklik.knowledge.errors import ClosedToClients, ForStaffOnly
from otklik.knowledge.finding import find, suggest
from otklik.knowledge.models import Article, Audience, Base
from otklik.knowledge.sharing import link_to
from otklik.knowledge.using import use
from otklik.lib.rich import pictures
from otklik.staff.models import Member
from otklik.tickets.drafting import add_file
from otklik.tickets.files import Kept
from otklik.tickets.models import Draft, Ticket

LINK, TEXT = WAYS = ("link", "text")
SHOWN = 8
WORDS_MAX = 600  # letters of what a client wrote, of which suggestions are made


@dataclass(frozen=True)
class Given:
    """What goes into the composer; `warning` says what its writer should know."""

    text: str
    html: str
    warning: str = ""


def found(text: str, ticket: Ticket, *, member: Member) -> list[Article]:
    """The articles that a few words mean, the client's language first; without words those that are used most."""
    if text.strip():
        hits = find(text, reader=member, language=ticket.client.language, most=SHOWN).hits
        return [hit.article for hit in hits]
    rows = Article.objects.visible_to(member).published().select_related("section").order_by("-uses", "-views", "title")
    return list(rows[:SHOWN])


def suggested(ticket: Ticket, *, member: Member) -> list[Article]:
    """Articles that may answer what the client asks."""
    first = ticket.messages.public().filter(person__isnull=False).values_list("text", flat=True).first() or ""
    return suggest(f"{ticket.subject} {first[:WORDS_MAX]}", reader=member, language=ticket.client.language)


def used_on(ticket: Ticket, *, member: Member) -> list[Article]:
    return list(Article.objects.visible_to(member).filter(used__ticket=ticket).order_by("-used__at"))


def give(article: Article, ticket: Ticket, *, by: Member, way: str, is_note: bool) -> Given:
    """A link or the text, for an answer or a note; the ticket keeps that it was used.

    Raises ForStaffOnly, ClosedToClients for a link that the client could not open, FilesTooLarge.
    """
    given = _link(article, is_note=is_note) if way == LINK else _text(article, ticket, by=by, is_note=is_note)
    use(article, ticket, by=by)
    return given


def _link(article: Article, *, is_note: bool) -> Given:
    if is_note:
        address = settings.URL + reverse("desk:article", args=[article.pk])
    elif article.audience == Audience.STAFF:
        raise ForStaffOnly(title=article.title)
    elif not Base.current().is_open:
        raise ClosedToClients
    else:
        address = link_to(article, reverse("portal:article", args=[article.pk, article.slug]))
    html = f'<a href="{escape(address)}">{escape(article.title)}</a>&nbsp;'
    return Given(f"{article.title}: {address} ", html)


def _text(article: Article, ticket: Ticket, *, by: Member, is_note: bool) -> Given:
    shown = article.files.filter(content_id__in=pictures(article.html))
    with transaction.atomic():
        there = Draft.objects.of(ticket, by, is_note=is_note).values_list("files__content_id", flat=True)
        for file in shown.exclude(content_id__in=[cid for cid in there if cid]):
            kept = Kept(str(file.file), file.name, file.type, file.size_bytes, file.content_id)
            add_file(ticket, by, kept, is_note=is_note)
    warning = ""
    if article.audience == Audience.STAFF and not is_note:
        warning = _("This text was written for staff only: read it through before the client does.")
    return Given(article.text, editable(ticket, article.html), warning)
