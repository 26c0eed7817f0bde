"""The escalation ladder of an agreement: its steps as rows of a form, and in words with the times they would come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from otklik.calendars.writing import length_text, read_length
from otklik.sla.models import Clock, Metric, Policy, Step, Target
from otklik.staff.models import Member, Team

MEMBER, TEAM = "member", "team"  # how a value of “whom” begins
Action = Step.Action
NAMES_A_TEAM = (Action.TELL_TEAM, Action.HAND_OVER)
EMPTY_ROWS = 2


class StepForm(forms.ModelForm[Step]):
    """One step. A row without an action is none."""

    late = forms.CharField(label=_("and so long after that"), required=False, max_length=40)
    whom = forms.ChoiceField(label=_("Member or team"), required=False)

    class Meta:
        model = Step
        fields = ["metric", "share_percent", "action", "in_working_time"]
        labels = {"action": _("What happens")}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        step = self.instance
        self.fields["action"].required = False
        self.fields["metric"].choices = [("", _("any promise")), *Metric.choices]  # type: ignore[attr-defined]
        self.fields["share_percent"].widget.attrs["max"] = 1000
        self.fields["whom"].choices = _people()  # type: ignore[attr-defined]
        self.initial["late"] = length_text(step.plus) if step.plus else ""
        named = (MEMBER, step.member_id) if step.member_id else (TEAM, step.team_id)
        self.initial["whom"] = f"{named[0]}:{named[1]}" if named[1] else ""

    def clean_late(self) -> timedelta:
        text = str(self.cleaned_data["late"]).strip()
        return read_length(text, day=timedelta(days=1)) if text else timedelta()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        kind, _colon, number = str(said.get("whom") or "").partition(":")
        action = said.get("action")
        if action == Action.TELL_MEMBER and kind != MEMBER:
            self.add_error("whom", _("Choose a member: somebody has to be told."))
        if action in NAMES_A_TEAM and kind != TEAM:
            self.add_error("whom", _("Choose a team."))
        said["member_id"] = int(number) if action == Action.TELL_MEMBER and kind == MEMBER else None
        said["team_id"] = int(number) if action in NAMES_A_TEAM and kind == TEAM else None
        return said

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        kept = {name: said[name] for name in (*self.Meta.fields, "member_id", "team_id")}
        return kept | {"plus": said["late"]}


def _people() -> list[tuple[str, Any]]:
    members = Member.objects.active().values_list("pk", "name")
    return [
        ("", "–"),
        (str(_("Members")), [(f"{MEMBER}:{pk}", name) for pk, name in members]),
        (str(_("Teams")), [(f"{TEAM}:{pk}", name) for pk, name in Team.objects.values_list("pk", "name")]),
    ]


class Rows(forms.BaseModelFormSet[Step, StepForm]):
    """All steps of a policy, and some empty rows."""

    def clean(self) -> None:
        if any(form.errors for form in self.forms):
            raise ValidationError(_("A step of the ladder is not right; look at what is marked."))


LadderForm = forms.modelformset_factory(Step, form=StepForm, formset=Rows, extra=EMPTY_ROWS, max_num=30)


def ladder_form(policy: Policy | None, posted: Any) -> Any:
    steps = policy.steps.all() if policy else Step.objects.none()
    return LadderForm(posted, queryset=steps, prefix="ladder")


def keep_ladder(policy: Policy, rows: Any, *, at: datetime | None = None) -> bool:
    """Make the policy's steps what the rows say; False if they are so.

    A step that is new or other than it was acts on moments from now on, and running clocks lay their rungs anew.
    """
    at, changed = at or now(), False
    for form in rows.forms:
        said, row = form.cleaned_data, policy.steps.filter(pk=form.instance.pk)
        if not form.has_changed() or not (said.get("action") or form.instance.pk):
            continue
        changed = True
        if not said["action"]:
            row.delete()
        elif not row.update(**form.values(), since=at):
            Step.objects.create(policy=policy, **form.values(), since=at)
    if changed:
        Clock.objects.going().filter(policy=policy).update(laid_for=None)
    return changed


def in_words(policy: Policy, *, at: datetime | None = None) -> list[str]:
    """Each step as a sentence, with the times at which it would come for a ticket opened now."""
    at = at or now()
    targets = sorted(policy.targets.all(), key=lambda target: Metric.values.index(target.metric))
    steps = policy.steps.select_related("member", "team")
    return [_sentence(step, [target for target in targets if _concerns(step, target)], at) for step in steps]


def _concerns(step: Step, target: Target) -> bool:
    return step.metric in ("", target.metric) and target.priority is None and not target.line


def _sentence(step: Step, targets: list[Target], at: datetime) -> str:
    facts = {"when": _when(step), "what": _what(step), "times": "; ".join(_times(step, targets, at))}
    if not targets:
        return gettext("%(when)s: %(what)s.") % facts
    return gettext("%(when)s: %(what)s. For a ticket opened now: %(times)s.") % facts


def _when(step: Step) -> str:
    facts = {"share": step.share_percent, "late": length_text(step.plus)}
    if step.plus and step.share_percent == 100:
        return gettext("%(late)s after the deadline") % facts
    if step.plus:
        return gettext("%(late)s after %(share)s %% of the time") % facts
    return gettext("At the deadline") if step.share_percent == 100 else gettext("At %(share)s %% of the time") % facts


def _what(step: Step) -> str:
    facts = {"action": step.get_action_display(), "name": step.member or step.team}
    return gettext("%(action)s (%(name)s)") % facts if facts["name"] else str(facts["action"])


def _times(step: Step, targets: list[Target], at: datetime) -> Iterator[str]:
    """“Resolution 16:20”, for each promise that the step climbs."""
    for target in targets:
        moment = target.counted_in.working_time(at).due(at, target.length * step.share_percent / 100 + step.plus)
        if moment:
            local = localtime(moment)
            form = "H:i" if local.date() == localtime(at).date() else pgettext("date and hour", "j E, H:i")
            yield f"{target.get_metric_display()} {date_format(local, form)}"
