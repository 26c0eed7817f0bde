"""One ticket: its page, its properties, its neighbours."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.clients.models import Person
from otklik.desk import asides, deadlines, panel
from otklik.desk.access import DeskRequest, answering, members, number_in
from otklik.desk.approvals import of_ticket
from otklik.desk.callbacks import last_callback
from otklik.desk.composing import THEN, composers, drafts_of
from otklik.desk.conversation import ONLY, Window, all_said, conversation, history, news_told, revisable
from otklik.desk.later import WHEN
from otklik.desk.names import names
from otklik.desk.properties import set_property
from otklik.desk.shell import is_htmx, page, part
from otklik.desk.survey_results import answered_on
from otklik.desk.tasks import warn_of_open_tasks, work_on
from otklik.desk.visitors import about_visitor
from otklik.journal.models import Event
from otklik.lib.errors import OtklikError
from otklik.lib.prepared import Question
from otklik.staff.models import Sight
from otklik.tickets.addressing import recipients_among
from otklik.tickets.errors import NotFilledIn
from otklik.tickets.merging import merge as merge_tickets
from otklik.tickets.merging import separate as separate_tickets
from otklik.tickets.merging import split as split_off
from otklik.tickets.models import Message, Ticket, TicketLink
from otklik.tickets.models.conversation import add_participant, remove_participant
from otklik.tickets.putting_off import SLEEPS

TEMPLATE = "desk/ticket/page.html"
CHOICES = {
    "only": ONLY.items(),
    "sleeps": SLEEPS.items(),
    "then": THEN.items(),
    "when": WHEN.items(),
    "link_kinds": TicketLink.Kind.choices,
}


def find_ticket(request: DeskRequest, number: int) -> Ticket:
    """The ticket, if this member may see it; else 404."""
    found = _seen_by(request.user.sight).first(number) if number <= BigIntegerField.MAX_BIGINT else None
    if found is None:
        raise Http404
    return found


@lru_cache(maxsize=500)
def _seen_by(sight: Sight) -> Question[Ticket]:
    """A ticket by its number, with all that its page shows to a member."""
    member = sight.member()
    tickets = Ticket.objects.visible_to(member).with_people().select_related("address", "channel__answers_by")
    newest = Event.objects.filter(about=Ticket.journal_name, about_id=OuterRef("pk")).order_by("-id").values("id")[:1]
    shown = tickets.annotate(newest=Subquery(newest), **drafts_of(member))
    return Question(lambda number: shown.filter(pk=number), int)


def origin_of(request: DeskRequest) -> str:
    """From which list, and where in it, the ticket was opened: what `?from=` of the page says, or said for htmx."""
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return request.GET.get("from") or parse_qs(query).get("from", [""])[0]


def show(request: DeskRequest, ticket: Ticket, *, news: Sequence[Event] = ()) -> HttpResponse:
    """The page, or the living part of it for htmx; an answer that is held says why, by the `news`."""
    member = request.user
    client, others = panel.people(ticket)
    people = [ticket.client, *(each.person for each in others)]
    addresses = [address for each in (client, *others) for address in each.addresses]
    talk = conversation(ticket, Window.of(request.GET), at_hand=[member, *people])
    recipients = recipients_among(ticket, people, addresses=addresses)
    known = names(ticket, member)
    context = {
        "ticket": ticket,
        "conversation": talk,
        **asides.shown(ticket, talk),
        "revisable": revisable(talk, member),
        "news": news_told(news),
        "origin": origin_of(request),
        "composers": composers(ticket, recipients, vars(known)) if member.can_answer else None,
        "drafts": known.drafts,
        "watchers": known.watchers,
        "is_watching": any(watcher.pk == member.pk for watcher in known.watchers),
        "looking": known.looking,
        "properties": panel.properties(ticket, known),
        "tags": [tag.name for tag in known.tags],
        "reached": client,
        "participants": others,
        "deadlines": deadlines.of_ticket(ticket),
        "callback": last_callback(ticket) if talk.may_have("callback.promised") else None,
        "approvals": of_ticket(ticket, member) if talk.may_have("approval.asked") else [],
        "questionnaires": answered_on(ticket) if talk.may_have("survey.answered") else [],
        **work_on(ticket, known, talk, member),
        **panel.passing(ticket, known, talk),
        **about_visitor(ticket, addresses),
        "neighbours": panel.neighbours(ticket, member),
        **CHOICES,
    }
    return part(request, f"{TEMPLATE}#ticket", **context) if is_htmx(request) else page(request, TEMPLATE, **context)


def again(request: DeskRequest, ticket: Ticket) -> HttpResponse:
    """After a change: the living part for htmx, else the page by a redirect; the queue if it is out of sight now."""
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return elsewhere(request, reverse("desk:home"))
    if is_htmx(request):
        return show(request, find_ticket(request, ticket.pk))
    return redirect(ticket)


def elsewhere(request: DeskRequest, address: str) -> HttpResponse:
    """To another page, from a whole page or from htmx, which would put it into a part of this one."""
    return HttpResponse(headers={"HX-Redirect": address}) if is_htmx(request) else redirect(address)


def told(request: DeskRequest, refusal: Exception) -> None:
    """Show a person why what they asked was not done."""
    texts = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
    messages.error(request, " ".join(texts))


@members
def ticket(request: DeskRequest, number: int) -> HttpResponse:
    found = find_ticket(request, number)
    if found.merged_into_id:
        into = found.survivor()
        messages.info(request, _("%(old)s was merged into %(new)s.") % {"old": found, "new": into})
        return redirect(into)
    return show(request, found)


@members
def ticket_history(request: DeskRequest, number: int) -> HttpResponse:
    found = find_ticket(request, number)
    return page(request, "desk/ticket/history.html", ticket=found, lines=history(found))


@members
def paper(request: DeskRequest, number: int) -> HttpResponse:
    """A ticket to be printed or kept as PDF; with `?notes=yes` and `?asides=yes` what only the staff read, too."""
    found = find_ticket(request, number)
    with_notes, with_asides = (request.GET.get(name) == "yes" for name in ("notes", "asides"))
    context = {
        "messages": [message for message in all_said(found) if with_notes or not message.is_note],
        "threads": asides.letters_of(found.asides.all()) if with_asides else [],
        "has_asides": with_asides or found.asides.exists(),
        "with_notes": with_notes,
        "with_asides": with_asides,
    }
    return part(request, "desk/ticket/paper.html", ticket=found, **context)


@require_POST
@answering
def change(request: DeskRequest, number: int) -> HttpResponse:
    """Set the one property that the form names."""
    found = find_ticket(request, number)
    try:
        name = request.POST.get("name", "")
        if set_property(found, name, request.POST.get("value", ""), by=request.user) and name == "state":
            warn_of_open_tasks(request, found)
    except NotFilledIn as refusal:
        told(request, refusal)
        return elsewhere(request, f"{reverse('desk:hand_over', args=[number])}?team={request.POST['value']}")
    except (OtklikError, ValidationError) as refusal:
        told(request, refusal)
    return again(request, found)


@require_POST
@answering
def participants(request: DeskRequest, number: int) -> HttpResponse:
    """Let somebody take part, by e-mail address, or no more, by their number."""
    found = find_ticket(request, number)
    if request.POST.get("remove"):
        remove_participant(found, get_object_or_404(Person, pk=number_in(request, "remove")), by=request.user)
        return again(request, found)
    try:
        add_participant(found, panel.person_at(request.POST.get("address", "")), by=request.user)
    except ValidationError as refusal:
        told(request, refusal)
    return again(request, found)


@require_POST
@answering
def links(request: DeskRequest, number: int) -> HttpResponse:
    """Link to another ticket, forget a link, or merge into another ticket."""
    found = find_ticket(request, number)
    other = _other(request)
    if other is None:
        messages.error(request, _("There is no such ticket, or you may not see it."))
        return again(request, found)
    match request.POST.get("kind"):
        case "remove":
            found.unlink(other, by=request.user)
        case kind if kind in TicketLink.Kind.values:
            found.link(other, kind, by=request.user)
        case _unknown:
            raise Http404
    return again(request, found)


def _other(request: DeskRequest) -> Ticket | None:
    number = request.POST.get("other", "").strip().lstrip("#")
    if not number.isdecimal() or len(number) > 18:
        return None
    return Ticket.objects.visible_to(request.user).filter(pk=number).first()


@require_POST
@answering
def merge(request: DeskRequest, number: int) -> HttpResponse:
    """Merge this ticket into another one and go there."""
    found, into = find_ticket(request, number), _other(request)
    if into is None:
        messages.error(request, _("There is no such ticket, or you may not see it."))
        return redirect(found)
    try:
        merge_tickets(found, into, by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
        return redirect(found)
    messages.success(request, _("%(old)s was merged into %(new)s.") % {"old": found, "new": into})
    return redirect(into)


@require_POST
@answering
def separate(request: DeskRequest, number: int) -> HttpResponse:
    """Take back that this ticket was merged into another, and go to it."""
    found = find_ticket(request, number)
    try:
        into = separate_tickets(found, by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
        return redirect(found.survivor())
    messages.success(request, _("%(old)s is separate from %(new)s again.") % {"old": found, "new": into})
    return redirect(found)


@require_POST
@answering
def split(request: DeskRequest, number: int) -> HttpResponse:
    """Make a ticket of its own of one message, and go there."""
    found = find_ticket(request, number)
    message = get_object_or_404(Message, pk=number_in(request, "message"), ticket=found, aside=None)
    new = split_off(message, by=request.user)
    messages.success(request, _("The message is now the ticket %(new)s.") % {"new": new})
    return redirect(new)
