"""The knowledge base for those who write it: what the list shows, and what the forms ask."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import unquote

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from otklik.desk.composing import PICTURES
from otklik.desk.editor import ADDRESS, OURS
from otklik.knowledge.beginning import file_of
from otklik.knowledge.finding import keys_of
from otklik.knowledge.models import Article, ArticleFile, Audience, Base, Section, State
from otklik.knowledge.models.article import ArticleQuerySet
from otklik.lib.html import html_of
from otklik.lib.inbound import InboundFile
from otklik.lib.rich import named, pictures, rich, with_pictures
from otklik.staff.models import Language, Member, Team
from otklik.tickets.errors import FilesTooLarge
from otklik.tickets.files import keep

ORDER = ("changed_at", "id")
UNHELPFUL_MIN = 3  # opinions that tell something
ATTENTION = {
    "": _("all"),
    "check": _("time to check"),
    "news": _("changed, not published"),
    "unhelpful": _("not helpful"),
    "unowned": _("nobody is responsible"),
}


class FilterForm(forms.Form):
    """What of the articles is listed."""

    text = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(required=False, label=_("State"), choices=[("", _("all")), *State.choices])
    section = forms.ModelChoiceField(Section.objects.all(), required=False, label=_("Section"), empty_label=_("all"))
    audience = forms.ChoiceField(required=False, label=_("Who reads it"), choices=[("", _("all")), *Audience.choices])
    language = forms.ChoiceField(required=False, label=_("Language"), choices=[("", _("all")), *Language.choices])
    owner = forms.ModelChoiceField(
        Member.objects.active().order_by("name"), required=False, label=_("Responsible"), empty_label=_("all")
    )
    attention = forms.ChoiceField(required=False, label=_("What needs attention"), choices=list(ATTENTION.items()))

    def narrow(self, member: Member) -> ArticleQuerySet:
        """What this member sees of those that are asked for; what is not understood asks for nothing."""
        articles = Article.objects.visible_to(member)
        self.is_valid()
        said = self.cleaned_data
        if said.get("text"):
            articles = articles.filter(pk__in=keys_of(said["text"], reader=member))
        if section := said.get("section"):
            articles = articles.filter(Q(section=section) | Q(section__parent=section))
        same = {name: said[name] for name in ("state", "audience", "language", "owner") if said.get(name)}
        return attentive(articles.filter(**same), said.get("attention", ""))

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


def attentive(articles: ArticleQuerySet, what: str) -> ArticleQuerySet:
    """Those that need attention of one sort, a key of ATTENTION."""
    match what:
        case "check":
            return articles.published().filter(review_on__lte=localdate())
        case "news":
            return articles.published().filter(latest__gt=F("shown"))
        case "unhelpful":
            return articles.published().filter(unhelpful__gte=UNHELPFUL_MIN, unhelpful__gt=F("helpful"))
        case "unowned":
            return articles.published().filter(owner=None)
    return articles


class BeginForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As a client would ask: “How do I …?”"))
    section = forms.ModelChoiceField(
        Section.objects.all(), required=False, label=_("Section"), empty_label=_("none yet")
    )
    audience = forms.ChoiceField(label=_("Who reads it"), choices=Audience.choices)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class PlaceForm(forms.Form):
    """Where an article stands and who reads it."""

    section = forms.ModelChoiceField(Section.objects.all(), required=False, label=_("Section"), empty_label=_("none"))
    audience = forms.ChoiceField(label=_("Who reads it"), choices=Audience.choices)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        required=False,
        label=_("Only of these teams"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For articles of the staff; none chosen means all of the staff."),
    )
    owner = forms.ModelChoiceField(
        Member.objects.active().exclude(role=Member.Role.OBSERVER).order_by("name"),
        required=False,
        label=_("Responsible"),
        empty_label=_("nobody"),
    )
    review_on = forms.DateField(
        required=False,
        label=_("Check again on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Whoever is responsible is told that day."),
    )
    tags = forms.CharField(
        required=False, max_length=1000, label=_("Tags"), help_text=_("Separated by commas; the search knows them too.")
    )

    @classmethod
    def of(cls, article: Article, said: Any = None) -> PlaceForm:
        names = ", ".join(article.tags.values_list("name", flat=True))
        initial = {name: getattr(article, name) for name in ("section", "audience", "owner", "review_on")}
        return cls(said, initial={**initial, "teams": article.teams.all(), "tags": names})

    def clean_tags(self) -> list[str]:
        return str(self.cleaned_data["tags"]).split(",")


class TextForm(forms.Form):
    """What the editor sends: with `html` that has it all, without it `text` as it was typed."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    text = forms.CharField(required=False, strip=False, max_length=500_000)
    html = forms.CharField(required=False, max_length=1_000_000)
    seen = forms.IntegerField(min_value=0)

    def words(self, article: Article) -> str:
        """As it is kept."""
        said = self.cleaned_data
        return written(article, said["html"]) if said["html"] else rich(html_of(said["text"]))


