"""One change of state that waits, who is asked about it, and what they said."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.approvals.errors import ApprovalOver, NotAsked, ReasonWanted
from otklik.journal.record import record
from otklik.staff.models import Member
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import Actor

from .rule import ApprovalRule


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> ApprovalQuerySet:
        return self.filter(ended_at=None)

    def expired(self, at: datetime) -> ApprovalQuerySet:
        return self.waiting().filter(expires_at__lte=at).order_by("expires_at", "pk")


class Approval(models.Model):
    """A ticket is to go from `before` to `after`. `step` counts the rule's steps from nought.

    `by` and `by_id` are who wants the change, as the journal names them; `member` if it is one.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")
        OVERTAKEN = "overtaken", _("Overtaken: the ticket has changed meanwhile")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="approvals")
    rule = models.ForeignKey(ApprovalRule, models.PROTECT, related_name="+")
    before = models.CharField(max_length=20, choices=Ticket.State)
    after = models.CharField(max_length=20, choices=Ticket.State)
    by = models.CharField(max_length=20, blank=True)
    by_id = models.BigIntegerField(null=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # However often and by however many it is tried, it is asked once.
            models.UniqueConstraint(fields=["ticket", "after"], condition=models.Q(ended_at=None), name="approval_once")
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(ended_at=None, expires_at__isnull=False),
                name="approval_expires",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.get_after_display()}"

    def decide(self, *, by: Member, is_yes: bool, why: str = "", at: datetime | None = None) -> None:
        """Give one's answer: a no ends it, the yes that a step still wanted leads to the next, the last to the change.

        An administrator may answer in anybody's stead, which settles the step. Raises ApprovalOver, NotAsked,
        ReasonWanted.
        """
        at, why = at or now(), " ".join(why.split())[:500]
        if not is_yes and not why:
            raise ReasonWanted
        with transaction.atomic():
            self._hold()
            settles = self._note(by, is_yes, why, at)
            facts = {"after": self.after, "is_yes": is_yes, "why": why or None}
            record("approval.answered", self.ticket, by=by, at=at, **facts)
            if not is_yes:
                self.end(self.Outcome.REJECTED, by=by, at=at)
            elif settles:
                self.go_on(self.step + 1, by=by, at=at)
        self.refresh_from_db()

    def withdraw(self, *, by: Actor, at: datetime | None = None) -> bool:
        """It is not wanted any more; False if it has ended."""
        return self.end(self.Outcome.WITHDRAWN, by=by, at=at or now())

    def may_withdraw(self, member: Member) -> bool:
        """Whoever wanted it; what no person wanted, anybody who may change the ticket; an administrator anything."""
        return member.can_answer and (member.is_administrator or self.member_id in (None, member.pk))

    def go_on(self, step: int, *, by: Actor, at: datetime) -> None:
        """Ask those of a step; after the last one carry the change out, if the ticket still stands as it did.

        Whoever wants the change and could approve it agrees by wanting it.
        """
        steps = list(self.rule.steps.prefetch_related("members"))
        for number, wanted in list(enumerate(steps))[step:]:
            approvers = wanted.approvers(self.ticket)
            Approval.objects.filter(pk=self.pk).update(step=number)
            self.step = number
            agreed = [one for one in approvers if one.pk == self.member_id]
            if agreed and (not wanted.needs_all or len(approvers) == 1):
                continue
            Ask.objects.bulk_create(
                Ask(approval=self, step=number, member=one, is_yes=True if one in agreed else None) for one in approvers
            )
            for one in approvers:
                if one not in agreed:
                    record("approval.asked", self.ticket, by=by, at=at, after=self.after, told=one.pk)
            return
        self._carry_out(by=by, at=at)

    def end(self, outcome: str, *, by: Actor, at: datetime) -> bool:
        """It waits no more; whoever wanted it is told. False if it had ended."""
        with transaction.atomic():
            if not Approval.objects.waiting().filter(pk=self.pk).update(ended_at=at, outcome=outcome):
                return False
            facts = {"after": self.after, "outcome": outcome, "told": self.member_id}
            record("approval.ended", self.ticket, by=by, at=at, **facts)
        self.ended_at, self.outcome = at, outcome
        return True

    def _hold(self) -> None:
        """The row is ours until the transaction ends: of two answers at once the second sees what the first did.

        The ticket before it, as whoever changes its state has it: two who want both do not wait for each other.
        """
        Ticket.objects.select_for_update().get(pk=self.ticket_id)
        held = Approval.objects.select_for_update().waiting().filter(pk=self.pk).first()
        if held is None:
            raise ApprovalOver
        self.step = held.step

    def _note(self, by: Member, is_yes: bool, why: str, at: datetime) -> bool:
        """Keep an answer; whether the step wants no further one."""
        mine = self.asks.filter(step=self.step, member=by)
        if mine.filter(is_yes=None).update(is_yes=is_yes, why=why, at=at):
            wanted = self.rule.steps.all()[self.step : self.step + 1]
            needs_all = any(step.needs_all for step in wanted)
            open_ = self.asks.filter(step=self.step, is_yes=None, member__is_active=True)
            return not needs_all or not open_.exists()
        if not by.is_administrator or mine.exists():
            raise NotAsked
        self.asks.create(step=self.step, member=by, is_yes=is_yes, why=why, at=at)
        return True

    def _carry_out(self, *, by: Actor, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=self.ticket_id)
        if ticket.merged_into_id or ticket.state != self.before:
            self.end(self.Outcome.OVERTAKEN, by=None, at=at)
            return
        # Ended first: the change itself overtakes whatever else waits to leave this state.
        self.end(self.Outcome.APPROVED, by=by, at=at)
        ticket.move_state(self.after, by=self.wanted_by, at=at)

    @property
    def wanted_by(self) -> Actor:
        """Who wants the change, as the journal takes it."""
        return self.member or (Somebody(self.by, self.by_id) if self.by else None)  # type: ignore[return-value]


class Somebody:
    """An actor of a floor that this one does not know: a rule."""

    def __init__(self, journal_name: str, pk: int | None) -> None:
        self.journal_name = journal_name
        self.pk = pk


class Ask(models.Model):
    """One of those who are asked in a step, and what they said: nothing yet, yes or no."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="asks")
    step = models.PositiveSmallIntegerField(default=0)
    member = models.ForeignKey(Member, models.PROTECT, related_name="asks")
    is_yes = models.BooleanField(null=True)
    why = models.TextField(blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["approval", "step", "member"], name="ask_once")]
        indexes = [models.Index(fields=["member"], condition=models.Q(is_yes=None), name="ask_open")]

    def __str__(self) -> str:
        return f"{self.member}: {self.approval}"
