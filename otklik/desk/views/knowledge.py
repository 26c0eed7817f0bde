"""The knowledge base at the desk: its articles, reading and writing one, its versions and its sections."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk import knowledge as forms
from otklik.desk.access import DeskRequest, administrators, answering, members, number_in
from otklik.desk.editor import plain
from otklik.desk.settings import tell
from otklik.desk.shell import page
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.knowledge.beginning import begin, begin_of_message, translate
from otklik.knowledge.comparing import compared
from otklik.knowledge.models import Article, ArticleDraft, ArticleFile, Base, Section
from otklik.knowledge.outline import laid_out
from otklik.knowledge.personal import personal_in
from otklik.knowledge.placing import Place
from otklik.knowledge.placing import place as place_article
from otklik.lib import keyset
from otklik.lib.errors import OtklikError
from otklik.staff.models import Language
from otklik.tickets.models import Message, Ticket

from .files import sent
from .settings import settings_page
from .ticket import told

USES_SHOWN = 10
OPINIONS_SHOWN = 20
HISTORY_SHOWN = 50


def find_article(request: DeskRequest, pk: int) -> Article:
    """The article, if this member may see it; else 404."""
    articles = Article.objects.visible_to(request.user).select_related("section", "owner", "author", "original")
    return get_object_or_404(articles, pk=pk)


@members
def articles(request: DeskRequest) -> HttpResponse:
    """All articles that one sees, what was changed last first, narrowed by what is asked."""
    form = forms.FilterForm(request.GET)
    rows = form.narrow(request.user).select_related("section", "owner").defer("html", "text")
    try:
        found = keyset.page(rows, order=forms.ORDER, cursor=request.GET.get("after", ""), size=50)
    except keyset.BadCursor:
        return redirect("desk:knowledge")
    context = {"articles": found, "form": form, "is_open": Base.current().is_open}
    return page(request, "desk/knowledge/list.html", here="knowledge", **context)


@answering
def new_article(request: DeskRequest) -> HttpResponse:
    form = forms.BeginForm(request.POST or None, initial={"language": request.company.language, **request.GET.dict()})
    if form.is_valid():
        article = begin(by=request.user, **form.cleaned_data)
        return redirect("desk:edit_article", article.pk)
    return page(request, "desk/knowledge/new.html", here="knowledge", form=form)


@members
def article(request: DeskRequest, pk: int) -> HttpResponse:
    """How it reads; `?newest` as it will once it is published."""
    found = find_article(request, pk)
    is_newest = "newest" in request.GET and found.has_news and request.user.can_answer
    shown = found.newest if is_newest else found
    context = {
        "article": found,
        "title": shown.title,
        "is_newest": is_newest,
        "body": laid_out(shown.html, picture=forms.picture_of(found)),
        "files": found.files.of_version(found.latest if is_newest else found.shown),
        "changes": forms.changes(found, request.user),
        "translations": found.translations().filter(pk__in=Article.objects.visible_to(request.user)),
        **_told_of(found, request),
    }
    return page(request, "desk/knowledge/article.html", here="knowledge", **context)


def _told_of(found: Article, request: DeskRequest) -> dict[str, object]:
    """How often it was read and used, and what readers said."""
    seen = Ticket.objects.visible_to(request.user)
    uses = found.used.filter(ticket__in=seen).select_related("ticket").order_by("-at")
    opinions = found.opinions.exclude(why="")[:OPINIONS_SHOWN] if request.user.can_answer else []
    return {"uses": uses[:USES_SHOWN], "opinions": opinions, "languages": _missing(found)}


def _missing(found: Article) -> list[tuple[str, str]]:
    """The languages that it is not in yet."""
    there = {found.language, *found.translations().values_list("language", flat=True)}
    return [(code, label) for code, label in Language.choices if code not in there]


@answering
def edit_article(request: DeskRequest, pk: int) -> HttpResponse:
    """Write it: what was typed and not saved comes back."""
    found = find_article(request, pk)
    typed, newest = ArticleDraft.objects.filter(article=found, author=request.user).first(), found.newest
    form = forms.TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _write(request, found, form):
        return redirect("desk:article", pk)
    html = forms.written(found, request.POST.get("html", "")) if form.is_bound else (typed or newest).html
    context = {
        "article": found,
        "title": request.POST.get("title") or (typed.title if typed else "") or newest.title,
        "text": request.POST.get("text", (typed or newest).text),
        "html": forms.editable(found, html),
        "seen": _seen(request, found, typed),
        "typed": typed,
        "newest": newest,
        "form": form,
        "files": found.files.of_version(found.latest + 1),
        "place": forms.PlaceForm.of(found) if found.can_be_placed_by(request.user) else None,
        "most": settings.MESSAGE_MAX_BYTES,
        "megabytes": settings.MESSAGE_MAX_BYTES // 2**20,
    }
    response = page(request, "desk/knowledge/edit.html", here="knowledge", **context)
    response.status_code = 422 if form.is_bound else 200
    return response


def _seen(request: DeskRequest, found: Article, typed: ArticleDraft | None) -> int:
    """The version that the text was begun from; after a refusal the newest, which was shown with it."""
    return found.latest if request.method == "POST" or typed is None else typed.seen


def _write(request: DeskRequest, found: Article, form: forms.TextForm) -> bool:
    """Whether it was kept; if not, the page says why. Then it may also be published."""
    said = form.cleaned_data
    try:
        with transaction.atomic():
            found.write(title=said["title"], html=form.words(found), by=request.user, seen=said["seen"])
            ArticleDraft.objects.filter(article=found, author=request.user).delete()
            if request.POST.get("then"):
                forms.set_state(found, request.POST["then"], by=request.user)
    except OtklikError as refusal:
        form.add_error(None, str(refusal))
        found.refresh_from_db()
        return False
    messages.success(request, _("“%(name)s” was saved.") % {"name": found.newest.title})
    return True


@answering
def article_draft(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep what is being typed; or, for another window of its author, tell what is kept."""
    found = find_article(request, pk)
    if request.method != "POST":
        kept = ArticleDraft.objects.filter(article=found, author=request.user).first() or found.newest
        return JsonResponse({"text": kept.text, "html": forms.editable(found, kept.html)})
    form = forms.TextForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    said, html = form.cleaned_data, form.words(found)
    text = plain(html) if said["html"] else said["text"]
    ArticleDraft.keep(found, request.user, title=said["title"], text=text, html=html, seen=said["seen"])
    stamp = _("Saved %(time)s") % {"time": date_format(localtime(now()), "H:i")}
    return JsonResponse({"text": text, "said": stamp})


