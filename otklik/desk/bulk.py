"""Changing many tickets at once: what is wished, as a form made of all deeds, and which tickets are meant."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.lib.ruling import Action, Parameter
from otklik.staff.models import Member
from otklik.tickets.bulking import work_off
from otklik.tickets.deeds import deeds
from otklik.tickets.models import Bulk, Macro, Ticket
from otklik.tickets.models.macro import version_of

from .listing import Chosen

WHOLE_MAX = 5000  # tickets of one wish
AT_ONCE = 10  # so few are done before the page comes back
UNASKED = 100  # so many are begun without asking once more
VALUE = "value"

QUICK = ("assignee", "team", "priority", "state", "put_off", "tag", "into")
# Who may be the assignee depends on the team, what an answer does to the state comes before the state that is wished,
# and whoever gets a ticket finds it awake, so that to put it off comes after all these.
ORDER = ("team", "next_line", "assignee", "type", "priority", "raise_priority", "tag", "untag", "participant", "link",
         "note", "answer", "state", "wake", "put_off", "into", "read", "unread")  # fmt: skip


class WishForm(forms.Form):
    """Deeds, each with its blanks; whatever is left empty is not wished."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.deeds = dict(sorted(deeds().items(), key=lambda deed: _place(deed[0])))
        for action in self.deeds.values():
            for name, parameter in _blanks(action):
                self.fields[name] = _field(action, parameter)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        # A number as people write it.
        said["into"] = str(said.get("into") or "").strip().lstrip("#")
        for step in self.steps:
            try:
                self.deeds[step["do"]].check(step)
            except OtklikError as refusal:
                self.add_error(None, str(refusal))
        return said

    @property
    def steps(self) -> list[dict[str, str]]:
        """What is wished, in the order in which it is done."""
        return [step for action in self.deeds.values() if (step := self._step(action))]

    def _step(self, action: Action) -> dict[str, str] | None:
        said = {parameter.name: self.cleaned_data.get(name) for name, parameter in _blanks(action) if parameter}
        wished = {name: str(value or "").strip() for name, value in said.items()}
        is_wished = self.cleaned_data.get(action.key) if _is_ticked(action) else any(wished.values())
        return {"do": action.key, **wished} if is_wished else None

    @property
    def quick(self) -> Iterator[BoundField]:
        return (self[key] for key in QUICK)

    @property
    def more(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name not in (*QUICK, *self.base_fields))

    def in_words(self) -> list[str]:
        return [in_words(step, self.deeds) for step in self.steps]


class BulkForm(WishForm):
    """What is wished for all chosen tickets: a macro, and more; whatever is left empty stays as it is."""

    press = forms.UUIDField(widget=forms.HiddenInput, required=False)
    macro = forms.ModelChoiceField(
        Macro.objects.none(), label=_("Macro"), required=False, empty_label=_("Macro…"),
        widget=forms.Select({"class": "input"}),
    )  # fmt: skip

    def __init__(self, *args: Any, member: Member, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.initial.setdefault("press", uuid.uuid4())
        self.fields["macro"].queryset = Macro.objects.visible_to(member).in_order()  # type: ignore[attr-defined]

    @property
    def steps(self) -> list[dict[str, str]]:
        macro = self.cleaned_data.get("macro")
        return [*(macro.steps if macro else ()), *super().steps]

    @property
    def version(self) -> str:
        """What was asked about: a macro may do something else meanwhile."""
        return version_of(self.steps)


def in_words(step: dict[str, str], known: dict[str, Action], *, is_short: bool = False) -> str:
    """A step as people read it; without its long texts if `is_short`, by its key if it is no more."""
    if step["do"] not in known:
        return step["do"]
    action, said = known[step["do"]], []
    for parameter in action.parameters:
        value = step.get(parameter.name, "")
        if not (is_short and parameter.is_long):
            said.append(str(dict(parameter.choices()).get(value, value)) if parameter.choices else value)
    return f"{action.label}: {', '.join(filter(None, said))}".rstrip(": ")


def _place(key: str) -> int:
    return ORDER.index(key) if key in ORDER else len(ORDER) // 2


def _is_ticked(action: Action) -> bool:
    """Whether it can be wished without a word, and so has a box of its own."""
    return all(parameter.is_optional for parameter in action.parameters)


def _blanks(action: Action) -> Iterator[tuple[str, Parameter | None]]:
    """The names of the fields that an action has on the form: one to be ticked, perhaps, and one for each blank."""
    if _is_ticked(action):
        yield action.key, None
    for parameter in action.parameters:
        is_itself = parameter.name == VALUE and not _is_ticked(action)
        yield (action.key if is_itself else f"{action.key}-{parameter.name}"), parameter


def _field(action: Action, parameter: Parameter | None) -> forms.Field:
    if parameter is None:
        return forms.BooleanField(label=str(action.label), required=False)
    label: Any = parameter.label if action.key in QUICK and parameter.name == VALUE else action.label
    if parameter.name != VALUE:
        label = f"{action.label}: {parameter.label}"
    if parameter.choices:
        choices = [("", f"{label}…"), *parameter.choices()]
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.Select({"class": "input"}))
    if parameter.is_long:
        return forms.CharField(label=label, required=False, widget=forms.Textarea({"class": "input", "rows": 4}))
    look = {"class": "input", "placeholder": f"{label}…"} if action.key in QUICK else {"class": "input"}
    return forms.CharField(label=label, required=False, max_length=250, widget=forms.TextInput(look))


@dataclass(frozen=True)
class Selection:
    """The tickets that are meant: chosen ones by number, or a whole list, as it is at that moment."""

    numbers: tuple[int, ...]
    whole: Chosen | None = None

    @classmethod
    def of(cls, posted: QueryDict) -> Selection:
        if posted.get("whole"):
            return cls((), Chosen.of(posted.get("list", ""), posted))
        chosen = [int(number) for number in posted.getlist("ticket") if number.isdecimal() and len(number) < 19]
        return cls(tuple(chosen[:WHOLE_MAX]))

    def find(self, member: Member) -> list[int]:
        """Their numbers, one more than WHOLE_MAX at most. Raises KeyError, OtklikError for a list that is none."""
        if self.whole is None:
            rows = Ticket.objects.visible_to(member).filter(pk__in=self.numbers)
        else:
            rows = self.whole.listing(member).tickets
        return list(rows.order_by("pk").values_list("pk", flat=True)[: WHOLE_MAX + 1])


def begin(form: BulkForm, numbers: list[int], *, by: Member) -> Bulk:
    """Write the wish down for a worker; a small one is done at once."""
    at = now()
    bulk = Bulk.begin(form.steps, numbers, by=by, press=form.cleaned_data["press"] or uuid.uuid4(), at=at)
    if bulk.total <= AT_ONCE and bulk.ended_at is None:
        work_off(bulk, at=at)
    return bulk


ASKED_MORE = _("More than %(most)s tickets are meant. Narrow the list, and change them in parts.")
