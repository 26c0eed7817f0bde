"""Changing many tickets: a few at a time, each once, with the rights that the member has at that moment."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils.timezone import now, override
from django.utils.translation import gettext as _
from django.utils.translation import override as speaking

from otklik.lib.errors import OtklikError
from otklik.lib.ruling import Action, Subject
from otklik.staff.models import Company

from .deeds import REFUSALS, checked, do, in_words, why_held
from .models import Bulk, BulkRow, Ticket
from .models.bulk import KEPT

BATCH = 25  # tickets in one transaction
Outcome = BulkRow.Outcome

log = logging.getLogger(__name__)


def work_on(at: datetime | None = None) -> bool:
    """A duty: do a few rows of the wish that has waited longest; False if none waits."""
    at = at or now()
    bulk = Bulk.objects.due(at).select_related("member").first()
    return bulk is not None and work_off(bulk, at=at)


def work_off(bulk: Bulk, *, at: datetime) -> bool:
    """Do the next BATCH of rows; False if another worker has this wish, or it has ended."""
    if not bulk.claim(at=at):
        return False
    with override(Company.current().zone), speaking(bulk.member.language):
        left = _batch(bulk, at)
    ends = {"ended_at": at, "due_at": None} if not left else {"due_at": at}
    Bulk.objects.filter(pk=bulk.pk).update(**ends)
    bulk.refresh_from_db()
    return True


def _batch(bulk: Bulk, at: datetime) -> bool:
    """Whether rows are left afterwards."""
    waiting = bulk.rows.filter(outcome=Outcome.WAITS).order_by("pk")
    if Bulk.objects.filter(pk=bulk.pk).exclude(stopped_at=None).exists():
        return False
    try:
        known = checked(bulk.steps)
    except OtklikError as refusal:
        waiting.update(outcome=Outcome.REFUSED, why=str(refusal))
        return False
    with transaction.atomic():
        # Locked: should the lease run out meanwhile, another worker waits here and finds these rows done.
        rows = list(waiting.select_for_update()[:BATCH])
        visible = Ticket.objects.visible_to(bulk.member).with_people().in_bulk([row.ticket_id for row in rows])
        for row in rows:
            outcome, why = _row(bulk, visible.get(row.ticket_id), known, at)
            BulkRow.objects.filter(pk=row.pk).update(outcome=outcome, why=why)
    return waiting.exists()


def _row(bulk: Bulk, ticket: Ticket | None, known: dict[str, Action], at: datetime) -> tuple[str, str]:
    """What became of one ticket, and why not. It is changed as wished or not at all."""
    if ticket is None or not bulk.member.can_answer:
        return Outcome.REFUSED, _("You may not change this ticket.")
    try:
        with transaction.atomic():
            changed = do(bulk.steps, Subject(ticket, None, at), by=bulk.member, known=known)
    except REFUSALS as refusal:
        return Outcome.REFUSED, in_words(refusal)
    except OperationalError:
        raise  # the store’s trouble, not the ticket’s: the lease ends, and it is tried again
    except Exception:
        log.exception("%s could not be changed as %s wished.", ticket, bulk.member)
        return Outcome.REFUSED, _("It could not be done because of a fault in Otklik. The log of the server says more.")
    held = next((step["value"] for step in bulk.steps if step["do"] == "state" and step["value"] != ticket.state), "")
    if held:
        return Outcome.REFUSED, why_held(ticket, held)
    return (Outcome.CHANGED if changed else Outcome.SAME), ""


def forget(at: datetime | None = None) -> bool:
    """Forget one wish of long ago; what was done stays, and is told by the journal. False if there is none."""
    old = Bulk.objects.filter(ended_at__lt=(at or now()) - KEPT).order_by("ended_at").first()
    return old is not None and bool(old.delete()[0])
