"""What a member has typed and not sent yet, with the files that will go with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.timezone import now

from otklik.lib.forgetting import forget as forget_some
from otklik.staff.models import Member

from .ticket import Ticket

KEPT = timedelta(days=90)  # what was typed and never sent, once its ticket is over


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, member: Member) -> DraftQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(member))

    def of(self, ticket: Ticket, author: Member, *, is_note: bool, place: str = "") -> DraftQuerySet:
        """The one draft of an author's composer, if there is one."""
        return self.filter(ticket=ticket, author=author, is_note=is_note, place=place)


class Draft(models.Model):
    """One row for each ticket, author and composer.

    `html` is what the editor made of it; plain text has none. `wishes` say who is to get this answer other than usual;
    for a third party, the other fields of its letter. `place` is "" for the ticket's own two composers, else the side
    conversation: "aside-7", or "aside" for one that is not begun.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(Member, models.CASCADE, related_name="drafts")
    is_note = models.BooleanField(default=False)
    place = models.CharField(max_length=30, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    wishes = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "author", "is_note", "place"], name="draft_once")]

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def keep(cls, ticket: Ticket, author: Member, *, is_note: bool, text: str, html: str = "", place: str = "") -> None:
        """Keep what is typed; a draft without a word, a file and a wish is forgotten."""
        mine = cls.objects.of(ticket, author, is_note=is_note, place=place)
        with transaction.atomic():
            if text.strip() or html:
                mine_now = {"text": text, "html": html, "at": now()}
                here: dict[str, Any] = {"ticket": ticket, "author": author, "is_note": is_note, "place": place}
                cls.objects.update_or_create(**here, defaults=mine_now)
            elif not mine.filter(files=None, wishes={}).delete()[0]:
                mine.update(text="", html="", at=now())


class DraftFileQuerySet(models.QuerySet["DraftFile"]):
    def visible_to(self, member: Member) -> DraftFileQuerySet:
        return self.filter(draft__ticket__in=Ticket.objects.visible_to(member))


class DraftFile(models.Model):
    """A file of a draft, stored already. One with a `content_id` is a picture that the text shows by ``cid:``."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    file = models.FileField(max_length=80)
    name = models.CharField(max_length=250)
    type = models.CharField(max_length=127)
    size_bytes = models.PositiveBigIntegerField()
    content_id = models.CharField(max_length=250, blank=True)

    objects = DraftFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


def forget(at: datetime | None = None) -> bool:
    """Forget some drafts that nobody touched for long, on tickets that are over; False if there are none."""
    old = Draft.objects.filter(at__lt=(at or now()) - KEPT, ticket__in=Ticket.objects.over())
    return forget_some(old)
