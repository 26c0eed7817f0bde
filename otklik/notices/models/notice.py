"""What a member has been told, and what is still to be mailed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.models import Event
from otklik.staff.models import Member

GATHERING = timedelta(minutes=2)  # what comes within this time goes into one mail


class Topic(models.TextChoices):
    """What a notice is about; each can be switched by the member."""

    ASSIGNED = "assigned", _("A ticket is given to me")
    CLIENT_WROTE = "client_wrote", _("The client wrote on my ticket")
    ASIDE = "aside", _("A third party answers me, or on my ticket")
    NEW_TALK = "new_talk", _("A visitor began a chat with my team, and nobody has it")
    NOT_DELIVERED = "not_delivered", _("My answer was not delivered")
    PROMISE = "promise", _("A promise is nearly broken, or is")
    CALLBACK = "callback", _("It is time to call a client back")
    APPROVAL = "approval", _("My approval is asked for, or what I asked for is decided")
    UNNOTICED = "unnoticed", _("A ticket waits and nobody has it")
    POINTED_OUT = "pointed_out", _("A rule points a ticket out to me")
    MENTIONED = "mentioned", _("A colleague names me in a note")
    BAD_MARK = "bad_mark", _("A client gives a bad mark")
    TASK = "task", _("A task is given to me, or is due")
    WOKEN = "woken", _("A ticket that I put off is back")
    ARTICLE = "article", _("An article that I answer for is to be checked")
    WATCHED = "watched", _("Something happens on a ticket that I watch")


# What is mailed unless the member decides otherwise; the desk shows everything.
MAILED = set(Topic) - {Topic.CLIENT_WROTE, Topic.NEW_TALK, Topic.WATCHED}
PUSHED = set(Topic) - {Topic.WATCHED}  # to browsers that the member named


# What comes to those who answer for a team, who need not be of it.
OF_OFFICE = {Topic.PROMISE, Topic.APPROVAL, Topic.UNNOTICED, Topic.BAD_MARK}

SWITCHED = {"mailed": "by_mail", "pushed": "by_push"}


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

    def see(self, *, at: datetime | None = None) -> None:
        """Its member has seen it; it need not leave the desk any more."""
        Notice.objects.filter(pk=self.pk, seen_at=None).update(seen_at=at or now(), mail_at=None)


class Switch(models.Model):
    """A member's own word on whether a topic is mailed, and pushed to browsers; None when they said nothing."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="notice_switches")
    topic = models.CharField(max_length=20, choices=Topic)
    by_mail = models.BooleanField(null=True)
    by_push = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="notice_switch_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_topic_display()}"


class Mailing(models.TextChoices):
    """How notices come by mail."""

    AT_ONCE = "at_once", _("At once")
    QUARTER = "quarter", _("Gathered, every 15 minutes")
    HOUR = "hour", _("Gathered, every hour")
    DAY = "day", _("Once a day, when my working day begins")
    NEVER = "never", _("No mail")


class Wishes(models.Model):
    """How and when a member is told outside the desk; without a row as the defaults say."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="notice_wishes")
    mailing = models.CharField(
        _("Mail"),
        max_length=10,
        choices=Mailing,
        default=Mailing.AT_ONCE,
        help_text=_("What comes at nearly the same time goes into one mail in any case."),
    )
    mail_in_hours = models.BooleanField(
        _("Mail me in my working time only"),
        default=True,
        help_text=_(
            "What comes at other times, or while you are on leave, waits until you work again. At the desk it is seen "
            "at once. Only steps of an escalation that must not wait for working time are mailed at any time."
        ),
    )

    push_in_hours = models.BooleanField(_("Show me notices in my browsers in my working time only"), default=True)

    def __str__(self) -> str:
        return f"{self.member}: {self.get_mailing_display()}"

    @classmethod
    def of(cls, members: Collection[Member]) -> dict[int, Wishes]:
        kept = {row.member_id: row for row in cls.objects.filter(member__in=members)}
        return {member.pk: kept.get(member.pk) or cls(member=member) for member in members}

    def keep(self) -> None:
        """Let it hold from now on; who wants no mail gets none of what waits either."""
        wished = {name: getattr(self, name) for name in ("mailing", "mail_in_hours", "push_in_hours")}
        Wishes.objects.update_or_create(member=self.member, defaults=wished)
        if self.mailing == Mailing.NEVER:
            Notice.objects.filter(member=self.member, mail_at__isnull=False).update(mail_at=None)


def is_mailed(member: Member) -> dict[str, bool]:
    """Which topics a member gets by mail."""
    return {topic: topic in MAILED for topic in Topic.values} | _said(member, "by_mail")


def is_pushed(member: Member) -> dict[str, bool]:
    """Which topics a member’s browsers show."""
    return {topic: topic in PUSHED for topic in Topic.values} | _said(member, "by_push")


def _said(member: Member, way: str) -> dict[str, bool]:
    said = Switch.objects.filter(member=member).exclude(**{way: None})
    return dict(said.values_list("topic", way))


def switch(member: Member, **chosen: set[str]) -> None:
    """Tell a member of just these topics from now on: `mailed` by mail, `pushed` in browsers; a way not named stays."""
    for topic in Topic.values:
        said = {SWITCHED[way]: topic in topics for way, topics in chosen.items()}
        Switch.objects.update_or_create(member=member, topic=topic, defaults=said)


def mark_seen(member: Member, *, ticket: int | None = None, at: datetime | None = None) -> int:
    """The member has seen all, or what is about one ticket; what was seen need not leave the desk. How many."""
    unseen = Notice.objects.unseen(member)
    if ticket is not None:
        unseen = unseen.filter(event__about="ticket", event__about_id=ticket)
    return Notice.objects.filter(pk__in=unseen.values("pk")).update(seen_at=at or now(), mail_at=None)
