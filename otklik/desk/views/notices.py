"""What a member should know of: the notices, and which of them are mailed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.shell import page
from otklik.journal.kinds import narrate
from otklik.notices.models import Notice, Topic, is_mailed, mark_seen, switch

SHOWN = 50


@members
def notices(request: DeskRequest) -> HttpResponse:
    newest = list(Notice.objects.filter(member=request.user).select_related("event").order_by("-pk")[:SHOWN])
    told = list(zip(newest, narrate(notice.event for notice in newest), strict=True))
    chosen = is_mailed(request.user)
    topics = [(topic, topic.label, chosen[topic]) for topic in Topic]
    return page(request, "desk/notices.html", here="notices", told=told, topics=topics)


@require_POST
@members
def follow(request: DeskRequest, pk: int) -> HttpResponse:
    """To the ticket that a notice is about; the notice is seen then, and the others of that ticket too."""
    notice = get_object_or_404(Notice.objects.select_related("event"), pk=pk, member=request.user)
    mark_seen(request.user, ticket=notice.event.about_id)
    return redirect("desk:ticket", notice.event.about_id)


@require_POST
@members
def all_seen(request: DeskRequest) -> HttpResponse:
    mark_seen(request.user)
    return redirect("desk:notices")


@require_POST
@members
def switches(request: DeskRequest) -> HttpResponse:
    """Keep which topics are mailed: those whose boxes are ticked."""
    switch(request.user, mailed=set(request.POST.getlist("mailed")))
    messages.success(request, _("Your choice was saved."))
    return redirect("desk:notices")
