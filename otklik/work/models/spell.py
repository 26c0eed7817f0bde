"""Time that somebody spent on a ticket: written down by hand, or counted by a timer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.models import Company, Member
from otklik.tickets.models import Ticket
from otklik.work.durations import LONGEST
from otklik.work.errors import FutureDay

NOTE_MAX = 250  # characters


class SpellQuerySet(models.QuerySet["Spell"]):
    def visible_to(self, member: Member) -> SpellQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(member))

    def running(self) -> SpellQuerySet:
        return self.filter(minutes=None)

    def over(self) -> SpellQuerySet:
        return self.exclude(minutes=None)


class Spell(models.Model):
    """`minutes` are null while its timer runs; `day` is by the company’s clock, `began_at` of a timer’s spell alone."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="spells")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="spells")
    minutes = models.PositiveSmallIntegerField(null=True)
    day = models.DateField()
    note = models.CharField(max_length=NOTE_MAX, blank=True)
    began_at = models.DateTimeField(null=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=models.Q(minutes=None), name="spell_one_timer")
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.minutes}"

    def change(self, *, minutes: int, day: date, note: str, by: Member, at: datetime | None = None) -> bool:
        """Correct what one wrote down oneself; whether that is something else. Raises FutureDay."""
        at, note = at or now(), _clean(note)
        _refuse_future(day, at)
        wanted = {"minutes": minutes, "day": day, "note": note}
        mine = Spell.objects.over().filter(pk=self.pk, member=by)
        with transaction.atomic():
            if not mine.exclude(**wanted).update(**wanted):
                return False
            record("spell.changed", self.ticket, by=by, at=at, before=self.minutes, after=minutes)
        self.minutes, self.day, self.note = minutes, day, note
        return True

    def remove(self, *, by: Member, at: datetime | None = None) -> bool:
        """Take back what one wrote down oneself; False if it is gone, or another’s."""
        with transaction.atomic():
            gone, _rows = Spell.objects.over().filter(pk=self.pk, member=by).delete()
            if gone:
                record("spell.removed", self.ticket, by=by, at=at, minutes=self.minutes)
        return bool(gone)


def spend(
    ticket: Ticket, minutes: int, *, by: Member, day: date | None = None, note: str = "", at: datetime | None = None
) -> Spell:
    """Write down time, of today unless a day is named. Raises FutureDay."""
    at = at or now()
    day = day or _today(at)
    _refuse_future(day, at)
    with transaction.atomic():
        spell = Spell.objects.create(ticket=ticket, member=by, minutes=minutes, day=day, note=_clean(note))
        record("spell.added", ticket, by=by, at=at, minutes=minutes)
    return spell


def start_timer(ticket: Ticket, *, by: Member, at: datetime | None = None) -> bool:
    """Begin to count; a timer of theirs that runs on another ticket is stopped. False if it runs here already."""
    at = at or now()
    with transaction.atomic():
        # Their timers begin one after another: of two presses the second finds what the first began.
        Member.objects.select_for_update().get(pk=by.pk)
        if Spell.objects.running().filter(member=by, ticket=ticket).exists():
            return False
        stop_timer(by=by, at=at)
        Spell.objects.create(ticket=ticket, member=by, day=_today(at), began_at=at)
    return True


def stop_timer(*, by: Member, at: datetime | None = None) -> Spell | None:
    """Write down what the member’s timer counted, in begun minutes and a day at most; None if none runs."""
    at = at or now()
    spell = Spell.objects.running().filter(member=by).select_related("ticket").first()
    if spell is None or spell.began_at is None:
        return None
    minutes = min(max(-(-(at - spell.began_at) // timedelta(minutes=1)), 1), LONGEST)
    with transaction.atomic():
        if not Spell.objects.running().filter(pk=spell.pk).update(minutes=minutes):
            return None
        record("spell.added", spell.ticket, by=by, at=at, minutes=minutes)
    spell.minutes = minutes
    return spell


def drop_timer(*, by: Member) -> bool:
    """Forget what the member’s timer counted; False if none runs."""
    gone, _rows = Spell.objects.running().filter(member=by).delete()
    return bool(gone)


def _today(at: datetime) -> date:
    return at.astimezone(Company.current().zone).date()


def _refuse_future(day: date, at: datetime) -> None:
    if day > _today(at):
        raise FutureDay


def _clean(note: str) -> str:
    return " ".join(note.replace("\0", "").split())[:NOTE_MAX]
