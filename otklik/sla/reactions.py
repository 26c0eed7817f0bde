"""What clocks do when something happens to a ticket, in the same transaction: a ticket is never without its clocks."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.prepared import Question
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket
from otklik.tickets.models.ticket import Actor
from otklik.tickets.opening import just_opened

from .models import Callback, Clock, Metric, Policy, Target
from .models.clock import start_clock, tell_ticket
from .models.policy import policies_in_force

WAITING = (Ticket.State.WAITING_CLIENT, Ticket.State.WAITING_THIRD_PARTY)
# Somebody else's turn does not count for these; an answer that was promised is promised all the same.
PAUSED_WHILE_WAITING = (Metric.RESOLUTION, Metric.IN_TEAM)
OPENED = "ticket.opened"
_TICKETS = Question(
    lambda number: Ticket.objects.filter(pk=number).select_related("client__organisation", "team").order_by(), int
)
_GOING = Question(
    lambda number: Clock.objects.going().filter(ticket=number).select_related("calendar", "ticket__team"), int
)
AT_OPENING = (Metric.FIRST_ANSWER, Metric.RESOLUTION, Metric.IN_TEAM)


def opened(event: Event) -> None:
    """A ticket was opened: what is promised for it begins."""
    _agree(event, AT_OPENING)


def answered(event: Event) -> None:
    """We wrote to the client."""
    for clock in _going(event, Metric.FIRST_ANSWER, Metric.NEXT_ANSWER):
        clock.meet(by=_member(event), at=event.at)


def taken_back(event: Event) -> None:
    """An answer was taken back before it left: what it had kept is promised still."""
    answers = Event.objects.filter(about=event.about, about_id=event.about_id, kind="message.sent")
    sent = answers.filter(facts__message=event.facts["message"]).first()
    kept = Clock.objects.filter(ticket=event.about_id, is_met=True, ended_at=sent.at if sent else None)
    for clock in kept.filter(metric__in=[Metric.FIRST_ANSWER, Metric.NEXT_ANSWER]).select_related("calendar"):
        clock.go_on()


def client_wrote(event: Event) -> None:
    """The client wrote again: after a first answer a next one is promised, from the first message it leaves open."""
    if event.facts["opened"]:
        return
    answers = Message.objects.public().filter(ticket=event.about_id, at__lt=event.at).exclude(member=None)
    by_a_person = Message.objects.filter(pk=event.facts["message"], is_automatic=False)
    if by_a_person.filter(Exists(answers)).exists():
        _agree(event, (Metric.NEXT_ANSWER,))


def state_changed(event: Event) -> None:
    """Waiting stops what is not ours; an end is what was promised; whatever begins again is promised again."""
    before, after = event.facts["before"], event.facts["after"]
    if after in Ticket.ENDED:
        _end_all(event)
    elif before in Ticket.ENDED:
        _agree(event, (Metric.RESOLUTION, Metric.IN_TEAM))
    for clock in _going(event, *PAUSED_WHILE_WAITING):
        if after in WAITING:
            clock.pause(at=event.at)
        elif before in WAITING:
            clock.resume(at=event.at)


def conditions_changed(event: Event) -> None:
    """Priority, type, tag or client changed: another promise may hold now; time that has counted stays counted."""
    going = _going(event, *Metric)
    metrics = {Metric(clock.metric) for clock in going} | {Metric.RESOLUTION}
    policy = _agree(event, metrics)
    for clock in going:
        if policy is None or policy.target(clock.metric, clock.ticket) is None:
            clock.drop(by=_member(event), at=event.at)


def contract_changed(event: Event) -> None:
    """An organisation has another contract: the worker looks again at what is promised on its tickets."""
    Clock.objects.going().filter(ticket__client__organisation=event.about_id).update(policy_version=0)


def handed_over(event: Event) -> None:
    """Another team has it: the time in the team ends and begins, and another policy may hold."""
    for clock in _going(event, Metric.IN_TEAM):
        clock.meet(by=_member(event), at=event.at)
    conditions_changed(event)
    _agree(event, (Metric.IN_TEAM,))


def routed(event: Event) -> None:
    """It came in and went to another team at once: what is promised there holds from the start."""
    conditions_changed(event)
    _agree(event, AT_OPENING)


def callback_promised(event: Event) -> None:
    """The client is to be called; what is promised for that counts from the time that they named."""
    wanted = event.facts["wanted"]
    _agree(event, (Metric.CALLBACK,), begin=datetime.fromisoformat(wanted) if wanted else None)
    if not wanted:
        _remind_when_open(event)


def called(event: Event) -> None:
    """Somebody called. That is what was promised, whether the client could be reached or not."""
    for clock in _going(event, Metric.CALLBACK):
        clock.meet(by=_member(event), at=event.at)
    _remind_when_open(event)


def callback_withdrawn(event: Event) -> None:
    for clock in _going(event, Metric.CALLBACK):
        clock.drop(by=_member(event), at=event.at)


def callback_follows(event: Event) -> None:
    """A ticket was merged into another: its callback waits there, unless one does already."""
    for callback in Callback.objects.waiting().filter(ticket=event.about_id):
        into = Ticket.objects.get(pk=event.facts["into"])
        if Callback.objects.waiting().filter(ticket=into).exists():
            callback.withdraw(by=None, at=event.at)
        else:
            Callback.objects.filter(pk=callback.pk).update(ticket=into)
            Clock.objects.going().filter(ticket=event.about_id, metric=Metric.CALLBACK).update(ticket=into)
            tell_ticket(event.about_id)
            tell_ticket(into.pk)
            wanted = callback.wanted_at.isoformat() if callback.wanted_at else None
            record("callback.promised", into, at=event.at, wanted=wanted)


def separated(event: Event) -> None:
    """A merging was taken back: what was promised until then is promised still."""
    merging = Event.objects.filter(about=event.about, about_id=event.about_id, kind="ticket.merged").latest("id")
    for clock in Clock.objects.filter(ticket=event.about_id, ended_at=merging.at).select_related("calendar", "ticket"):
        clock.go_on()


def _remind_when_open(event: Event) -> None:
    """It is time to call when the calendar of the promise is open: nobody is told at night."""
    promised = Clock.objects.filter(ticket=event.about_id, metric=Metric.CALLBACK).select_related("calendar")
    clock = promised.order_by("-pk").first()
    waiting = Callback.objects.waiting().filter(ticket=event.about_id).exclude(remind_at=None).first()
    if clock and waiting and waiting.remind_at:
        opens = clock.calendar.working_time(waiting.remind_at).opens(waiting.remind_at)
        Callback.objects.filter(pk=waiting.pk, remind_at=waiting.remind_at).update(remind_at=opens or waiting.remind_at)


def _agree(event: Event, metrics: Iterable[Metric], *, begin: datetime | None = None) -> Policy | None:
    """Let the policy that covers the ticket promise these: clocks begin, or those that go promise what it says.

    The policy in force; None if there is none, or the ticket is over, but a callback is promised even then.
    """
    policies = policies_in_force()
    ticket = _ticket(event) if policies else None
    if ticket is None or not (ticket.is_open or Metric.CALLBACK in metrics):
        return None
    policy = next((policy for policy in policies if policy.covers(ticket, event.at)), None)
    if policy is None:
        return None
    going = {} if event.kind == OPENED else _by_metric(ticket)
    for metric in metrics:
        target = policy.target(metric, ticket) if ticket.is_open or metric == Metric.CALLBACK else None
        if target is None or (metric == Metric.NEXT_ANSWER and Metric.FIRST_ANSWER in going):
            continue
        if metric in going:
            going[metric].promise(policy, target, by=_member(event), at=event.at, because=event.kind)
        else:
            _start(ticket, policy, target, at=begin or event.at)
    return policy


def _ticket(event: Event) -> Ticket:
    """The ticket as it is now."""
    if event.kind == OPENED:
        return just_opened(event)
    return _TICKETS(event.about_id)[0]


def _by_metric(ticket: Ticket) -> dict[str, Clock]:
    return {clock.metric: clock for clock in _GOING(ticket.pk)}


def _start(ticket: Ticket, policy: Policy, target: Target, *, at: datetime) -> None:
    clock = start_clock(ticket, policy, target, at=at)
    if ticket.state in WAITING and target.metric in PAUSED_WHILE_WAITING:
        clock.pause(at=at)


def _end_all(event: Event) -> None:
    """The ticket is over. An answer that nobody waits for any more, and all of a merged ticket, is no promise kept.

    A callback is promised still.
    """
    for clock in _going(event, *(metric for metric in Metric if metric != Metric.CALLBACK)):
        was_promised = clock.metric in PAUSED_WHILE_WAITING and clock.ticket.merged_into_id is None
        end = clock.meet if was_promised else clock.drop
        end(by=_member(event), at=event.at)


def _going(event: Event, *metrics: str) -> list[Clock]:
    return [clock for clock in _GOING(event.about_id) if clock.metric in metrics]


def _member(event: Event) -> Actor:
    return Member.objects.filter(pk=event.by_id).first() if event.by == Member.journal_name else None