@require_POST
@answering
def forget_draft(request: DeskRequest, pk: int) -> HttpResponse:
    """Throw away what one has typed and not saved."""
    found = find_article(request, pk)
    ArticleDraft.objects.filter(article=found, author=request.user).delete()
    return redirect("desk:edit_article", pk)


@require_POST
@answering
def article_files(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one file as it is dropped, attached or pasted; a refusal says in words why."""
    found, file = find_article(request, pk), request.FILES.get("file")
    if file is None:
        return HttpResponse(status=400)
    try:
        kept = forms.take_file(found, file, is_shown="shown" in request.POST)
    except OtklikError as refusal:
        return JsonResponse({"why": str(refusal)}, status=422)
    if kept.content_id:
        return JsonResponse({"url": forms.address_of(found, kept.content_id)})
    return JsonResponse({"row": render_to_string("desk/knowledge/file.html", {"file": kept}, request)})


@members
def article_file(request: DeskRequest, pk: int) -> FileResponse:
    seen = ArticleFile.objects.filter(article__in=Article.objects.visible_to(request.user))
    return sent(get_object_or_404(seen, pk=pk))


@require_POST
@answering
def drop_article_file(request: DeskRequest, pk: int) -> HttpResponse:
    seen = ArticleFile.objects.filter(article__in=Article.objects.visible_to(request.user), content_id="")
    file = get_object_or_404(seen.select_related("article"), pk=pk)
    forms.drop_file(file)
    return redirect("desk:edit_article", file.article_id)


@members
def article_picture(request: DeskRequest, pk: int, cid: str) -> FileResponse:
    """A picture that a text of this article shows, while it is written and afterwards."""
    return sent(get_object_or_404(ArticleFile, article=find_article(request, pk), content_id=cid))


@require_POST
@answering
def article_state(request: DeskRequest, pk: int) -> HttpResponse:
    found = find_article(request, pk)
    try:
        if forms.set_state(found, request.POST.get("state", ""), by=request.user):
            messages.success(request, _("“%(name)s”: %(state)s.") % {"name": found, "state": found.get_state_display()})
    except OtklikError as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:article", pk)


@require_POST
@answering
def place(request: DeskRequest, pk: int) -> HttpResponse:
    """Where it stands, who reads it, who answers for it."""
    found = find_article(request, pk)
    form = forms.PlaceForm.of(found, request.POST)
    try:
        if form.is_valid():
            place_article(found, Place(**form.cleaned_data), by=request.user)
            messages.success(request, _("“%(name)s” was saved.") % {"name": found})
        else:
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
    except OtklikError as refusal:
        messages.error(request, str(refusal))
    seen = Article.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("desk:edit_article", pk) if seen else redirect("desk:knowledge")


@answering
def versions(request: DeskRequest, pk: int) -> HttpResponse:
    """Every version with what changed in it; by POST one of them is said again."""
    found = find_article(request, pk)
    if request.method == "POST":
        return _restore(request, found)
    every = list(found.versions.select_related("by"))
    numbers = [version.number for version in every]
    asked = request.GET.get("number", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 9 and int(asked) in numbers else numbers[0]
    chosen = next(version for version in every if version.number == number)
    before = next((version for version in every if version.number < number), None)
    context = {
        "article": found,
        "versions": every,
        "chosen": chosen,
        "before": before,
        "lines": compared(before.text if before else "", chosen.text),
        "history": narrate(Event.objects.about(found).order_by("-id")[:HISTORY_SHOWN]),
    }
    return page(request, "desk/knowledge/versions.html", here="knowledge", **context)


def _restore(request: DeskRequest, found: Article) -> HttpResponse:
    try:
        if found.restore(number_in(request, "number"), by=request.user):
            messages.success(request, _("What it said then is its newest version now."))
        else:
            messages.info(request, _("It says just that already."))
    except OtklikError as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:article", found.pk)


@require_POST
@answering
def translation(request: DeskRequest, pk: int) -> HttpResponse:
    """Begin a translation, or go to the one that there is."""
    found, language = find_article(request, pk), request.POST.get("language", "")
    if language not in Language.values:
        raise Http404
    made = translate(found, language, by=request.user)
    if not Article.objects.visible_to(request.user).filter(pk=made.pk).exists():
        raise Http404
    return redirect("desk:edit_article", made.pk)


@require_POST
@answering
def article_of_message(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a draft of what a message says, and warn of what in it is about somebody."""
    seen = Message.objects.visible_to(request.user).select_related("ticket__client", "ticket__client__organisation")
    message = get_object_or_404(seen.prefetch_related("attachments"), pk=pk)
    try:
        made = begin_of_message(message, by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
        return redirect(message.ticket)
    if found := personal_in(f"{made.title}\n{made.text}", message.ticket):
        warning = _("It is about somebody: %(found)s. Write it so that it holds for everybody before it is published.")
        messages.warning(request, warning % {"found": ", ".join(found)})
    return redirect("desk:edit_article", made.pk)


@answering
def sections(request: DeskRequest) -> HttpResponse:
    if not request.user.leads:
        raise Http404
    first = Section.objects.filter(parent=None).prefetch_related("parts")
    return page(request, "desk/knowledge/sections.html", here="knowledge", sections=first)


@answering
def section(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a section, or change or remove one."""
    if not request.user.leads:
        raise Http404
    row = get_object_or_404(Section, pk=pk) if pk else Section()
    name = row.title
    if pk and "remove" in request.POST:
        try:
            forms.check_section_free(row)
            row.delete()
            messages.success(request, _("“%(name)s” was removed.") % {"name": name})
        except ValidationError as refusal:
            told(request, refusal)
        return redirect("desk:knowledge_sections")
    form = forms.SectionForm(request.POST or None, instance=row)
    if form.is_valid():
        with transaction.atomic():
            tell("knowledge", form.save(), by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": row})
        return redirect("desk:knowledge_sections")
    return page(request, "desk/knowledge/section.html", here="knowledge", form=form, section=row, name=name)


@administrators
def base(request: DeskRequest) -> HttpResponse:
    """Whether clients see the knowledge base at all."""
    form = forms.BaseForm(request.POST or None, instance=Base.objects.first())
    if form.is_valid():
        with transaction.atomic():
            tell("knowledge", form.save(), by=request.user)
        messages.success(request, _("The knowledge base was saved."))
        return redirect("desk:knowledge_base")
    return settings_page(request, "desk/knowledge/base.html", current="knowledge", form=form)
