"""One article, in one language: what it says, to whom, and how it comes to be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.knowledge import index
from otklik.knowledge.errors import MayNotPublish, NothingWritten, WrittenMeanwhile
from otklik.knowledge.slugs import slug_of
from otklik.lib.html import text_of
from otklik.staff.models import Language, Member, Team
from otklik.tickets.models import Tag

from .base import Base
from .section import Section
from .version import TITLE_MAX, Version


class Visitor(Enum):
    """Who is not of the staff: whoever came by a link that we gave a client, and whoever just came."""

    CLIENT = "client"
    ANYBODY = "anybody"


Reader = Member | Visitor


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everybody")
    CLIENTS = "clients", _("Clients, by a link of ours")
    STAFF = "staff", _("Staff only")


# What of the published is for whom outside.
AUDIENCES = {Visitor.CLIENT: [Audience.PUBLIC, Audience.CLIENTS], Visitor.ANYBODY: [Audience.PUBLIC]}


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Waits for review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


FAMILY = Coalesce(F("original_id"), F("id"))  # an article and its translations have it in common
FOR_VISITORS = {reader: Q(state=State.PUBLISHED, audience__in=read) for reader, read in AUDIENCES.items()}


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, reader: Reader) -> ArticleQuerySet:
        """The only door to articles. Whoever is not of the staff reads what is published, while the base is open."""
        if isinstance(reader, Member):
            return self._of_member(reader)
        return self.filter(~Exists(Base.objects.filter(is_open=False)), FOR_VISITORS[reader])

    def _of_member(self, member: Member) -> ArticleQuerySet:
        if member.is_administrator:
            return self
        limits = Article.teams.through.objects.filter(article=OuterRef("pk"))
        is_open = ~Q(audience=Audience.STAFF) | ~Exists(limits) | Exists(limits.filter(team__in=member.team_ids))
        seen = self.filter(is_open | Q(author=member) | Q(owner=member))
        return seen if member.can_answer else seen.filter(state=State.PUBLISHED)

    def published(self) -> ArticleQuerySet:
        return self.filter(state=State.PUBLISHED)

    def in_language(self, language: str, *, reader: Visitor) -> ArticleQuerySet:
        """One of each article and its translations: the one in this language, else every one that there is."""
        better = Article.objects.annotate(family=FAMILY).filter(FOR_VISITORS[reader], language=language)
        better = better.filter(family=OuterRef("family"))
        return self.annotate(family=FAMILY).filter(Q(language=language) | ~Exists(better))

    def to_review(self, at: datetime) -> ArticleQuerySet:
        return self.published().filter(remind_on__lte=at.date()).order_by("remind_on", "pk")


class Article(models.Model):
    """`title`, `html` and `text` are what readers see, and say the version `shown`; until it is first published, the
    newest. Of a published article newer versions, up to `latest`, wait to be published.

    `original` is the article that this one translates. `remind_on`: when somebody is to be told that it should be
    checked; null when nobody is, or was.
    """

    journal_name = "article"

    section = models.ForeignKey(
        Section, models.SET_NULL, null=True, blank=True, related_name="articles", verbose_name=_("section")
    )
    original = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.RUSSIAN)
    audience = models.CharField(_("who reads it"), max_length=8, choices=Audience, default=Audience.PUBLIC)
    teams = models.ManyToManyField(
        Team,
        related_name="+",
        blank=True,
        verbose_name=_("only of these teams"),
        help_text=_("For articles of the staff; none chosen means all of the staff."),
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    slug = models.CharField(max_length=100)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    shown = models.PositiveIntegerField(default=1)
    latest = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    review_on = models.DateField(_("check again on"), null=True, blank=True)
    remind_on = models.DateField(null=True)
    tags = models.ManyToManyField(Tag, related_name="articles", blank=True)
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    uses = models.PositiveIntegerField(default=0)
    helpful = models.PositiveIntegerField(default=0)  # opinions of the version that is shown
    unhelpful = models.PositiveIntegerField(default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["original", "language"], name="translation_once")]
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="article_changed"),
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="article_remind"),
            models.Index(fields=["section", "-views"], name="article_section"),
            models.Index(FAMILY, "language", name="article_family"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def has_news(self) -> bool:
        """Whether something newer waits to be published."""
        return self.is_published and self.latest > self.shown

    @property
    def newest(self) -> Version:
        return self.versions.get(number=self.latest)

    def translations(self) -> ArticleQuerySet:
        """The same in other languages."""
        family = Article.objects.annotate(family=FAMILY).filter(family=self.original_id or self.pk)
        return family.exclude(pk=self.pk).order_by("language")

    def write(self, *, title: str, html: str, by: Member, seen: int, at: datetime | None = None) -> bool:
        """Say something else, from the version `seen` on; False if it says just that. Readers of a published article
        see it once it is published. Raises NothingWritten, WrittenMeanwhile.
        """
        at, title = at or now(), clean_title(title)
        if not title or not html:
            raise NothingWritten
        before = self.versions.filter(number=seen).first()
        if before and (before.title, before.html) == (title, html) and not self.files.filter(_touches(seen)).exists():
            return False
        said = {"title": title, "html": html, "text": text_of(html)}
        to: dict[str, Any] = {"latest": seen + 1, "changed_at": at}
        if not self.is_published:
            to |= {**said, "slug": slug_of(title), "shown": seen + 1}
        with transaction.atomic():
            if not Article.objects.filter(pk=self.pk, latest=seen, state=self.state).update(**to):
                raise WrittenMeanwhile
            Version.objects.create(article=self, number=seen + 1, by=by, at=at, **said)
            record("article.written", self, by=by, at=at, version=seen + 1)
            self._take(to)
        return True

    def restore(self, number: int, *, by: Member, at: datetime | None = None) -> bool:
        """Say again what a version said, as a new one; False if there is no such version or it says just that."""
        old = self.versions.filter(number=number).first()
        return old is not None and self.write(title=old.title, html=old.html, by=by, seen=self.latest, at=at)

    def ask_for_review(self, *, by: Member, at: datetime | None = None) -> bool:
        """Let those who publish see that it is ready; False if it was not a draft any more."""
        return self._move({"state": State.REVIEW}, "article.review_asked", from_states=[State.DRAFT], by=by, at=at)

    def publish(self, *, by: Member, at: datetime | None = None) -> bool:
        """Let readers see the newest version; False if they do. Raises MayNotPublish, WrittenMeanwhile."""
        if not by.leads:
            raise MayNotPublish
        if self.is_published and not self.has_news:
            return False
        at, newest = at or now(), self.newest
        if not newest.html:
            raise NothingWritten
        to = {
            "state": State.PUBLISHED,
            "shown": newest.number,
            "title": newest.title,
            "slug": slug_of(newest.title),
            "html": newest.html,
            "text": newest.text,
            "published_at": at,
            "helpful": 0,
            "unhelpful": 0,
        }
        still = Article.objects.filter(pk=self.pk, latest=newest.number, state=self.state, shown=self.shown)
        with transaction.atomic():
            if not still.update(**to):
                raise WrittenMeanwhile
            record("article.published", self, by=by, at=at, version=newest.number)
            self._take(to)
        return True

    def archive(self, *, by: Member, at: datetime | None = None) -> bool:
        """Take it from the readers and keep it; False if it was archived. Raises MayNotPublish."""
        if self.is_published and not by.leads:
            raise MayNotPublish
        others = [State.DRAFT, State.REVIEW, State.PUBLISHED]
        return self._move({"state": State.ARCHIVED}, "article.archived", from_states=others, by=by, at=at)

    def reopen(self, *, by: Member, at: datetime | None = None) -> bool:
        """Make it a draft again, with its newest text; False if it was one. Raises MayNotPublish for what is public."""
        if self.is_published and not by.leads:
            raise MayNotPublish
        newest = self.newest
        to = {"state": State.DRAFT, "shown": newest.number, "title": newest.title, "html": newest.html,
              "text": newest.text, "slug": slug_of(newest.title)}  # fmt: skip
        others = [State.REVIEW, State.PUBLISHED, State.ARCHIVED]
        return self._move(to, "article.reopened", from_states=others, by=by, at=at)

    def checked(self, until: date | None, *, by: Member, at: datetime | None = None) -> bool:
        """It is right as it stands, and is to be looked at again on this day; False if that was the day."""
        to = {"review_on": until, "remind_on": until}
        with transaction.atomic():
            if not Article.objects.filter(pk=self.pk).exclude(**to).update(**to):
                return False
            record("article.checked", self, by=by, at=at, until=until.isoformat() if until else None)
            self._take(to)
        return True

    def remind(self, *, at: datetime) -> bool:
        """Tell whoever answers for it that it should be checked; False if they were told."""
        told = self.owner_id or self.author_id
        with transaction.atomic():
            if not Article.objects.published().filter(pk=self.pk, remind_on=self.remind_on).update(remind_on=None):
                return False
            record("article.review_due", self, at=at, told=told, title=self.title)
        return True

    def can_be_edited_by(self, member: Member) -> bool:
        return member.can_answer

    def can_be_placed_by(self, member: Member) -> bool:
        """Whether they may say where it stands and who reads it: what is public, only those who publish."""
        return member.leads or (member.can_answer and not self.is_published)

    def _move(
        self, to: dict[str, Any], kind: str, *, from_states: Iterable[str], by: Member, at: datetime | None
    ) -> bool:
        with transaction.atomic():
            if not Article.objects.filter(pk=self.pk, state__in=from_states, state=self.state).update(**to):
                return False
            record(kind, self, by=by, at=at)
            self._take(to)
        return True

    def _take(self, changed: dict[str, Any]) -> None:
        """Have on the row what the store has, and let the search find it so."""
        for name, value in changed.items():
            setattr(self, name, value)
        index.remember(self)


def clean_title(title: str) -> str:
    return " ".join(title.replace("\0", "").split())[:TITLE_MAX]


def _touches(seen: int) -> Q:
    """Files that come or go with the version after this one."""
    return Q(since=seen + 1) | Q(until=seen + 1)
