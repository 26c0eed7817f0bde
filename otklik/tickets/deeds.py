"""What a member can do to many tickets at one press: the actions of rules, those of them that are a member’s to do.

A rule’s answer is a program’s and keeps no promise; a member’s is theirs. Keyed alike, they share the screens.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Max
from django.utils.module_loading import import_string
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.lib.rulebook import rulebook
from otklik.lib.ruling import Action, Given, Parameter, Subject, UnknownPart, WrongValue
from otklik.staff.models import Company, Member

from .automatic import filled
from .errors import TicketMerged
from .merging import merge
from .models import Ticket
from .models.seen import look, mark_unread
from .models.sleep import put_off, wake
from .putting_off import SLEEPS, sleeps_until
from .replying import note, reply, second_thoughts
from .rule_parts import NOBODY, check_text, members

ME = "me"
REFUSALS = (OtklikError, ValidationError, ObjectDoesNotExist)  # how the verbs say no
NOT_FOR_MEMBERS = {"tell"}  # a member mentions somebody instead


def deeds() -> dict[str, Action]:
    """All of them by key, as they are now: some are made of rows."""
    offered = {key: action for key, action in rulebook().actions.items() if key not in NOT_FOR_MEMBERS}
    return {**offered, **{action.key: action for action in OWN}}


def _assign(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    chosen = given["value"]
    member = by if chosen == ME else None if chosen == NOBODY else Member.objects.get(pk=chosen)
    return bool(subject.ticket.assign_to(member, by=by, at=at))


def _note(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return bool(note(subject.ticket, by=by, text=filled(given["value"], subject.ticket), at=at))


def _answer(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    ticket = subject.ticket
    text, leaves_at = filled(given["value"], ticket), at + second_thoughts(ticket)
    return bool(reply(ticket, by=by, text=text, send_at=leaves_at, at=at))


def _merge(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    into = Ticket.objects.visible_to(by).get(pk=given["value"])
    if into.pk == subject.ticket.pk:
        return False
    merge(subject.ticket, into, by=by, at=at)
    return True


def _read(subject: Subject, _given: Given, by: Any, at: datetime) -> bool:
    newest = subject.ticket.messages.aggregate(newest=Max("pk"))["newest"] or 0
    return look(by, subject.ticket, newest, at=at)


def _unread(subject: Subject, _given: Given, by: Any, at: datetime) -> bool:
    return mark_unread(by, subject.ticket, at=at)


def _put_off(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    until = sleeps_until(given["value"], zone=Company.current().zone, at=at)
    return put_off(subject.ticket, until=until, by=by, at=at)


def _wake(subject: Subject, _given: Given, by: Any, at: datetime) -> bool:
    return wake(subject.ticket, by=by, at=at)


def _check_into(given: Given) -> None:
    number = given["value"]
    if not number.isdecimal() or len(number) > 18:
        raise WrongValue(label=_("Merge into #"), value=number)


def assignees() -> list[tuple[str, Any]]:
    return [(ME, _("Me")), *members()]


PUT_OFF = pgettext_lazy("the button", "Put off")
OWN = [
    Action("assignee", _("Give to a member"), (Parameter("value", _("Assignee"), assignees),), _assign),
    Action("note", _("Write a note"), (Parameter("value", _("Text"), is_long=True),), _note, check_text),
    Action("answer", _("Answer the client"), (Parameter("value", _("Text"), is_long=True),), _answer, check_text),
    Action("put_off", PUT_OFF, (Parameter("value", PUT_OFF, lambda: list(SLEEPS.items())),), _put_off),
    Action("wake", _("Wake what was put off"), (), _wake),
    Action("into", _("Merge into"), (Parameter("value", _("Merge into #")),), _merge, _check_into),
    Action("read", _("Mark as read"), (), _read),
    Action("unread", _("Mark as unread"), (), _unread),
]


def checked(steps: list[dict[str, str]]) -> dict[str, Action]:
    """The deeds, if all that is wished is still possible. Raises WrongValue, UnknownPart for what is not."""
    known = deeds()
    for step in steps:
        check(step, known)
    return known


def check(step: dict[str, str], known: dict[str, Action]) -> Action:
    """The deed of a step that is possible. Raises WrongValue, UnknownPart."""
    if step["do"] not in known:
        raise UnknownPart(key=step["do"])
    known[step["do"]].check(step)
    return known[step["do"]]


def do(steps: list[dict[str, str]], subject: Subject, *, by: Member, known: dict[str, Action]) -> bool:
    """Do all steps to one ticket, in order; whether anything changed. In a transaction of the caller’s.

    Raises what the verbs raise, and TicketMerged for a ticket that lives on in another.
    """
    ticket: Ticket = subject.ticket
    if ticket.merged_into_id:
        raise TicketMerged(ticket=ticket, into=ticket.survivor())
    return any([known[step["do"]].do(subject, step, by, subject.at) for step in steps])


def in_words(refusal: Exception) -> str:
    """One of REFUSALS as the member reads it."""
    if isinstance(refusal, ObjectDoesNotExist):
        return gettext("Something that was chosen does not exist any more.")
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def why_held(ticket: Ticket, state: str) -> str:
    """Why a gate held the state back. It has asked for leave; to undo the rest would take that back, too."""
    try:
        for reason in settings.GATE_REASONS:
            import_string(reason)(ticket, state)
    except OtklikError as refusal:
        return str(refusal)
    return gettext("The change of state is held back. The rest was done.")
