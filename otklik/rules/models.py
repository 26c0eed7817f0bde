"""Rules, what they have still to look at, and what each run of them did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.prepared import Change, Columns, Question, set_columns
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

LEASE = timedelta(minutes=2)
OFTEN = 10  # on one ticket within an hour: a rule that does more runs in a circle
FAILURES = 5  # in a row
AN_HOUR = timedelta(hours=1)


class RuleQuerySet(models.QuerySet["Rule"]):
    def active(self) -> RuleQuerySet:
        return self.filter(is_active=True)


class Rule(models.Model):
    """When one of `kinds` happens, and so long `after` it, if `conditions` hold, do `actions`, in order of position.

    `counted_by` names a calendar that the time is counted in; empty, it is plain time. Events of before
    `active_since` are none of its business.
    """

    journal_name = "rule"

    class Why(models.TextChoices):
        """Why a rule switched itself off."""

        TOO_OFTEN = "too_often", _("It did something on one ticket more than ten times within an hour.")
        FAILED = "failed", _("It failed five times in a row.")
        NO_CALENDAR = "no_calendar", _("The calendar that its time was counted by does not exist any more.")

    name = models.CharField(_("name"), max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=10, help_text=_("Rules go by this number."))
    kinds = models.JSONField(_("when"), default=list)
    after = models.DurationField(_("after so long"), default=timedelta)
    counted_by = models.CharField(_("time is counted"), max_length=40, blank=True)
    conditions = models.JSONField(_("if"), default=dict, blank=True)
    actions = models.JSONField(_("then"), default=list)
    is_last = models.BooleanField(
        _("later rules do not run"), default=False, help_text=_("When this one holds, on the same event.")
    )
    is_active = models.BooleanField(_("switched on"), default=False, editable=False)
    active_since = models.DateTimeField(default=now, editable=False)
    switched_off_at = models.DateTimeField(null=True, editable=False)
    switched_off_why = models.CharField(max_length=12, choices=Why, blank=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def hears(self, event: Event) -> bool:
        return self.is_active and event.kind in self.kinds and event.at >= self.active_since

    @classmethod
    def make(cls, values: dict[str, Any], *, by: Member | None, at: datetime | None = None) -> Rule:
        """A new rule, switched off: whoever made it looks at a dry run first."""
        with transaction.atomic():
            rule = cls.objects.create(**values)
            record("rule.made", rule, by=by, at=at)
        return rule

    def remove(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Forget the rule and its log; what it did stays. False if somebody had."""
        with transaction.atomic():
            record("rule.removed", self, by=by, at=at)
            _rows, gone = Rule.objects.filter(pk=self.pk).delete()
            if not gone.get("rules.Rule"):
                transaction.set_rollback(True)
                return False
        return True

    def change(self, values: dict[str, Any], *, by: Member | None, at: datetime | None = None) -> None:
        """Say something else from now on."""
        with transaction.atomic():
            Rule.objects.filter(pk=self.pk).update(**values)
            record("rule.changed", self, by=by, at=at)
        self.refresh_from_db()

    def switch_on(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Let it run on what happens from now on; False if it does."""
        at = at or now()
        fresh: dict[str, Any] = {"switched_off_at": None, "switched_off_why": ""}
        with transaction.atomic():
            off = Rule.objects.filter(pk=self.pk, is_active=False)
            if not off.update(is_active=True, active_since=at, **fresh):
                return False
            record("rule.switched_on", self, by=by, at=at)
        self.refresh_from_db()
        return True

    def switch_off(self, *, by: Member | None, why: str = "", at: datetime | None = None) -> bool:
        """Let it run no more; `why` when it does so by itself. False if it did not run."""
        at = at or now()
        with transaction.atomic():
            running = Rule.objects.filter(pk=self.pk, is_active=True)
            if not running.update(is_active=False, switched_off_at=at, switched_off_why=why):
                return False
            record("rule.switched_off", self, by=by, at=at, why=why or None)
        self.refresh_from_db()
        return True

    def runs_in_a_circle(self, ticket: Ticket, at: datetime) -> bool:
        since = max(self.active_since, at - AN_HOUR)
        return len(_DEEDS(self.pk, ticket.pk, since)) >= OFTEN

    def fails_always(self) -> bool:
        """Whether the last runs that came as far as acting all failed."""
        acted = self.runs.filter(at__gte=self.active_since).exclude(outcome=RuleRun.Outcome.WOULD_NOT)
        last = list(acted.order_by("-pk").values_list("outcome", flat=True)[:FAILURES])
        return last == [RuleRun.Outcome.FAILED] * FAILURES


class OccasionQuerySet(models.QuerySet["Occasion"]):
    def due(self, at: datetime) -> OccasionQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Occasion(models.Model):
    """An event that has still to be looked at: by all rules that act at once, or by one `rule` whose time will come."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="occasions")
    due_at = models.DateTimeField()

    objects = OccasionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "rule"], name="occasion_once"),
            models.UniqueConstraint(fields=["event"], condition=Q(rule=None), name="occasion_for_all_once"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="occasion_due")]

    def claim(self, *, at: datetime) -> bool:
        """Take it for the length of LEASE; False if another worker has it."""
        return bool(_CLAIM(self.pk, self.due_at, at + LEASE))


