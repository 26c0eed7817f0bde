"""Holding a change of state back until it is approved: what `Ticket.set_state` asks before it changes anything."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from otklik.clients.models import Person
from otklik.staff.models import Member
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import Actor

from .errors import ApprovalPending
from .models import Approval, ApprovalRule


def hold(ticket: Ticket, state: str, by: Actor, at: datetime) -> bool:
    """Whether a change has to wait; its approval is asked for then, once.

    What follows by itself (the client writes, an answer comes back) needs nobody's approval.
    """
    if by is None or isinstance(by, Person):
        return False
    rules = [rule for rule in ApprovalRule.objects.in_force() if state in rule.after]
    if not rules:
        return False
    # Locked: between this look and the change nobody moves it to where another rule holds it.
    people = Ticket.objects.select_related("client__organisation__manager", "client__manager", "team__head")
    now = people.select_for_update(of=("self",)).get(pk=ticket.pk)
    rule = next((rule for rule in rules if now.state != state and rule.covers(now, state, at)), None)
    if rule is None or _agrees_alone(rule, now, by):
        return False
    ask(now, rule, state, by=by, at=at)
    return True


def ask(ticket: Ticket, rule: ApprovalRule, state: str, *, by: Actor, at: datetime) -> bool:
    """Ask for approval; False if it is asked for already."""
    name, number = (by.journal_name, by.pk) if by else ("", None)  # type: ignore[attr-defined]
    member = by if isinstance(by, Member) else None
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                ticket=ticket,
                rule=rule,
                before=ticket.state,
                after=state,
                by=name,
                by_id=number,
                member=member,
                asked_at=at,
                expires_at=rule.expires(at),
            )
    except IntegrityError:
        return False
    approval.go_on(0, by=by, at=at)
    return True


def pending(ticket: Ticket, state: str) -> Approval | None:
    """The approval that a ticket waits for before it goes to a state."""
    return Approval.objects.waiting().filter(ticket=ticket, after=state).select_related("ticket").first()


def refuse_if_pending(ticket: Ticket, state: str) -> None:
    """Raise ApprovalPending, for a caller who has to tell a person or a machine that nothing changed yet."""
    approval = pending(ticket, state)
    if approval is None:
        return
    whom = [str(ask.member) for ask in open_asks(approval)]
    more = {"approval": {"id": approval.pk, "state": approval.after, "asked_at": approval.asked_at.isoformat(),
                         "waits_for": whom}}  # fmt: skip
    raise ApprovalPending(ticket=ticket, state=approval.get_after_display(), whom=", ".join(whom), more=more)


def open_asks(approval: Approval) -> list:  # type: ignore[type-arg]
    return list(approval.asks.filter(step=approval.step, is_yes=None).select_related("member"))


def _agrees_alone(rule: ApprovalRule, ticket: Ticket, by: Actor) -> bool:
    """Whether nobody but whoever wants the change would have to approve it."""
    return all(by in approvers and (not step.needs_all or len(approvers) == 1)
               for step in rule.steps.all() for approvers in [step.approvers(ticket)])  # fmt: skip
