"""Running rules: each on each event once, in a transaction of its own, never in circles."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils.timezone import now

from otklik.journal.models import Event, TransactionId
from otklik.lib.forgetting import forget
from otklik.lib.judging import first_failing
from otklik.lib.prepared import Columns, Question, insert
from otklik.lib.rulebook import Book, rulebook
from otklik.lib.ruling import Subject
from otklik.tickets.models import Ticket

from .models import Occasion, Rule, RuleRun

BATCH = 20
CHAIN = 5  # rules that may set each other off
# How long it is remembered what rules did; that one did not apply, which is most of it, not so long.
KEPT = {
    RuleRun.Outcome.WOULD_NOT: timedelta(days=7),
    RuleRun.Outcome.NOTHING: timedelta(days=7),
    RuleRun.Outcome.DID: timedelta(days=90),
    RuleRun.Outcome.FAILED: timedelta(days=90),
}
Outcome, Why = RuleRun.Outcome, RuleRun.Why

_ACTIVE = Question(lambda: Rule.objects.active())
_ALIVE = Columns(lambda number: Ticket.objects.filter(pk=number, merged_into=None).order_by().values_list("pk"), int)
_TICKETS = Question(
    lambda number: Ticket.objects.filter(pk=number).select_related("client", "team", "assignee").order_by(), int
)
_RUNS = Question(lambda event: RuleRun.objects.filter(event=event).order_by(), int)
_LAST = Columns(lambda: Event.objects.order_by("-id").values_list("id")[:1])
_OURS = Columns(
    lambda before: Event.objects.filter(id__gt=before, tx=TransactionId()).order_by("id").values_list("tx", "id"), int
)


def run_due(at: datetime | None = None) -> bool:
    """Let rules look at a few events that wait for them; False if none does."""
    at = at or now()
    due = list(Occasion.objects.due(at).select_related("event", "rule")[:BATCH])
    if not due:
        return False
    book = rulebook()
    looked_at = []
    for occasion in due:
        if occasion.claim(at=at):
            _look(occasion, book, at)
            looked_at.append(occasion.pk)
    # All at once, and last: what a dead worker leaves is looked at again, and each rule runs once on each event.
    Occasion.objects.filter(pk__in=looked_at).delete()
    return True


def prune(at: datetime | None = None) -> bool:
    """Forget some runs of long ago; False if there are none."""
    at = at or now()
    return any([_forget(outcome, at - kept) for outcome, kept in KEPT.items()])


def _forget(outcome: str, before: datetime) -> bool:
    return forget(RuleRun.objects.filter(outcome=outcome, at__lt=before).order_by("at"))


def _look(occasion: Occasion, book: Book, at: datetime) -> None:
    event, rule = occasion.event, occasion.rule
    if rule:
        is_over = rule.hears(event) and not _happened_again(rule, event)
        rules = [rule] if is_over else []
    else:
        rules = [each for each in _ACTIVE() if each.hears(event) and not each.after]
    if _ALIVE(event.about_id):
        run(rules, event, book=book, at=at)


def _happened_again(rule: Rule, event: Event) -> bool:
    """Whether the time has begun anew: a later event of the rule's kinds has an occasion of its own."""
    later = Event.objects.filter(about=event.about, about_id=event.about_id, id__gt=event.pk)
    return later.filter(kind__in=rule.kinds).exists()


def run(rules: list[Rule], event: Event, *, book: Book, at: datetime) -> list[RuleRun]:
    """Run rules on an event, in order, each once, however often and by however many workers this is called.

    The runs, be they earlier ones; none of a rule that itself caused the event. Those that did not apply, which are
    most, are written down together: a transaction for each would be most of the work.
    """
    cause = RuleRun.objects.that_caused(event)
    known = {each.rule_id: each for each in _RUNS(event.pk)}
    done: list[RuleRun] = []
    subject = _subject(event, at)
    for rule in rules:
        if cause and cause.rule_id == rule.pk:
            continue
        depth = cause.depth + 1 if cause else 1
        started = RuleRun(rule=rule, event=event, ticket_id=event.about_id, at=at, depth=depth)
        done.append(known.get(rule.pk) or _run_one(started, subject, book))
        if rule.is_last and done[-1].has_held:
            break
        if done[-1].has_held:
            subject = _subject(event, at)
    RuleRun.objects.bulk_create([each for each in done if each.pk is None], ignore_conflicts=True)
    return done


def _run_one(started: RuleRun, subject: Subject, book: Book) -> RuleRun:
    try:
        if refusal := _refusal(started, subject, book):
            return refusal
        with transaction.atomic():
            insert(started)
            return _carry_out(started, book)
    except OperationalError:
        # The store's trouble, not the rule's: the lease ends, and it is tried again.
        raise
    except Exception as failure:  # noqa: BLE001 whatever it is, it stands in the log of the rule, and counts
        # A constraint may have said that another worker was faster; nothing of ours is left then.
        faster = RuleRun.objects.filter(rule=started.rule, event=started.event).first()
        return (isinstance(failure, IntegrityError) and faster) or _fail(started, failure)


def _subject(event: Event, at: datetime) -> Subject:
    return Subject(_TICKETS(event.about_id)[0], event, at)


def _refusal(started: RuleRun, subject: Subject, book: Book) -> RuleRun | None:
    """The run with the reason why the rule does not apply; None if it does."""
    if started.depth > CHAIN:
        started.why = Why.CHAIN
        return started
    started.failing = first_failing(started.rule.conditions, subject, book)
    started.why = Why.CONDITION if started.failing else ""
    return started if started.failing else None


def _carry_out(started: RuleRun, book: Book) -> RuleRun:
    """Do what the rule says, if its conditions still hold now that nobody else writes down this run."""
    rule, at, subject = started.rule, started.at, _subject(started.event, started.at)
    if _refusal(started, subject, book):
        return started.settle(Outcome.WOULD_NOT, why=started.why, failing=started.failing)
    if rule.runs_in_a_circle(subject.ticket, at):
        rule.switch_off(by=None, why=Rule.Why.TOO_OFTEN, at=at)
        return started.settle(Outcome.WOULD_NOT, why=Why.TOO_OFTEN)
    before = _LAST()[0][0]  # there is one: the one that it runs on
    changed = [book.action(step["do"]).do(subject, step, rule, at) for step in rule.actions]
    return started.settle(Outcome.DID if any(changed) else Outcome.NOTHING, **_caused(before))


def _caused(before: int) -> dict[str, int]:
    """Where the events that this transaction recorded after one of them stand."""
    found = _OURS(before)
    return {"tx": found[0][0], "first_event": found[0][1], "last_event": found[-1][1]} if found else {}


def _fail(started: RuleRun, failure: Exception) -> RuleRun:
    rule, at = started.rule, started.at
    said = {"outcome": Outcome.FAILED, "why": Why.ERROR, "error": (str(failure) or repr(failure))[:500]}
    with transaction.atomic():
        failed, _new = RuleRun.objects.get_or_create(
            rule=rule,
            event=started.event,
            defaults={"ticket_id": started.ticket_id, "at": at, "depth": started.depth, **said},
        )
        if rule.fails_always():
            rule.switch_off(by=None, why=Rule.Why.FAILED, at=at)
    return failed
