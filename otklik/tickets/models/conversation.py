"""What was said on a ticket, by whom, with what attached; and who takes part besides the client."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Person
from otklik.journal.record import record
from otklik.lib.inbound import Nature
from otklik.lib.prepared import Question
from otklik.lib.rich import is_rich, pictures
from otklik.staff.models import Member

from .aside import Aside, Party
from .channel import channel_kinds
from .ticket import Actor, Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, member: Member) -> MessageQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(member))

    def public(self, at: datetime | None = None) -> MessageQuerySet:
        """What the client may read: no notes, nothing that is to be sent later, each message as it stands now."""
        return self.filter(is_note=False, at__lte=at or now(), corrects=None)


class Message(models.Model):
    """One message of the client or the staff, or a note that only staff read.

    The author is a person or a member; neither when they were erased. `html` is clean already. `external_id` is the
    channel's own name of the message: duplicates end at the constraint over (via, external_id). `digest` tells
    a message that came twice from another one that bears the same name. `dictated_as` is the name of the mail by
    which a member wrote what went out under a name of our own. `cards` are shown beside the text. `at` lies ahead
    for an answer that is to be sent later. `revised_at` is when what it says was last changed; a message that
    `corrects` another brings the change to those who have the other one already.

    A letter of an `aside` is written by a member, or by a `party` of it. The store itself holds that it is a note, and
    nobody's who is a client: whatever is kept from the client is kept from them with it.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="messages")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="messages")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="messages")
    is_note = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    nature = models.CharField(max_length=12, choices=Nature, blank=True)
    cards = models.JSONField(default=list, blank=True)
    text = models.TextField(_("text"), blank=True)
    rest = models.TextField(blank=True)  # the quoted tail, folded when shown
    html = models.TextField(blank=True)
    subject = models.CharField(max_length=250, blank=True)
    via = models.CharField(max_length=20, choices=channel_kinds, blank=True)
    external_id = models.CharField(max_length=500, null=True)  # noqa: DJ001 NULL is how a unique column says "none"
    digest = models.CharField(max_length=64, blank=True)
    dictated_as = models.CharField(max_length=500, null=True, unique=True)  # noqa: DJ001 as above
    at = models.DateTimeField(default=now)
    revised_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", models.CASCADE, null=True, related_name="corrections")
    aside = models.ForeignKey(Aside, models.PROTECT, null=True, db_index=False, related_name="messages")
    party = models.ForeignKey(Party, models.PROTECT, null=True, db_index=False, related_name="messages")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["via", "external_id"], name="message_once"),
            models.CheckConstraint(
                condition=Q(aside=None, party=None) | Q(aside__isnull=False, is_note=True, person=None),
                name="message_aside_is_inside",
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="message_ticket_at"),
            models.Index(fields=["aside", "id"], condition=Q(aside__isnull=False), name="message_aside"),
            models.Index(fields=["party"], condition=Q(party__isnull=False), name="message_party"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def author(self) -> Member | Person | Party | None:
        return self.member or self.person or self.party

    @property
    def is_ours(self) -> bool:
        """Written by a member, or by Otklik itself."""
        return self.member_id is not None or (self.is_automatic and self.person_id is None and self.party_id is None)

    @property
    def is_formatted(self) -> bool:
        """Written in the editor, so that it can stand in a page of ours as it is."""
        return self.is_ours and is_rich(self.html)

    @property
    def files_beside(self) -> list[Attachment]:
        """The files that are not pictures of the text itself."""
        inside = pictures(self.html) if self.is_formatted else ()
        return [file for file in self.attachments.all() if file.content_id not in inside]

    @property
    def can_be_undone(self) -> bool:
        """Whether nobody has begun to send this answer to anybody."""
        deliveries = self.deliveries.all()
        return bool(deliveries) and all(delivery.is_untouched for delivery in deliveries)


_OF_CLIENT = Question(
    lambda ticket, at: Message.objects.public(at).filter(ticket=ticket).exclude(person=None).order_by("-at", "-pk")[:1],
    int,
    datetime,
)


def last_of_client(ticket: int) -> Message | None:
    """What the client, or who takes part, last wrote on the ticket of a number."""
    return _OF_CLIENT.first(ticket, now())


class MessageVersion(models.Model):
    """What a message said until `at`, when a member or a person changed it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, member: Member) -> AttachmentQuerySet:
        return self.filter(message__ticket__in=Ticket.objects.visible_to(member))


class Attachment(models.Model):
    """A file of a message. The bytes lie in the file store under their digest; the name is only told."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.FileField(max_length=80)
    name = models.CharField(max_length=250)
    type = models.CharField(max_length=127)
    size_bytes = models.PositiveBigIntegerField()
    content_id = models.CharField(max_length=250, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Somebody besides the client who takes part: gets the answers and may answer."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="participant_once")]

    def __str__(self) -> str:
        return str(self.person)


def takes_part(ticket: Ticket, person: Person) -> bool:
    """Whether a person is the ticket's client or one of its participants."""
    return ticket.client_id == person.pk or ticket.participants.filter(person=person).exists()


def add_participant(ticket: Ticket, person: Person, *, by: Actor, at: datetime | None = None) -> bool:
    """Let a person take part; False if they do."""
    if takes_part(ticket, person):
        return False
    with transaction.atomic():
        _row, new = Participant.objects.get_or_create(ticket=ticket, person=person)
        if new:
            record("participant.added", ticket, by=by, at=at, person=person.pk)
    return new


def remove_participant(ticket: Ticket, person: Person, *, by: Actor, at: datetime | None = None) -> bool:
    """Let a person take part no more; False if they did not."""
    with transaction.atomic():
        gone, _rows = ticket.participants.filter(person=person).delete()
        if gone:
            record("participant.removed", ticket, by=by, at=at, person=person.pk)
    return bool(gone)
