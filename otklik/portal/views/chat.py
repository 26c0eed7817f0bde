"""The chat on other people’s sites: the script they load, the page in its frame, and what that page asks of us.

The page stands in a frame of ours on a site of theirs, so everything it asks comes from our own origin: no other
origin is ever allowed to. Cookies play no part; the visitor’s pass does. docs/decisions/0019-chat-in-a-frame.md.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import wraps
from time import monotonic
from typing import Any

from asgiref.sync import sync_to_async
from csp.constants import NONE, SELF
from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.channels.chat.attaching import FILE_MAX_BYTES, FILES_MAX, FileRefused, picture_type
from otklik.channels.chat.hub import hub
from otklik.channels.chat.limits import TooFast
from otklik.channels.chat.mailing import mail_talk
from otklik.channels.chat.models import HERE, KIND, Visitor
from otklik.channels.chat.options import ChatOptions, is_open
from otklik.channels.chat.passes import by_look_pass, by_pass, keep_pass
from otklik.channels.chat.showing import is_answered, promise_of, talk_of
from otklik.channels.chat.talking import TEXT_MAX, Blocked, Page, Refused, Said, begin, checked_email, mark_read, say
from otklik.channels.webform.limits import network_of
from otklik.lib.errors import OtklikError
from otklik.lib.threads import aside
from otklik.portal.chat_words import button_words, page_words
from otklik.portal.pages import page, private, speak
from otklik.tickets.models import Attachment, Channel

PASS = "X-Chat-Pass"  # noqa: S105 the name of a header
LENGTH_SECONDS = 300  # a stream ends after so long; the page comes back with a new pass
STATUS = {Refused: 422, FileRefused: 422, Blocked: 403, TooFast: 429}

View = Callable[..., HttpResponse]


def chat_or_404(slug: str) -> Channel:
    return get_object_or_404(
        Channel.objects.active().select_related("team__calendar", "answers_by"), kind=KIND, address=slug
    )


def refused(refusal: OtklikError) -> JsonResponse:
    said = {"error": str(refusal), "field": refusal.facts.get("field", ""), "code": refusal.code}
    return JsonResponse(said, status=STATUS[type(refusal)])


def from_our_page(view: View) -> View:
    """For what changes something: only a page of our own origin may ask, and no cookie gives it any right."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **named: Any) -> HttpResponse:
        if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
            return JsonResponse({"error": "origin", "field": "", "code": "origin"}, status=403)
        channel = chat_or_404(slug)
        speak_as(request, channel)
        try:
            return view(request, channel, **named)
        except tuple(STATUS) as refusal:
            return refused(refusal)

    return csrf_exempt(require_POST(private(guarded)))  # type: ignore[return-value]  # decorators of Django’s


def speak_as(request: HttpRequest, channel: Channel) -> None:
    """In the language that the page asks for, if we know it, else the chat’s."""
    wanted = request.GET.get("lang", "")
    speak(request, wanted if wanted in dict(settings.LANGUAGES) else channel.language)


def visitor_or_401(request: HttpRequest, channel: Channel) -> Visitor | None:
    return by_pass(channel, request.headers.get(PASS, ""))


def no_visitor() -> JsonResponse:
    return JsonResponse({"error": "pass", "field": "", "code": "pass"}, status=401)


