"""The first page: how one can write to the company."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.channels.webform.options import FormOptions
from otklik.portal.pages import page
from otklik.tickets.models import Channel


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    active = list(Channel.objects.active())
    forms = [(channel, FormOptions.of(channel)) for channel in active if channel.kind == "webform"]
    mailboxes = [channel for channel in active if channel.kind == "email"]
    return page(request, "portal/home.html", {"forms": forms, "mailboxes": mailboxes})