class SectionForm(forms.ModelForm[Section]):
    class Meta:
        model = Section
        fields = ["title_ru", "title_en", "parent", "position"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        first = Section.objects.filter(parent=None).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = first  # type: ignore[attr-defined]


class BaseForm(forms.ModelForm[Base]):
    class Meta:
        model = Base
        fields = ["is_open"]


def written(article: Article, html: str) -> str:
    """What the editor sends, as it is kept; "" if it says nothing."""
    html = rich(ADDRESS.sub(lambda found: f' src="cid:{escape(unquote(found[1]))}"', html))
    names = dict(article.files.filter(content_id__in=pictures(html)).values_list("content_id", "name"))
    return named(html, names) if names else html


def editable(article: Article, html: str) -> str:
    """What is kept, as the editor takes it up."""
    return with_pictures(rich(html), picture_of(article))


def picture_of(article: Article) -> Callable[[str, str], str]:
    """What makes the tag of a picture for the desk."""

    def picture(cid: str, rest: str) -> str:
        return f'<img src="{address_of(article, cid)}"{rest}>' if OURS.fullmatch(cid) else ""

    return picture


def address_of(article: Article, cid: str) -> str:
    return reverse("desk:article_picture", args=[article.pk, cid])


@dataclass(frozen=True)
class Change:
    """A state that an article can get, as a button."""

    state: str
    label: Any
    icon: str
    is_main: bool = False


def changes(article: Article, member: Member) -> list[Change]:
    """What this member may make of it now."""
    if not member.can_answer or (article.is_published and not member.leads):
        return []
    found = []
    if member.leads and (not article.is_published or article.has_news):
        label = _("Publish the changes") if article.is_published else _("Publish")
        found.append(Change(State.PUBLISHED, label, "globe", is_main=True))
    if article.state == State.DRAFT and not member.leads:
        found.append(Change(State.REVIEW, _("Ask for a review"), "eye", is_main=True))
    if article.state != State.DRAFT:
        found.append(Change(State.DRAFT, _("Make it a draft again"), "pen-line"))
    if article.state != State.ARCHIVED:
        found.append(Change(State.ARCHIVED, _("Archive"), "archive"))
    return found


def set_state(article: Article, state: str, *, by: Member) -> bool:
    """Bring it into this state; False if it is there or cannot come there. Raises what the verbs raise."""
    match state:
        case State.PUBLISHED:
            return article.publish(by=by)
        case State.REVIEW:
            return article.ask_for_review(by=by)
        case State.DRAFT:
            return article.reopen(by=by)
        case State.ARCHIVED:
            return article.archive(by=by)
    return False


def check_section_free(section: Section) -> None:
    """Raises ValidationError while something stands in it."""
    if section.articles.exists() or section.parts.exists():
        raise ValidationError(_("It is not empty. Move its articles and sections elsewhere first."))


def take_file(article: Article, file: UploadedFile[Any], *, is_shown: bool) -> ArticleFile:
    """Keep a file with what is written next; one that `is_shown` stands in the text. Raises FilesTooLarge."""
    if file.size and file.size > settings.MESSAGE_MAX_BYTES:
        raise FilesTooLarge(limit=settings.MESSAGE_MAX_BYTES // 2**20)
    kind = file.content_type or ""
    cid = f"{secrets.token_hex(10)}@{settings.SITE_HOST}" if is_shown and kind in PICTURES else ""
    made = file_of(article, keep(InboundFile(file.name or "", kind, file.read(), cid)), since=article.latest + 1)
    return ArticleFile.objects.bulk_create([made])[0]


def drop_file(file: ArticleFile) -> None:
    """Let a file go with the article no more from the next version on; one that no version had goes at once."""
    following = file.article.latest + 1
    if file.since >= following:
        file.delete()
    else:
        ArticleFile.objects.filter(pk=file.pk, until=None).update(until=following)