@require_safe
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """The script that a site loads: the button, and the frame behind it."""
    channel = chat_or_404(slug)
    options = ChatOptions.of(channel)
    here = f"{request.scheme}://{request.get_host()}"
    config = {
        "frame": here + reverse("portal:chat", args=[slug]),
        "origin": here,
        "slug": slug,
        "colour": options.colour,
        "side": options.side,
        "language": channel.language,
        "words": {language: button_words(language) for language, _name in settings.LANGUAGES},
    }
    script = render(request, "portal/chat/widget.js", {"config": json.dumps(config)}, content_type="text/javascript")
    script.headers["Cache-Control"] = "public, max-age=300"
    script.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return script


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The page inside the frame: the same for everybody; who the visitor is, its script says."""
    channel = chat_or_404(slug)
    speak_as(request, channel)
    options = ChatOptions.of(channel)
    context = {"channel": channel, "options": options, "config": _config(channel, options)}
    response = render(request, "portal/chat/frame.html", context | {"language": get_language()})
    response._csp_replace = {  # type: ignore[attr-defined]  # as csp_replace sets it, but for each chat its own
        "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "font-src": [SELF], "connect-src": [SELF],
        "img-src": [SELF], "form-action": [NONE], "base-uri": [NONE], "frame-ancestors": [SELF, *options.origins],
    }  # fmt: skip
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _config(channel: Channel, options: ChatOptions) -> dict[str, Any]:
    at = [channel.address]
    names = ("begin", "say", "talk", "stream", "doing", "end", "transcript")
    return {
        "slug": channel.address,
        "urls": {name: reverse(f"portal:chat-{name}", args=at) for name in names}
        | {"file": reverse("portal:chat-file", args=[*at, 0])},
        "language": get_language(),
        "colour": options.colour,
        "asked": options.asked,
        "consent": options.consent.version if options.consent.text else 0,
        "textMax": TEXT_MAX,
        "fileMax": FILE_MAX_BYTES,
        "filesMax": FILES_MAX,
        "words": page_words(),
    }


@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of an invented site with the chat on it, so that an administrator sees it as visitors will."""
    channel = chat_or_404(slug)
    speak_as(request, channel)
    return page(request, "portal/chat/preview.html", {"channel": channel})


@from_our_page
def begin_talk(request: HttpRequest, channel: Channel) -> HttpResponse:
    said = {name: request.POST.get(name, "") for name in ("name", "email", "phone", "consent")}
    visitor = begin(channel, said, language=str(get_language()), network=network_of(request.META))
    return JsonResponse({"pass": keep_pass(visitor), "talk": talk_of(visitor)}, status=201)


@from_our_page
def say_it(request: HttpRequest, channel: Channel) -> HttpResponse:
    visitor = visitor_or_401(request, channel)
    if visitor is None:
        return no_visitor()
    email = ""
    if not is_answered(visitor, now()):
        email = checked_email(request.POST.get("email", "") or visitor.email)
    said = Said(
        id=request.POST.get("id", ""),
        text=request.POST.get("text", ""),
        files=tuple(request.FILES.getlist("files")),
        page=_page(request),
        email=email,
    )
    say(visitor, said, network=network_of(request.META))
    _note(visitor, said.page, email=email)
    visitor.refresh_from_db()
    return JsonResponse({"talk": talk_of(visitor)}, status=201)


def _page(request: HttpRequest) -> Page:
    return Page.of(request.POST.get("page", ""), request.POST.get("title", ""))


def _note(visitor: Visitor, where: Page, **columns: str) -> None:
    """Where the visitor is, and an address they gave just now."""
    columns = {name: value for name, value in columns.items() if value}
    if where.url and (where.url, where.title) != (visitor.page_url, visitor.page_title):
        columns |= {"page_url": where.url, "page_title": where.title}
    if columns:
        Visitor.objects.filter(pk=visitor.pk).update(**columns)


@private
@require_safe
def talk(request: HttpRequest, slug: str) -> HttpResponse:
    """What the page shows: for its first look, for older messages, and where no stream gets through."""
    channel = chat_or_404(slug)
    speak_as(request, channel)
    visitor = visitor_or_401(request, channel)
    if visitor is None:
        at = now()
        return JsonResponse({"open": is_open(channel, at), "promise": promise_of(channel)}, status=200)
    before = request.GET.get("before", "")
    told = talk_of(visitor, before=int(before) if before.isdecimal() and len(before) < 18 else 0)
    Visitor.objects.filter(pk=visitor.pk).update(seen_at=now())
    return JsonResponse({"talk": told, "pass": keep_pass(visitor), "promise": promise_of(channel)})


