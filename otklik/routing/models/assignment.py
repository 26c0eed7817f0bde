"""How the tickets of a team find their assignee, and how much each ticket weighs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Member, Team

DECIDED = ("way", "same_person_first", "minds_presence", "taken_within", "on_leave", "waiting_stay", "away_after")
SETTLING = timedelta(seconds=3)  # after a change, until every process knows of it; see setup.py


class Assignment(models.Model):
    """One team's way. `due_at` is when its queue is to be looked at, `sweep_at` when what it changed is."""

    class Way(models.TextChoices):
        BY_HAND = "by_hand", _("By hand")
        IN_TURN = "in_turn", _("In turn")
        LEAST_LOADED = "least_loaded", _("To whoever has the least to do")

    class OnLeave(models.TextChoices):
        SUBSTITUTE = "substitute", _("To the substitute; without one back to the team")
        BACK = "back", _("Back to the team")
        STAY = "stay", _("They stay")

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="assignment")
    way = models.CharField(_("how tickets find an assignee"), max_length=15, choices=Way, default=Way.BY_HAND)
    same_person_first = models.BooleanField(
        _("first whoever answered this client last time"), default=False, help_text=_("If they can take it.")
    )
    minds_presence = models.BooleanField(
        _("only members who are at the desk"),
        default=True,
        help_text=_("Otherwise working time and leave alone count."),
    )
    taken_within = models.DurationField(
        _("taken within"),
        null=True,
        blank=True,
        help_text=_("The head is told of a ticket that nobody has for so long, in the team’s working time."),
    )
    on_leave = models.CharField(
        _("when a member goes on leave, their tickets"), max_length=12, choices=OnLeave, default=OnLeave.SUBSTITUTE
    )
    waiting_stay = models.BooleanField(
        _("tickets that wait for somebody else stay until there is an answer"), default=True
    )
    away_after = models.DurationField(
        _("away for"),
        null=True,
        blank=True,
        help_text=_("Tickets with an unanswered client are taken back from a member who is away for so long."),
    )
    given = models.BigIntegerField(default=0, editable=False)  # turns so far
    due_at = models.DateTimeField(null=True, editable=False)
    sweep_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="assignment_due"),
            models.Index(fields=["sweep_at"], condition=Q(sweep_at__isnull=False), name="assignment_sweep"),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.get_way_display()}"

    @classmethod
    def of(cls, team: Team) -> Assignment:
        """The team's way; of one that says nothing, the usual one, which is not kept yet."""
        return cls.objects.filter(team=team).first() or cls(team=team)

    @property
    def is_automatic(self) -> bool:
        """Whether some tickets find an assignee by themselves."""
        return self.way != self.Way.BY_HAND or self.same_person_first

    @property
    def keeps_watch(self) -> bool:
        """Whether a ticket that nobody has must be known of."""
        return self.is_automatic or self.taken_within is not None

    def tell_at(self, since: datetime) -> datetime | None:
        """When the head is told of a ticket that waits since a time; None if never."""
        if self.taken_within is None:
            return None
        calendar = self.team.calendar
        if calendar is None:
            return since + self.taken_within
        return calendar.working_time(since).due(since, self.taken_within)

    def keep(self, at: datetime | None = None) -> None:
        """Write down what was decided; the tickets that it concerns are looked at soon."""
        said = {name: getattr(self, name) for name in DECIDED}
        Assignment.objects.update_or_create(team=self.team, defaults={**said, "sweep_at": (at or now()) + SETTLING})


class Turn(models.Model):
    """Which of the team's turns a member had last: whoever's is the longest ago is next."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "member"], name="turn_once")]


class Weight(models.Model):
    """How much a ticket of a kind of channel, or of a priority, counts in what somebody has to do; 1 unless said."""

    class About(models.TextChoices):
        CHANNEL = "channel", _("Channel")
        PRIORITY = "priority", _("Priority")

    about = models.CharField(max_length=10, choices=About)
    key = models.CharField(max_length=20)
    weight = models.PositiveSmallIntegerField(_("weight"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "key"], name="weight_once")]