class RuleRunQuerySet(models.QuerySet["RuleRun"]):
    def that_caused(self, event: Event) -> RuleRun | None:
        """The run in whose transaction an event was recorded."""
        return _THAT_CAUSED.first(event.tx, event.pk)


class RuleRun(models.Model):
    """What one rule did about one event.

    The events that it caused are those of `tx` from `first_event` to `last_event`: a transaction of PostgreSQL has
    its own number, and on SQLite nobody else writes in between.
    """

    class Outcome(models.TextChoices):
        DID = "did", _("Did something")
        NOTHING = "nothing", _("All was so already")
        WOULD_NOT = "would_not", _("Did not apply")
        FAILED = "failed", _("Failed")

    class Why(models.TextChoices):
        CONDITION = "condition", _("A condition did not hold")
        CHAIN = "chain", _("Too many rules set each other off")
        TOO_OFTEN = "too_often", _("It ran too often on this ticket")
        ERROR = "error", _("An action could not be done")

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    depth = models.PositiveSmallIntegerField(default=1)  # how many rules set each other off up to this run
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WOULD_NOT)
    why = models.CharField(max_length=10, choices=Why, blank=True)
    failing = models.JSONField(null=True)  # the first condition that did not hold
    error = models.TextField(blank=True)
    tx = models.BigIntegerField(default=0)
    first_event = models.BigIntegerField(null=True)
    last_event = models.BigIntegerField(null=True)

    objects = RuleRunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "event"], name="rule_run_once")]
        indexes = [
            models.Index(fields=["rule", "-id"], name="rule_run_newest"),
            models.Index(fields=["ticket", "rule", "at"], name="rule_run_ticket"),
            models.Index(fields=["tx", "last_event"], condition=Q(last_event__isnull=False), name="rule_run_caused"),
            models.Index(fields=["outcome", "at"], name="rule_run_age"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_outcome_display()}"

    @property
    def has_held(self) -> bool:
        return self.outcome in (self.Outcome.DID, self.Outcome.NOTHING)

    def caused(self, event: Event) -> bool:
        first, last = self.first_event, self.last_event
        return bool(first and last) and event.tx == self.tx and (first or 0) <= event.pk <= (last or 0)

    def settle(self, outcome: str, **values: Any) -> RuleRun:
        """Write down how it ended, in the transaction that began it."""
        settled = {"outcome": outcome, **values}
        set_columns(self, **settled)
        for name, value in settled.items():
            setattr(self, name, value)
        return self


_CLAIM = Change(
    lambda number, due_at, lease: (Occasion.objects.filter(pk=number, due_at=due_at), {"due_at": lease}),
    int,
    datetime,
    datetime,
)
_THAT_CAUSED = Question(
    lambda tx, of: RuleRun.objects.filter(tx=tx, last_event__gte=of, first_event__lte=of).order_by("last_event")[:1],
    int,
    int,
)
_DEEDS = Columns(
    lambda rule, ticket, since: (
        RuleRun.objects.filter(rule=rule, ticket=ticket, outcome=RuleRun.Outcome.DID, at__gte=since)
        .order_by()
        .values_list("pk")[:OFTEN]
    ),
    int,
    int,
    datetime,
)
