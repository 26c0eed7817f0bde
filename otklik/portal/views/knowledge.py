"""The knowledge base: its first page with the search, sections, articles, and what readers think of them."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, format_html
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.channels.webform.limits import network_of
from otklik.knowledge.counting import VIEWS
from otklik.knowledge.errors import TooManyVoices
from otklik.knowledge.finding import find, related, suggest
from otklik.knowledge.judging import judge
from otklik.knowledge.missing import note_miss
from otklik.knowledge.models import Article, ArticleFile, Base, Section
from otklik.knowledge.outline import laid_out
from otklik.portal.pages import kept_nowhere, page
from otklik.portal.reading import Visit, popular, shelves
from otklik.staff.models import Member

VISITOR_COOKIE = "otklik_reader"
YEAR_SECONDS = 365 * 24 * 3600
# Shown within the article; nothing else that was uploaded ever is.
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


def show(request: HttpRequest, visit: Visit, template: str, **context: object) -> HttpResponse:
    """A page of the knowledge base; what only clients read is kept nowhere, and its address goes nowhere."""
    context = {"visit": visit, "site": settings.URL, "asked": request.GET.get("q", "")[:200], **context}
    shown = page(request, template, context)
    return kept_nowhere(shown) if visit.key else shown


def open_or_404() -> None:
    if not Base.current().is_open:
        raise Http404


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search and the sections; with `?q=` what was found."""
    open_or_404()
    visit, asked = Visit.of(request), request.GET.get("q", "").strip()
    language = translation.get_language() or "ru"
    found = find(asked, reader=visit.reader, language=language) if asked else None
    if found and not found.hits:
        note_miss(asked, language)
    context = {"found": found, "shelves": shelves(visit) if not asked else [], "popular": popular(visit)}
    return show(request, visit, "portal/knowledge/home.html", **context)


@require_safe
def section(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One section with its parts; 404 while this reader may read nothing of it."""
    visit, wanted = Visit.of(request), get_object_or_404(Section, pk=pk)
    every = [shelf for first in shelves(visit) for shelf in (first, *first.parts)]
    shelf = next((shelf for shelf in every if shelf.section and shelf.section.pk == wanted.pk), None)
    if shelf is None:
        raise Http404
    if slug != wanted.slug:
        return HttpResponseRedirect(visit.way("portal:section", pk, wanted.slug))
    return show(request, visit, "portal/knowledge/section.html", shelf=shelf, section=wanted)


@require_safe
def article(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One article, in its own language."""
    visit = Visit.of(request)
    found = visit.article_or_404(pk)
    if slug != found.slug:
        return HttpResponseRedirect(visit.own_way("portal:article", pk, found.slug))
    if request.method == "GET" and not isinstance(request.user, Member):
        VIEWS.add(found)
    context = {
        "article": found,
        "body": laid_out(found.html, picture=_picture_of(found, visit)),
        "files": found.files.of_version(found.shown),
        "translations": visit.articles().filter(pk__in=found.translations()).order_by("language"),
        "related": related(found, reader=visit.reader),
        "voice": visit.own_way("portal:article-voice", pk),
        "said": request.GET.get("said", ""),
    }
    return show(request, visit, "portal/knowledge/article.html", **context)


def _picture_of(found: Article, visit: Visit) -> Callable[[str, str], str]:
    names = dict(found.files.exclude(content_id="").values_list("content_id", "pk"))

    def picture(cid: str, rest: str) -> str:
        if cid not in names:
            return ""
        address = escape(visit.own_way("portal:article-file", found.pk, names[cid]))
        return f'<a href="{address}"><img src="{address}" loading="lazy"{rest}></a>'

    return picture


@require_safe
def article_file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A picture of the text that is shown, or a file that goes with it, to be saved."""
    found = Visit.of(request).article_or_404(pk)
    kept = get_object_or_404(ArticleFile, pk=file, article=found)
    is_picture = bool(kept.content_id) and kept.type in PICTURES
    is_shown = (
        f"cid:{kept.content_id}" in found.html if kept.content_id else kept in found.files.of_version(found.shown)
    )
    if not is_shown:
        raise Http404
    kind = kept.type if is_picture else "application/octet-stream"
    answer = FileResponse(kept.file.open("rb"), as_attachment=not is_picture, filename=kept.name, content_type=kind)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@csrf_exempt  # It uses nobody’s rights: a forged request could only say an opinion that anybody may say.
@require_POST
def voice(request: HttpRequest, pk: int) -> HttpResponse:
    """Was it helpful? One voice of a visitor on a version, and why."""
    visit = Visit.of(request)
    found = visit.article_or_404(pk)
    helpful = request.POST.get("helpful")
    if helpful not in ("yes", "no"):
        raise Http404
    visitor = request.COOKIES.get(VISITOR_COOKIE, "")[:100] or secrets.token_urlsafe(16)
    said, why = helpful, request.POST.get("why", "")
    try:
        judge(found, is_helpful=helpful == "yes", why=why, visitor=visitor, network=network_of(request.META))
    except TooManyVoices:
        said = "much"
    address = visit.own_way("portal:article", pk, found.slug)
    said = "why" if why.strip() and said != "much" else said
    answer = HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}said={said}#voice", status=303)
    answer.set_cookie(
        VISITOR_COOKIE, visitor, max_age=YEAR_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return answer


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Articles that may answer what somebody begins to write in a form, as a piece of its page."""
    language = translation.get_language() or "ru"
    visit = Visit()
    found = suggest(request.GET.get("text", ""), reader=visit.reader, language=language)
    return render(request, "portal/knowledge/suggestions.html", {"found": found, "visit": visit})


@require_safe
def sitemap(_request: HttpRequest) -> HttpResponse:
    """What anybody may read, for search engines."""
    open_or_404()
    rows = Visit().articles().only("pk", "slug", "published_at").order_by("pk")[:50_000]
    entry = "<url><loc>{}</loc><lastmod>{}</lastmod></url>"
    urls = [
        format_html(entry, settings.URL + reverse("portal:article", args=[row.pk, row.slug]), f"{row.published_at:%F}")
        for row in rows
    ]
    begin = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return HttpResponse("\n".join([begin, *urls, "</urlset>\n"]), content_type="application/xml")


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What search engines may read: the client’s side, but for what belongs to one ticket."""
    closed = ["/desk/", "/staff/", "/api/", "/help/t/", "/help/form/*/sent/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if Base.current().is_open:
        lines.append(f"Sitemap: {settings.URL}{reverse('portal:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