@from_our_page
def doing(request: HttpRequest, channel: Channel) -> HttpResponse:
    """What the visitor does: writes, has read up to a message, is on a page, leaves."""
    visitor = visitor_or_401(request, channel) or by_look_pass(channel, request.POST.get("key", ""))
    if visitor is None:
        return no_visitor()
    at, said = now(), request.POST
    if said.get("typing") in ("0", "1"):
        Visitor.objects.filter(pk=visitor.pk).update(typing_at=at if said["typing"] == "1" else None, seen_at=at)
    if said.get("gone") == "1":
        Visitor.objects.filter(pk=visitor.pk).update(seen_at=at - HERE, typing_at=None)
    if (read := said.get("read", "")).isdecimal() and len(read) < 18:
        mark_read(visitor, int(read), at=at)
    _note(visitor, _page(request))
    return HttpResponse(status=204)


@from_our_page
def end(request: HttpRequest, channel: Channel) -> HttpResponse:
    visitor = visitor_or_401(request, channel)
    if visitor is None:
        return no_visitor()
    visitor.end()
    visitor.refresh_from_db()
    return JsonResponse({"talk": talk_of(visitor)})


@from_our_page
def transcript(request: HttpRequest, channel: Channel) -> HttpResponse:
    visitor = visitor_or_401(request, channel)
    if visitor is None:
        return no_visitor()
    mail_talk(visitor, request.POST.get("email", "") or visitor.email, network=network_of(request.META))
    return JsonResponse({"mailed": request.POST.get("email", "") or visitor.email})


@private
@require_safe
def file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A file that this visitor’s page shows: pictures by their own bytes in the page, everything else to be saved."""
    channel = chat_or_404(slug)
    visitor = by_look_pass(channel, request.GET.get("key", ""))
    if visitor is None:
        raise Http404
    attached = get_object_or_404(Attachment, pk=pk, message__shown__visitor=visitor, message__is_note=False)
    kind = picture_type(attached)
    response = FileResponse(
        attached.file.open("rb"),
        as_attachment=not kind or request.GET.get("save") == "1",
        filename=attached.name,
        content_type=kind or "application/octet-stream",
    )
    response._csp_replace = {"default-src": [NONE], "sandbox": []}  # type: ignore[attr-defined]  # read by django-csp
    return response


async def stream(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Server-sent events: what is new in the visitor’s talk, as it comes."""
    visitor = await sync_to_async(_looking)(slug, request.GET.get("key", ""))
    if visitor is None:
        return HttpResponse(status=401)
    if not hub.has_room(visitor.pk):
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    language = request.GET.get("lang", "") or visitor.channel.language
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}
    told = _told(visitor, language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
    return StreamingHttpResponse(told, content_type="text/event-stream", headers=headers)


def _looking(slug: str, key: str) -> Visitor | None:
    return by_look_pass(chat_or_404(slug), key)


async def _told(visitor: Visitor, language: str) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    until, sent = monotonic() + LENGTH_SECONDS, set[str]()
    async with aclosing(hub.follow(visitor.pk)) as news:
        async for is_new in news:
            yield await aside(_news, visitor.pk, language, sent) if is_new else ": still here\n\n"
            if monotonic() > until:
                return


def _news(number: int, language: str, sent: set[str]) -> str:
    """How the talk stands, with those messages that this stream has not `sent` as they are now."""
    visitor = Visitor.objects.select_related("channel__team__calendar", "ticket__address").filter(pk=number).first()
    if visitor is None:
        return "event: over\ndata: {}\n\n"
    with override(language):
        told = talk_of(visitor)
    fresh = {json.dumps(message): message for message in told["messages"]}
    told["messages"] = [message for text, message in fresh.items() if text not in sent]
    sent.clear()
    sent.update(fresh)
    return f"data: {json.dumps(told)}\n\n"
