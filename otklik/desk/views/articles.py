"""Articles while one answers a ticket."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.articles import WAYS, found, give, suggested, used_on
from otklik.desk.composing import KINDS, NOTE
from otklik.desk.shell import is_htmx, page, part
from otklik.knowledge.models import Article
from otklik.lib.errors import OtklikError

from .ticket import find_ticket


@answering
def articles_for(request: DeskRequest, number: int) -> HttpResponse:
    """The articles that `?text=` means, to be chosen in a composer."""
    ticket = find_ticket(request, number)
    rows = found(request.GET.get("text", "")[:80], ticket, member=request.user)
    is_note = request.GET.get("kind") == NOTE
    return part(request, "desk/knowledge/choices.html", articles=rows, ticket=ticket, is_note=is_note)


@require_POST
@answering
def use_article(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """What an article gives here, to stand in the composer: a link to it, or its text."""
    ticket = find_ticket(request, number)
    article = get_object_or_404(Article.objects.visible_to(request.user).published(), pk=pk)
    kind, way = request.POST.get("kind"), request.POST.get("way")
    if kind not in KINDS or way not in WAYS:
        raise Http404
    try:
        given = give(article, ticket, by=request.user, way=way, is_note=kind == NOTE)
    except OtklikError as refusal:
        return JsonResponse({"why": str(refusal)}, status=422)
    return JsonResponse({"text": given.text, "html": given.html, "why": given.warning})


@members
def ticket_knowledge(request: DeskRequest, number: int) -> HttpResponse:
    """What may help on a ticket, and what did; asked for apart, so that the ticket’s page does not wait for it."""
    ticket, asked = find_ticket(request, number), request.GET.get("text", "")[:80]
    rows = found(asked, ticket, member=request.user) if asked else suggested(ticket, member=request.user)
    context = {"ticket": ticket, "asked": asked, "articles": rows, "used": used_on(ticket, member=request.user)}
    if is_htmx(request):
        return part(request, "desk/knowledge/panel.html", **context)
    return page(request, "desk/knowledge/panel_page.html", **context)
