"""Running rules: each on each event once, in a transaction of its own, never in circles."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils.timezone import now

from otklik.journal.models import Event, TransactionId
from otklik.lib.ruling import Subject
from otklik.tickets.models import Ticket

from .book import Book, rulebook
from .judging import first_failing
from .models import Occasion, Rule, RuleRun

BATCH = 20
CHAIN = 5  # rules that may set each other off
PRUNED = 500  # rows at a time
# How long it is remembered what rules did; that one did not apply, which is most of it, not so long.
KEPT = {
    RuleRun.Outcome.WOULD_NOT: timedelta(days=7),
    RuleRun.Outcome.NOTHING: timedelta(days=7),
    RuleRun.Outcome.DID: timedelta(days=90),
    RuleRun.Outcome.FAILED: timedelta(days=90),
}
Outcome, Why = RuleRun.Outcome, RuleRun.Why


def run_due(at: datetime | None = None) -> bool:
    """Let rules look at a few events that wait for them; False if none does."""
    at = at or now()
    due = list(Occasion.objects.due(at).select_related("event", "rule")[:BATCH])
    if not due:
        return False
    book = rulebook()
    for occasion in due:
        if occasion.claim(at=at):
            _look(occasion, book, at)
            Occasion.objects.filter(pk=occasion.pk).delete()
    return True


def prune(at: datetime | None = None) -> bool:
    """Forget some runs of long ago; False if there are none."""
    at = at or now()
    return any([_forget(outcome, at - kept) for outcome, kept in KEPT.items()])


def _forget(outcome: str, before: datetime) -> bool:
    old = RuleRun.objects.filter(outcome=outcome, at__lt=before).order_by("at")[:PRUNED]
    gone, _rows = RuleRun.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return bool(gone)


def _look(occasion: Occasion, book: Book, at: datetime) -> None:
    event = occasion.event
    if not Ticket.objects.filter(pk=event.about_id, merged_into=None).exists():
        return
    if occasion.rule:
        if occasion.rule.hears(event) and not _happened_again(occasion.rule, event):
            run(occasion.rule, event, book=book, at=at)
        return
    for rule in Rule.objects.active():
        if rule.hears(event) and not rule.after:
            done = run(rule, event, book=book, at=at)
            if rule.is_last and done and done.has_held:
                break


def _happened_again(rule: Rule, event: Event) -> bool:
    """Whether the time has begun anew: a later event of the rule's kinds has an occasion of its own."""
    later = Event.objects.filter(about=event.about, about_id=event.about_id, id__gt=event.pk)
    return later.filter(kind__in=rule.kinds).exists()


def run(rule: Rule, event: Event, *, book: Book, at: datetime) -> RuleRun | None:
    """Run one rule on one event, once, however often and by how many workers this is called.

    None if the rule itself caused the event; else the run, be it an earlier one.
    """
    cause = RuleRun.objects.that_caused(event)
    if cause and cause.rule_id == rule.pk:
        return None
    started = RuleRun(rule=rule, event=event, ticket_id=event.about_id, at=at, depth=cause.depth + 1 if cause else 1)
    if known := _known(started):
        return known
    try:
        with transaction.atomic():
            started.save(force_insert=True)
            return _carry_out(started, book)
    except OperationalError:
        # The store's trouble, not the rule's: the lease ends, and it is tried again.
        raise
    except Exception as failure:  # noqa: BLE001 whatever it is, it stands in the log of the rule, and counts
        # A constraint may have said that another worker was faster; nothing of ours is left then.
        return (isinstance(failure, IntegrityError) and _known(started)) or _fail(started, failure)


def _known(started: RuleRun) -> RuleRun | None:
    return RuleRun.objects.filter(rule=started.rule, event=started.event).first()


def _carry_out(started: RuleRun, book: Book) -> RuleRun:
    rule, at = started.rule, started.at
    ticket = Ticket.objects.select_related("client", "team", "assignee").get(pk=started.ticket_id)
    if started.depth > CHAIN:
        return started.settle(Outcome.WOULD_NOT, why=Why.CHAIN)
    subject = Subject(ticket, started.event, at)
    if failing := first_failing(rule.conditions, subject, book):
        return started.settle(Outcome.WOULD_NOT, why=Why.CONDITION, failing=failing)
    if rule.runs_in_a_circle(ticket, at):
        rule.switch_off(by=None, why=Rule.Why.TOO_OFTEN, at=at)
        return started.settle(Outcome.WOULD_NOT, why=Why.TOO_OFTEN)
    before = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    changed = [book.action(step["do"]).do(subject, step, rule, at) for step in rule.actions]
    return started.settle(Outcome.DID if any(changed) else Outcome.NOTHING, **_caused(before))


def _caused(before: int) -> dict[str, int]:
    """Where the events that this transaction recorded after one of them stand."""
    ours = Event.objects.filter(id__gt=before, tx=TransactionId()).order_by("id").values_list("tx", "id")
    found = list(ours)
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
