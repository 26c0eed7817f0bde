"""The ticket: what a client wants of us, whose it is, and how it stands. A change is a verb here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Address, Person
from otklik.journal.record import record
from otklik.lib.addresses import address_of
from otklik.lib.fields import CustomField
from otklik.lib.prepared import Question, insert_new
from otklik.lib.tokens import sign
from otklik.staff.models import Member, Team
from otklik.tickets.errors import NotFilledIn, NotInTeam

from .channel import Channel
from .tag import Tag
from .terms import Terms, in_words

_TAGS = Question(lambda name: Tag.objects.filter(name=name).order_by(), str)
Actor = models.Model | None  # a member, a person or a rule: whatever has a `journal_name`; None is Otklik itself
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # rather than no time: it sorts last, and a page can go on from it


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, member: Member) -> TicketQuerySet:
        """The only door to tickets in any code that serves a member of staff."""
        if not member.is_active:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(team__in=member.team_ids)

    def open(self) -> TicketQuerySet:
        return self._standing(is_open=True)

    def over(self) -> TicketQuerySet:
        """Resolved or closed."""
        return self._standing(is_open=False)

    def _standing(self, *, is_open: bool) -> TicketQuerySet:
        # Not `is_open=…`: Django writes that as the bare column, for which SQLite does not look into an index.
        return self.filter(is_open__in=[is_open])

    def with_people(self) -> TicketQuerySet:
        """With all that a list row shows, in one query."""
        return self.select_related("client__organisation", "team", "assignee", "channel", "sleep")


class Ticket(models.Model):
    """One request of one client. Its number is its key: `#1042`."""

    journal_name = "ticket"

    class Type(models.TextChoices):
        QUESTION = "question", _("Question")
        INCIDENT = "incident", _("Incident")
        SERVICE_REQUEST = "service_request", _("Service request")
        COMPLAINT = "complaint", _("Complaint")

    class State(models.TextChoices):
        NEW = "new", _("New")
        OPEN = "open", _("Open")
        WAITING_CLIENT = "waiting_client", _("Waiting for the client")
        WAITING_THIRD_PARTY = "waiting_third_party", _("Waiting for a third party")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class Priority(models.IntegerChoices):
        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")
        CRITICAL = 4, _("Critical")

    ENDED: ClassVar = (State.RESOLVED, State.CLOSED)

    subject = models.CharField(_("subject"), max_length=250)
    type = models.CharField(_("type"), max_length=20, choices=Type, default=Type.QUESTION)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.NEW)
    state_at = models.DateTimeField(default=now)
    state_by = models.ForeignKey(Member, models.SET_NULL, null=True, db_index=False, related_name="+")
    is_open = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=["resolved", "closed"], then=models.Value(False)), default=models.Value(True)
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    # The indexes below begin with these columns or do without: one of their own would lure SQLite's planner into
    # sorting a whole team for one page.
    team = models.ForeignKey(Team, models.PROTECT, db_index=False, related_name="tickets", verbose_name=_("team"))
    assignee = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="tickets",
        verbose_name=_("assignee"),
    )
    client = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="tickets", verbose_name=_("client"))
    # Where the client is answered; the address they wrote from.
    address = models.ForeignKey(Address, models.SET_NULL, null=True, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, db_index=False, related_name="tickets")
    tags = models.ManyToManyField(Tag, through="TicketTag", related_name="tickets")
    fields = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    opened_at = models.DateTimeField(default=now)
    active_at = models.DateTimeField(default=now)  # the last message to or from the client
    excerpt = models.CharField(max_length=200, blank=True)  # its beginning
    due_at = models.DateTimeField(default=NEVER)  # the nearest promise that runs; kept by whoever promises

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["is_open", "-active_at", "-id"], name="ticket_open_active"),
            models.Index(fields=["is_open", "-opened_at", "-id"], name="ticket_open_opened"),
            models.Index(fields=["is_open", "-priority", "-active_at", "-id"], name="ticket_open_priority"),
            models.Index(fields=["is_open", "due_at", "id"], name="ticket_open_due"),
            models.Index(fields=["assignee", "is_open", "-active_at", "-id"], name="ticket_assignee_active"),
            models.Index(fields=["client", "-opened_at"], name="ticket_client_opened"),
            models.Index(fields=["-active_at", "-id"], name="ticket_active"),  # open and ended ones together
            models.Index(fields=["-opened_at", "-id"], name="ticket_opened"),
            models.Index(fields=["state", "-active_at", "-id"], name="ticket_state_active"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return address_of("desk:ticket", self.pk)

    @property
    def number(self) -> int:
        return self.pk

    def status_token(self, person: Person) -> str:
        """What lets this person, who takes part, see the ticket on the status page without signing in."""
        return sign("ticket.status", f"{self.pk}.{person.pk}")

    def status_link(self, person: Person) -> str:
        """The whole address of the status page, as it stands in mails."""
        return settings.URL + reverse("portal:ticket", args=[self.status_token(person)])

    def survivor(self) -> Ticket:
        """The ticket that this one was merged into at last; itself if it was not."""
        ticket, seen = self, {self.pk}
        while ticket.merged_into_id and ticket.merged_into_id not in seen:
            seen.add(ticket.merged_into_id)
            ticket = Ticket.objects.get(pk=ticket.merged_into_id)
        return ticket

    def held(self) -> Ticket:
        """The survivor, locked until the transaction ends: what is written on it now, no merging leaves behind."""
        ticket = Ticket.objects.select_for_update().get(pk=self.pk)
        while ticket.merged_into_id:
            ticket = Ticket.objects.select_for_update().get(pk=ticket.merged_into_id)
        return ticket

    # Verbs. Each answers whether anything changed.

    def set_state(self, state: str, *, by: Actor, at: datetime | None = None) -> bool:
        """Move to another state, unless a gate holds the change back (see GATES); False also then.

        Who and when stay on the row.
        """
        at = at or now()
        with transaction.atomic():
            if any(import_string(gate)(self, state, by, at) for gate in settings.GATES):
                return False
            return self.move_state(state, by=by, at=at)

    def move_state(self, state: str, *, by: Actor, at: datetime) -> bool:
        """The same past all gates, for what follows from something that was allowed."""
        also = {"state_at": at, "state_by": by if isinstance(by, Member) else None}
        return self._swap("state", state, "ticket.state_changed", by=by, at=at, also=also)

    def reopen(self, *, by: Actor, at: datetime | None = None) -> bool:
        """Open a resolved or closed ticket again; False for one that is not, or that lives on in another."""
        self.refresh_from_db(fields=["state", "merged_into"])
        if self.is_over and not self.merged_into_id:
            return self.set_state(self.State.OPEN, by=by, at=at)
        return False

    @property
    def is_over(self) -> bool:
        return self.state in self.ENDED

    def set_priority(self, priority: int, *, by: Actor, at: datetime | None = None) -> bool:
        return self._swap("priority", priority, "ticket.priority_changed", by=by, at=at)

    def raise_priority(self, *, by: Actor, at: datetime | None = None) -> bool:
        """One step up; False if it is critical already."""
        self.refresh_from_db(fields=["priority"])
        return self.priority < self.Priority.CRITICAL and self.set_priority(self.priority + 1, by=by, at=at)

    def set_type(self, type_: str, *, by: Actor, at: datetime | None = None) -> bool:
        return self._swap("type", type_, "ticket.type_changed", by=by, at=at)

    def set_subject(self, subject: str, *, by: Actor, at: datetime | None = None) -> bool:
        return self._swap("subject", subject.strip()[:250], "ticket.renamed", by=by, at=at)

    def assign_to(self, member: Member | None, *, by: Actor, at: datetime | None = None) -> bool:
        """Give the ticket to a member of its team, or take it from whoever has it.

        A new ticket becomes open. Raises NotInTeam for somebody who could not answer it.
        """
        if member and not Member.objects.answering(self.team).filter(pk=member.pk).exists():
            raise NotInTeam(member=member, team=self.team)
        with transaction.atomic():
            changed = self._swap("assignee_id", member.pk if member else None, "ticket.assigned", by=by, at=at)
            if changed and member and self.state == self.State.NEW:
                self.set_state(self.State.OPEN, by=by, at=at)
        return changed

    def hand_to(
        self, team: Team, *, by: Actor, at: datetime | None = None, why: str = "", confirmed: bool = False
    ) -> bool:
        """Hand the ticket to another team, for a reason; an assignee who is not in it loses the ticket.

        Raises NotFilledIn when a person does so and the team's terms are not met. What rules, routes and escalation
        hand over goes all the same: what is missing is noted.
        """
        at, missing = at or now(), self.missing_for(team, why=why, confirmed=confirmed)
        if missing and isinstance(by, Member):
            labels = dict(TicketField.objects.values_list("key", "label"))
            raise NotFilledIn(ticket=self, team=team, missing=in_words(missing, labels))
        facts: dict[str, Any] = {"why": " ".join(why.split())[:500] or None, "missing": ",".join(missing) or None}
        with transaction.atomic():
            if not self._swap("team_id", team.pk, "ticket.handed_over", by=by, at=at, **facts):
                return False
            self.refresh_from_db(fields=["assignee"])
            if self.assignee and not Member.objects.answering(team).filter(pk=self.assignee.pk).exists():
                self._swap("assignee_id", None, "ticket.assigned", by=by, at=at)
        return True

    def missing_for(self, team: Team, *, why: str = "", confirmed: bool = False) -> list[str]:
        """What is not filled in that a team wants before the ticket is handed to it; codes, see `terms`."""
        terms = Terms.objects.filter(team=team).prefetch_related("fields").first() if team.pk != self.team_id else None
        return terms.missing(self, why=why, confirmed=confirmed) if terms else []

    def answer_at(self, address: Address, *, by: Actor, at: datetime | None = None) -> bool:
        """Answer the client at another address of theirs from now on; False if it is done already."""
        with transaction.atomic():
            other = models.Q(address=None) | ~models.Q(address=address)
            if not Ticket.objects.filter(other, pk=self.pk).update(address=address):
                return False
            record("ticket.answered_at", self, by=by, at=at, after=address.kind)
        self.address = address
        return True

    def set_field(self, field: TicketField, value: Any, *, by: Actor, at: datetime | None = None) -> bool:
        """Fill in a custom field. Raises ValidationError for a value that is not of its kind."""
        if field.types and self.type not in field.types:
            raise ValidationError(_("This field does not belong to tickets of this type."))
        clean = field.clean_value(value)
        with transaction.atomic():
            self.fields = Ticket.objects.select_for_update().values_list("fields", flat=True).get(pk=self.pk)
            before = self.fields.get(field.key)
            if before == clean:
                return False
            self.fields = self.fields | {field.key: clean}
            Ticket.objects.filter(pk=self.pk).update(fields=self.fields)
            record("ticket.field_changed", self, by=by, at=at, field=field.label, before=before, after=clean)
        return True

    def tag(self, name: str, *, by: Actor, at: datetime | None = None) -> bool:
        """Put a tag on; made on first use."""
        name = " ".join(name.lower().split())[:60]
        if not name:
            return False
        with transaction.atomic():
            tag = _TAGS.first(name) or Tag.objects.get_or_create(name=name)[0]
            if not insert_new([TicketTag(ticket=self, tag=tag)]):  # it is on already
                return False
            record("ticket.tagged", self, by=by, at=at, tag=name)
        return True

    def untag(self, name: str, *, by: Actor, at: datetime | None = None) -> bool:
        """Take a tag off."""
        with transaction.atomic():
            gone, _rows = TicketTag.objects.filter(ticket=self, tag__name=name).delete()
            if gone:
                record("ticket.untagged", self, by=by, at=at, tag=name)
        return bool(gone)

    def link(self, other: Ticket, kind: str, *, by: Actor, at: datetime | None = None) -> bool:
        """Say how another ticket stands to this one; False if it is said already or `other` is this ticket."""
        if other.pk == self.pk:
            return False
        with transaction.atomic():
            _row, new = TicketLink.objects.get_or_create(source=self, target=other, defaults={"kind": kind})
            if new:
                record("ticket.linked", self, by=by, at=at, other=other.pk, as_=kind)
        return new

    def unlink(self, other: Ticket, *, by: Actor, at: datetime | None = None) -> bool:
        """Forget what was said, whichever side said it."""
        either = models.Q(source=self, target=other) | models.Q(source=other, target=self)
        with transaction.atomic():
            gone, _rows = TicketLink.objects.filter(either).delete()
            if gone:
                record("ticket.unlinked", self, by=by, at=at, other=other.pk)
        return bool(gone)

    def _swap(
        self,
        column: str,
        value: Any,
        kind: str,
        *,
        by: Actor,
        at: datetime | None,
        also: dict[str, Any] | None = None,
        **facts: Any,
    ) -> bool:
        """Set one column from what it is now, and record both with further facts; False if it is so already.

        Compare and swap in place of a lock: on SQLite the transaction is the only writer; on PostgreSQL a rival's
        commit between our look and our UPDATE makes it touch no row, and we look again.
        """
        mine = Ticket.objects.filter(pk=self.pk)
        with transaction.atomic():
            while True:
                before = mine.values_list(column, flat=True).get()
                if before == value:
                    setattr(self, column, value)
                    return False
                if mine.filter(**{column: before}).update(**{column: value}, **(also or {})):
                    break
            record(kind, self, by=by, at=at, before=before, after=value, **facts)
        for name, new in {column: value, **(also or {})}.items():
            setattr(self, name, new)
        return True


class TicketTag(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="ticket_tag_once")]


class TicketLink(models.Model):
    """`source` stands to `target` as `kind` says."""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related")
        PARENT = "parent", _("Parent")
        DUPLICATE = "duplicate", _("Duplicate")

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="linked_from")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.RELATED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="ticket_link_once")]


class TicketField(CustomField):
    """A custom field of tickets; of some types only when `types` names them."""

    types = models.JSONField(_("types"), default=list, blank=True)
    # Up to which ticket its dates are awaited, while the worker looks through them; None when it has done so.
    laid_to = models.BigIntegerField(null=True, default=0, editable=False)

    class Meta(CustomField.Meta):
        constraints = [models.UniqueConstraint(fields=["key"], name="ticket_field_once")]
