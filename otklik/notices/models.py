"""What a member has been told, and what is still to be mailed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.models import Event
from otklik.staff.models import Member

GATHERING = timedelta(minutes=2)  # what comes within this time goes into one mail
SEEN_KEPT = timedelta(days=30)


class Topic(models.TextChoices):
    """What a notice is about; each can be switched by the member."""

    ASSIGNED = "assigned", _("A ticket is given to me")
    CLIENT_WROTE = "client_wrote", _("The client wrote on my ticket")
    NOT_DELIVERED = "not_delivered", _("My answer was not delivered")
    PROMISE = "promise", _("A promise is nearly broken, or is")
    CALLBACK = "callback", _("It is time to call a client back")
    APPROVAL = "approval", _("My approval is asked for, or what I asked for is decided")
    UNNOTICED = "unnoticed", _("A ticket waits and nobody has it")
    POINTED_OUT = "pointed_out", _("A rule points a ticket out to me")
    MENTIONED = "mentioned", _("A colleague names me in a note")
    WOKEN = "woken", _("A ticket that I put off is back")
    WATCHED = "watched", _("Something happens on a ticket that I watch")


# What is mailed unless the member decides otherwise; the desk shows everything.
MAILED = set(Topic) - {Topic.CLIENT_WROTE, Topic.WATCHED}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unseen(self, member: Member) -> NoticeQuerySet:
        return self.filter(member=member, seen_at=None).order_by("-pk")

    def to_mail(self, at: datetime) -> NoticeQuerySet:
        return self.filter(mail_at__lte=at).order_by("mail_at", "pk")


class Notice(models.Model):
    """One event that one member should know of. `mail_at` is when it is due in a mail; null when it is not, or was."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic)
    at = models.DateTimeField(default=now)
    mail_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "event"], name="notice_once")]
        indexes = [
            models.Index(fields=["member", "-id"], condition=models.Q(seen_at=None), name="notice_unseen"),
            models.Index(fields=["mail_at"], condition=models.Q(mail_at__isnull=False), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_topic_display()}"


class Switch(models.Model):
    """A member's own word on whether a topic is mailed."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="notice_switches")
    topic = models.CharField(max_length=20, choices=Topic)
    by_mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="notice_switch_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_topic_display()}"


def is_mailed(member: Member) -> dict[str, bool]:
    """Which topics a member gets by mail."""
    own = dict(Switch.objects.filter(member=member).values_list("topic", "by_mail"))
    return {topic: own.get(topic, topic in MAILED) for topic in Topic.values}


def switch(member: Member, *, mailed: set[str]) -> None:
    """Mail a member just these topics from now on."""
    for topic in Topic.values:
        Switch.objects.update_or_create(member=member, topic=topic, defaults={"by_mail": topic in mailed})


def tell(members: Iterable[Member], event: Event, topic: str, *, mail_at: datetime | None = None) -> int:
    """Tell members of an event, each once however often this is called; who did it is not told. How many were new.

    `mail_at`: when it may be mailed at the earliest, for somebody whose working time is later.
    """
    concerned = [one for one in members if one.is_active and (event.by, event.by_id) != (one.journal_name, one.pk)]
    switches = dict(Switch.objects.filter(member__in=concerned, topic=topic).values_list("member", "by_mail"))
    due = (mail_at or event.at) + GATHERING
    known = Notice.objects.filter(event=event, member__in=concerned).count()
    Notice.objects.bulk_create(
        [
            Notice(
                member=member,
                event=event,
                topic=topic,
                at=event.at,
                mail_at=due if switches.get(member.pk, topic in MAILED) else None,
            )
            for member in concerned
        ],
        ignore_conflicts=True,
    )
    return len(concerned) - known


def mark_seen(member: Member, *, ticket: int | None = None, at: datetime | None = None) -> int:
    """The member has seen all, or what is about one ticket; what was seen need not be mailed. How many."""
    unseen = Notice.objects.unseen(member)
    if ticket is not None:
        unseen = unseen.filter(event__about="ticket", event__about_id=ticket)
    return Notice.objects.filter(pk__in=unseen.values("pk")).update(seen_at=at or now(), mail_at=None)
