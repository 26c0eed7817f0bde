"""Chats: set up by administrators; and what an agent does with a visitor."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.channels.chat.models import KIND
from otklik.channels.chat.settings import ChatForm, snippet
from otklik.desk.access import DeskRequest, administrators, answering
from otklik.desk.settings import tell
from otklik.desk.visitors import act
from otklik.tickets.models import Channel

from .settings import settings_page
from .ticket import again, find_ticket


@administrators
def chats(request: DeskRequest) -> HttpResponse:
    rows = Channel.objects.filter(kind=KIND).select_related("team")
    return settings_page(request, "desk/chats/list.html", current="chats", rows=rows)


@administrators
def chat(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a chat; once it is there, the page shows what goes onto the site."""
    row = get_object_or_404(Channel, kind=KIND, pk=pk) if pk else None
    form = ChatForm(request.POST or None, instance=row)
    if form.is_valid():
        with transaction.atomic():
            saved = form.keep()
            tell("chats", saved, by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
        return redirect("desk:chat", saved.pk)
    # The form has written what was typed, even what is wrong, into its row; the page shows what is true.
    kept = Channel.objects.get(pk=pk) if pk else None
    shown = {"snippet": snippet(kept), "preview": reverse("portal:chat-preview", args=[kept.address])} if kept else {}
    return settings_page(request, "desk/chats/edit.html", current="chats", form=form, channel=kept, **shown)


@require_POST
@answering
def visitor(request: DeskRequest, number: int) -> HttpResponse:
    """Block the visitor or let them write again; answer them by mail or in the chat. The form says which."""
    ticket = find_ticket(request, number)
    act(ticket, request.POST.get("do", ""), by=request.user)
    return again(request, ticket)
