"""A web form: choose a topic, fill in, read the ticket's number. It works in a frame without cookies or scripts."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from otklik.channels.webform.channel import KIND
from otklik.channels.webform.forms import VisitorForm
from otklik.channels.webform.limits import Origin, network_of
from otklik.channels.webform.options import FormOptions
from otklik.channels.webform.submitting import TooMany, submit
from otklik.lib.tokens import sign, unsign
from otklik.portal.access import BY_FORM, Seat
from otklik.portal.pages import embeddable, is_embedded, page, private, speak
from otklik.portal.reading import Visit
from otklik.tickets.models import Channel, RawMessage


@csrf_exempt  # The signed note in the form stands for the token: see otklik.channels.webform.opened.
@embeddable
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, the list of its topics before it, or the same form with what is wrong in it."""
    channel = get_object_or_404(Channel.objects.active().select_related("team"), kind=KIND, address=slug)
    speak(request, channel.language)
    options = FormOptions.of(channel)
    topic = options.topic(request.POST.get("topic") or request.GET.get("topic", ""))
    if options.topics and topic is None:
        return page(request, "portal/topics.html", {"channel": channel, "options": options})
    if request.method != "POST":
        form = VisitorForm(channel=channel, options=options, topic=topic)
        form.initial["subject"] = request.GET.get("subject", "")[:250]
    else:
        form = VisitorForm(request.POST, request.FILES, channel=channel, options=options, topic=topic)
        if (raw := _submitted(form, channel, request)) is not None:
            return _to_sent(request, channel, raw)
        form.forget_traps()
    form.renew_note()
    has_articles = Visit().articles().exists()
    context = {"channel": channel, "options": options, "topic": topic, "form": form, "has_articles": has_articles}
    return page(request, "portal/form.html", context, status=422 if form.is_bound else 200)


def _submitted(form: VisitorForm, channel: Channel, request: HttpRequest) -> RawMessage | None:
    """What was stored; None if the form says what is wrong."""
    if not form.is_valid():
        return None
    submission = form.submission()
    try:
        return submit(submission, channel, origin=Origin(network_of(request.META), submission.email))
    except TooMany as refusal:
        form.add_error(None, str(refusal))
        return None


def _to_sent(request: HttpRequest, channel: Channel, raw: RawMessage) -> HttpResponse:
    token = sign("portal.sent", str(raw.pk))
    query = "?embed=1" if is_embedded(request) else ""
    return HttpResponseRedirect(reverse("portal:form-sent", args=[channel.address, token]) + query, status=303)


@embeddable
@private
@require_safe
def sent(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The ticket's number and the way to it; before there is a ticket, only that the message is safe."""
    pk = unsign("portal.sent", token)
    if pk is None:
        raise Http404
    stored = RawMessage.objects.defer("body").select_related("channel", "message__ticket", "message__person")
    raw = get_object_or_404(stored, pk=pk, channel__kind=KIND, channel__address=slug)
    speak(request, raw.channel.language)
    context = {"options": FormOptions.of(raw.channel), "ticket": raw.message.ticket if raw.message else None}
    return page(request, "portal/sent.html", context | {"link": _link(raw)})


def _link(raw: RawMessage) -> str:
    """The way to the ticket that the form made; "" when there is none yet, or the link would show more than that."""
    if raw.message is None or raw.message.person is None:
        return ""
    seat = Seat(raw.message.ticket, raw.message.person, BY_FORM)
    return reverse("portal:ticket", args=[seat.token]) if seat.is_good else ""
