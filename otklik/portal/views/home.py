"""The first page: how one can write to the company."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.channels.webform.options import FormOptions
from otklik.portal.pages import page
from otklik.portal.reading import Visit, popular
from otklik.tickets.models import Channel


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    active = list(Channel.objects.active())
    forms = [(channel, FormOptions.of(channel)) for channel in active if channel.kind == "webform"]
    mailboxes = [channel for channel in active if channel.kind == "email"]
    visit, subject = Visit(), request.GET.get("subject", "")[:200]
    read = {"popular": popular(visit), "visit": visit, "subject": subject, "asked": subject}
    return page(request, "portal/home.html", {"forms": forms, "mailboxes": mailboxes, **read})
