"""Approvals at the desk: what waits for whom, and the rules that ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.approvals.models import Approval, ApprovalRule, ApprovalStep, Ask
from otklik.calendars.writing import length_text, read_length
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .choosing import WithConditions
from .choosing import in_words as conditions_in_words
from .settings import tell

EMPTY_ROWS = 2
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shown:
    """An approval as one member sees it."""

    approval: Approval
    asks: list[Ask]
    may_decide: bool
    may_withdraw: bool

    @property
    def waits_for(self) -> list[Ask]:
        return [ask for ask in self.asks if ask.step == self.approval.step and ask.is_yes is None]


def _shown(approvals: QuerySet[Approval], member: Member) -> list[Shown]:
    asks = Prefetch("asks", queryset=Ask.objects.select_related("member"))
    return [_as_seen(one, member) for one in approvals.select_related("rule", "member").prefetch_related(asks)]


def _as_seen(approval: Approval, member: Member) -> Shown:
    asks, waits = list(approval.asks.all()), approval.ended_at is None
    mine = any(ask.member_id == member.pk and ask.step == approval.step and ask.is_yes is None for ask in asks)
    return Shown(approval, asks, waits and (mine or member.is_administrator), waits and approval.may_withdraw(member))


def of_ticket(ticket: Ticket, member: Member) -> list[Shown]:
    """What the ticket waits for; else its last approval."""
    mine = Approval.objects.filter(ticket=ticket)
    return _shown(mine.waiting(), member) or _shown(mine.filter(pk__in=mine.order_by("-pk").values("pk")[:1]), member)


def waiting_for(member: Member) -> list[Shown]:
    """What a member is asked for, the oldest first."""
    asked = Ask.objects.filter(member=member, is_yes=None).values("approval")
    waiting = Approval.objects.waiting().filter(pk__in=asked).select_related("ticket__client", "ticket__team")
    return [shown for shown in _shown(waiting, member) if any(ask.member_id == member.pk for ask in shown.waits_for)]


def decidable(member: Member) -> QuerySet[Approval]:
    """What a member may answer: what they were asked for, whatever ticket it is on; an administrator anything."""
    every = Approval.objects.select_related("ticket")
    return every if member.is_administrator else every.filter(asks__member=member).distinct()


class RuleForm(WithConditions[ApprovalRule]):
    """The rule with its conditions; the steps are rows beside it."""

    before = forms.MultipleChoiceField(
        label=_("From the states"), choices=Ticket.State.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen means all states."),
    )  # fmt: skip
    after = forms.MultipleChoiceField(
        label=_("To the states"), choices=Ticket.State.choices, widget=forms.CheckboxSelectMultiple
    )
    expires = forms.CharField(
        label=_("Expires after"), required=False, max_length=40, help_text=_("For example 2 d. Empty: never.")
    )

    class Meta:
        model = ApprovalRule
        fields = ["name", "position", "calendar", "is_active"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        rule = self.instance
        expires = length_text(rule.expires_after, day=self._day(rule.calendar)) if rule.expires_after else ""
        self.initial.update({"before": rule.before, "after": rule.after, "expires": expires})
        self.fields["calendar"].label = _("Time is counted by the calendar")
        self.fields["calendar"].help_text = _("Empty: round the clock.")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        text = str(said.get("expires") or "").strip()
        try:
            said["expires_after"] = read_length(text, day=self._day(said.get("calendar"))) if text else None
        except ValidationError as wrong:
            self.add_error("expires", wrong)
        return said

    @staticmethod
    def _day(calendar: Any) -> timedelta:
        return calendar.usual_day if calendar else A_DAY

    def keep(self, steps: Any, *, by: Member) -> ApprovalRule:
        names = (*self.Meta.fields, "conditions", "before", "after", "expires_after")
        said = {name: self.cleaned_data[name] for name in names}
        with transaction.atomic():
            if self.instance.pk is None:
                kept = ApprovalRule.objects.create(**said)
            else:
                ApprovalRule.objects.filter(pk=self.instance.pk).update(**said)
                kept = ApprovalRule.objects.get(pk=self.instance.pk)
            _keep_steps(kept, steps)
            tell("approvals", kept, by=by)
        return kept


class StepForm(forms.ModelForm[ApprovalStep]):
    """One step. A row that says nobody is none."""

    class Meta:
        model = ApprovalStep
        fields = ["who", "role", "members", "needs_all"]
        widgets = {"members": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["who"].required = False
        self.fields["who"].choices = [("", "–"), *ApprovalStep.Who.choices]  # type: ignore[attr-defined]
        self.fields["members"].queryset = Member.objects.active()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        who = said.get("who")
        if who == ApprovalStep.Who.ROLE and not said.get("role"):
            self.add_error("role", _("Choose a role."))
        if who == ApprovalStep.Who.MEMBERS and not said.get("members"):
            self.add_error("members", _("Choose at least one member."))
        return said


Steps = forms.modelformset_factory(ApprovalStep, form=StepForm, extra=EMPTY_ROWS, max_num=10)


def steps_form(rule: ApprovalRule | None, posted: Any) -> Any:
    rows = rule.steps.all() if rule else ApprovalStep.objects.none()
    return Steps(posted, queryset=rows, prefix="steps")


def _keep_steps(rule: ApprovalRule, rows: Any) -> None:
    """The steps as the rows say, numbered in their order."""
    rule.steps.all().delete()
    said = [form.cleaned_data for form in rows.forms if form.cleaned_data.get("who")]
    for position, each in enumerate(said):
        plain = {name: each[name] for name in ("who", "role", "needs_all")}
        step = ApprovalStep.objects.create(rule=rule, position=position, **plain)
        step.members.set(each["members"] if each["who"] == ApprovalStep.Who.MEMBERS else ())


def in_words(rule: ApprovalRule) -> list[str]:
    """What a rule is for and whom it asks, a sentence each."""
    return [*_sentences(rule)] if rule.is_active else [gettext("It is not in force.")]


def _sentences(rule: ApprovalRule) -> Iterator[str]:
    yield from conditions_in_words(rule.conditions)
    facts = {"before": _states(rule.before) or gettext("any state"), "after": _states(rule.after)}
    yield gettext("From %(before)s to %(after)s.") % facts
    for number, step in enumerate(rule.steps.all(), start=1):
        yield gettext("Step %(number)s: %(who)s.") % {"number": number, "who": _who(step)}
    if not rule.steps.all():
        yield gettext("It asks nobody yet, so it holds nothing back.")


def _states(states: list[str]) -> str:
    return str(get_text_list([str(Ticket.State(state).label) for state in states], gettext("or")))


def _who(step: ApprovalStep) -> str:
    names = [str(member) for member in step.members.all()]
    if step.who == ApprovalStep.Who.ROLE:
        names = [str(step.get_role_display())]
    last = gettext("and") if step.needs_all else gettext("or")
    return str(get_text_list(names, last)) if names else str(step.get_who_display())
