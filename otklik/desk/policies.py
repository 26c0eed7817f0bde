"""Agreements as administrators see and change them: whom they cover, what they promise, and both in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.calendars.writing import length_text, read_length
from otklik.clients.models import Organisation
from otklik.sla.models import Metric, Policy, Target
from otklik.staff.models import Member, Team
from otklik.tickets.models import Channel, Ticket

from .settings import tell

ANY = "any"
PRIORITIES = [(ANY, _("Any priority")), *((str(value), label) for value, label in reversed(Ticket.Priority.choices))]
CHOICES: dict[str, Callable[[], list[tuple[Any, Any]]]] = {
    "type": lambda: list(Ticket.Type.choices),
    "priority": lambda: list(Ticket.Priority.choices),
    "channel": lambda: list(Channel.objects.values_list("pk", "name")),
    "team": lambda: list(Team.objects.values_list("pk", "name")),
}
LABELS = {
    "type": _("Type"),
    "priority": _("Priority"),
    "channel": _("Channel"),
    "team": _("Team"),
    "organisation": _("Organisations"),
    "tag": _("Tags"),
    "client": _("Client"),
}
KEPT_APART = ("client",)  # conditions that this form does not show; it leaves them as they are


def _number(text: str) -> Any:
    return int(text) if text.isdecimal() else text


class PolicyForm(forms.ModelForm[Policy]):
    """The agreement with its conditions, and one input for each promise and priority."""

    class Meta:
        model = Policy
        fields = ["name", "position", "calendar", "is_active"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        wanted = self.instance.conditions
        for name, choices in CHOICES.items():
            self.fields[f"if-{name}"] = forms.MultipleChoiceField(
                label=LABELS[name],
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[str(value) for value in wanted.get(name, ())],
            )
        self.fields["if-organisation"] = _commas(
            LABELS["organisation"], _organisations(wanted), _("Names as they stand among the clients, with commas.")
        )
        self.fields["if-tag"] = _commas(LABELS["tag"], wanted.get("tag", ()), _("With commas; one of them is enough."))
        self._add_targets()

    def _add_targets(self) -> None:
        policy, known = self.instance, dict[tuple[str, str], str]()
        if policy.pk:
            day = policy.calendar.usual_day
            for target in policy.targets.all():
                known[target.metric, str(target.priority or ANY)] = length_text(target.length, day=day)
        for metric, label in Metric.choices:
            for priority, word in PRIORITIES:
                initial = known.get((metric, priority), "")
                name = _("%(metric)s, %(priority)s") % {"metric": label, "priority": word}
                field = forms.CharField(label=name, required=False, max_length=40, initial=initial)
                self.fields[f"{metric}-{priority}"] = field

    @property
    def conditions_shown(self) -> Iterator[forms.BoundField]:
        return (self[f"if-{name}"] for name in [*CHOICES, "organisation", "tag"])

    @property
    def rows(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The grid: a promise, and its inputs from any priority to the lowest."""
        for metric, label in Metric.choices:
            yield label, [self[f"{metric}-{priority}"] for priority, _label in PRIORITIES]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        names = [name.strip() for name in str(said.get("if-organisation") or "").split(",") if name.strip()]
        firms = dict(Organisation.objects.filter(name__in=names).values_list("name", "pk"))
        if unknown := [name for name in names if name not in firms]:
            wrong = ValidationError(_("There is no organisation “%(name)s”."), params={"name": unknown[0]})
            self.add_error("if-organisation", wrong)
        tags = [" ".join(tag.lower().split()) for tag in str(said.get("if-tag") or "").split(",") if tag.strip()]
        conditions = {name: [_number(value) for value in said.get(f"if-{name}", ())] for name in CHOICES}
        conditions |= {"organisation": sorted(firms.values()), "tag": tags}
        apart = {name: wanted for name, wanted in self.instance.conditions.items() if name in KEPT_APART}
        said["conditions"] = apart | {name: wanted for name, wanted in conditions.items() if wanted}
        said["lengths"] = dict(self._lengths(said)) if said.get("calendar") else {}
        return said

    def _lengths(self, said: dict[str, Any]) -> Iterator[tuple[tuple[str, int | None], timedelta]]:
        day = said["calendar"].usual_day
        for metric in Metric.values:
            for priority, _label in PRIORITIES:
                text = str(said.get(f"{metric}-{priority}") or "").strip()
                try:
                    if text:
                        yield (metric, None if priority == ANY else int(priority)), read_length(text, day=day)
                except ValidationError as wrong:
                    self.add_error(f"{metric}-{priority}", wrong)

    def keep(self, *, by: Member) -> Policy:
        """Make the agreement or change it, with what it promises; running clocks follow, see sla/recalculating.py."""
        said = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "conditions")}
        with transaction.atomic():
            if self.instance.pk is None:
                kept = Policy.objects.create(**said)
            else:
                Policy.objects.filter(pk=self.instance.pk).update(**said)
                kept = Policy.objects.get(pk=self.instance.pk)
            self._keep_targets(kept)
            Policy.touch()
            tell("policies", kept, by=by)
        return kept

    def _keep_targets(self, policy: Policy) -> None:
        wanted: dict[tuple[str, int | None], timedelta] = dict(self.cleaned_data["lengths"])
        for target in policy.targets.all():
            length = wanted.pop((target.metric, target.priority), None)
            rows = Target.objects.filter(pk=target.pk)
            if length is None:
                rows.delete()
            else:
                rows.update(length=length)
        Target.objects.bulk_create(
            Target(policy=policy, metric=metric, priority=priority, length=length)
            for (metric, priority), length in wanted.items()
        )


def _commas(label: Any, values: Any, hint: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=1000, initial=", ".join(values), help_text=hint)


def _organisations(conditions: dict[str, Any]) -> list[str]:
    found = Organisation.objects.filter(pk__in=conditions.get("organisation", ())).order_by("name")
    return list(found.values_list("name", flat=True))


def in_words(policy: Policy) -> list[str]:
    """What an agreement covers and promises, a sentence each."""
    return [*_covered(policy), *_promised(policy)] if policy.is_active else [gettext("It is not in force.")]


def _covered(policy: Policy) -> Iterator[str]:
    if not policy.conditions:
        yield gettext("It covers every ticket that no agreement before it covers.")
    for name, wanted in policy.conditions.items():
        facts = {"condition": LABELS[name], "values": ", ".join(_words(name, wanted))}
        yield gettext("%(condition)s: %(values)s.") % facts


def _words(name: str, wanted: list[Any]) -> list[str]:
    if name == "organisation":
        return _organisations({name: wanted})
    known = dict(CHOICES[name]()) if name in CHOICES else {}
    return [str(known.get(value, value)) for value in wanted]


def _promised(policy: Policy) -> Iterator[str]:
    for metric, label in Metric.choices:
        targets = [target for target in policy.targets.all() if target.metric == metric]
        for target in sorted(targets, key=lambda one: one.priority or 0):
            day = target.counted_in.usual_day
            facts = {"metric": label, "length": length_text(target.length, day=day), "calendar": target.counted_in}
            if target.priority is None:
                yield gettext("%(metric)s within %(length)s by the calendar “%(calendar)s”.") % facts
            else:
                facts["priority"] = target.get_priority_display()
                yield gettext("%(metric)s within %(length)s for the priority “%(priority)s”.") % facts
    if not policy.targets.all():
        yield gettext("It promises nothing yet.")


def has_calendar() -> bool:
    """Whether an agreement can be made at all."""
    return Calendar.objects.exists()
