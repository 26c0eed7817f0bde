"""Whom a survey asks about which ticket, and how far that has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Person
from otklik.journal.record import record
from otklik.lib.tokens import sign
from otklik.staff.models import Member, Team
from otklik.tickets.models import Channel, Message, Ticket

from .survey import Question, Survey

LEASE = timedelta(minutes=2)
TRIES = 5
PURPOSE = "survey.answer"  # what the token of an invitation's page is signed for


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, member: Member) -> InvitationQuerySet:
        """The only door to what clients were asked and said, in any code that serves a member of staff."""
        if member.is_active and member.is_administrator:
            return self
        return self.filter(ticket__in=Ticket.objects.visible_to(member))

    def due(self, at: datetime) -> InvitationQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")

    def sent(self) -> InvitationQuerySet:
        return self.exclude(sent_at=None)


class Invitation(models.Model):
    """One survey about one ticket. A row is a piece of work while `due_at` is set.

    Who was responsible, `team` and `agent`, and the `channel` are as they were when it was sent: a ticket that goes
    elsewhere later takes no marks along. `was_over` is whether the ticket was, when it was decided to ask.
    """

    class Refusal(models.TextChoices):
        """Why nobody was asked."""

        OFF = "off", _("the survey is switched off")
        MERGED = "merged", _("the ticket was merged into another")
        REOPENED = "reopened", _("the ticket was opened again")
        NO_ADDRESS = "no_address", _("the client has no e-mail address, or there is no mailbox")
        FAILING = "failing", _("mail to the client comes back")
        NOT_READ = "not_read", _("nobody reads mail at this address")
        STAFF = "staff", _("the address is one of ours")
        PROGRAM = "program", _("a program or a mailing list wrote last, not a person")
        OPTED_OUT = "opted_out", _("the client does not want to be asked")
        TIRED = "tired", _("the client was asked not long ago")
        TROUBLE = "trouble", _("it failed time and again; see the log of the worker")

    survey = models.ForeignKey(Survey, models.PROTECT, db_index=False, related_name="invitations")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, db_index=False, related_name="invitations")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    agent = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="+")
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="invitation")
    was_over = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=12, choices=Refusal, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "ticket"], name="invitation_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="invitation_due"),
            models.Index(fields=["survey", "-sent_at", "-id"], name="invitation_survey_sent"),
            models.Index(fields=["person", "-sent_at"], name="invitation_person_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.ticket_id}"

    @classmethod
    def plan(cls, survey: Survey, ticket: Ticket, *, delay: timedelta, at: datetime) -> bool:
        """Have the client asked after so long; False if they were asked about this ticket, or are to be.

        What was refused earlier may be tried again: the reason may be gone.
        """
        planned: dict[str, Any] = {"due_at": at + delay, "was_over": ticket.is_over, "asked_at": at}
        try:
            with transaction.atomic():
                cls.objects.create(survey=survey, ticket=ticket, person_id=ticket.client_id, **planned)
        except IntegrityError:
            refused = cls.objects.filter(survey=survey, ticket=ticket).exclude(refused_at=None)
            again = {"person": ticket.client_id, "tries": 0, "refused_at": None, "refused_why": ""}
            return bool(refused.update(**planned, **again))
        return True

    def claim(self, at: datetime) -> bool:
        """Take it for the length of LEASE; False if a worker has it."""
        free = Invitation.objects.filter(pk=self.pk, due_at__lte=at)
        if not free.update(due_at=at + LEASE, tries=F("tries") + 1):
            return False
        self.refresh_from_db()
        return True

    def refuse(self, why: str, *, at: datetime) -> bool:
        """Ask nobody; False if it was decided already."""
        with transaction.atomic():
            waiting = Invitation.objects.filter(pk=self.pk, sent_at=None, due_at__isnull=False)
            if not waiting.update(due_at=None, refused_at=at, refused_why=why):
                return False
            record("survey.not_sent", self.ticket, at=at, survey=self.survey_id, why=why)
        return True

    def note_opened(self, *, at: datetime) -> None:
        """Somebody, or a program that looks at links, opened the page."""
        Invitation.objects.filter(pk=self.pk, opened_at=None).update(opened_at=at)

    def is_open(self, at: datetime) -> bool:
        return self.expires_at is not None and at < self.expires_at

    def questions(self) -> list[Question]:
        """What is asked, as it was when it was sent."""
        return list(self.survey.questions.asked(self.sent_at)) if self.sent_at else []

    @property
    def token(self) -> str:
        return sign(PURPOSE, str(self.pk))

    @property
    def link(self) -> str:
        """The whole address of the page where the client answers, as it stands in the mail."""
        return settings.URL + reverse("portal:survey", args=[self.token])


class DoNotAsk(models.Model):
    """Somebody who said that they do not want to be asked any more."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="do_not_ask")
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.person)

    @classmethod
    def say(cls, person: Person, *, at: datetime | None = None) -> bool:
        """Never ask this person again; False if they said so before."""
        at = at or now()
        with transaction.atomic():
            _row, new = cls.objects.get_or_create(person=person, defaults={"at": at})
            if new:
                record("survey.declined", person, by=person, at=at)
        return new

    @classmethod
    def take_back(cls, person: Person, *, at: datetime | None = None) -> bool:
        """They may be asked again; False if they never said otherwise."""
        with transaction.atomic():
            gone, _rows = cls.objects.filter(person=person).delete()
            if gone:
                record("survey.welcomed", person, by=person, at=at)
        return bool(gone)
