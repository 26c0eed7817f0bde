"""Which tickets a setting is for: conditions of `tickets.choosing` as boxes to tick, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Organisation
from otklik.tickets.choosing import CHOSEN, FIELD, Chosen
from otklik.tickets.models import TicketField
from otklik.tickets.rule_parts import yes_no

Row = TypeVar("Row", bound=Model)

CHECKED = ("type", "priority", "channel", "team", "line", "contract", "language")
LABELS = {
    **{name: CHOSEN[name].label for name in CHECKED},
    "organisation": _("Organisations"),
    "tag": _("Tags"),
    "client": _("Client"),
}


def asked(conditions: Chosen) -> Iterator[tuple[str, Any, list[tuple[str, Any]]]]:
    """What can be asked by ticking boxes: the name, its label, the choices. What leaves no choice is not asked."""
    for name in CHECKED:
        known = CHOSEN[name].choices()
        gone = [(value, value) for value in conditions.get(name, ()) if value not in dict(known)]
        if len(known) > 1 or gone:
            yield name, LABELS[name], known + gone
    for field in TicketField.objects.filter(kind=TicketField.Kind.CHOICE):
        yield FIELD + field.key, field.label, [(choice, choice) for choice in field.choices]
    for field in TicketField.objects.filter(kind=TicketField.Kind.YES_NO):
        yield FIELD + field.key, field.label, yes_no()


class WithConditions(forms.ModelForm[Row]):
    """A form of a row with `conditions`, which `clean` puts together again."""

    instance: Any

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        wanted = self.instance.conditions
        self.ticked = {name: (label, choices) for name, label, choices in asked(wanted)}
        for name, (label, choices) in self.ticked.items():
            self.fields[f"if-{name}"] = forms.MultipleChoiceField(
                label=label,
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=wanted.get(name, ()),
            )
        self.fields["if-organisation"] = _commas(
            LABELS["organisation"], _organisations(wanted), _("Names as they stand among the clients, with commas.")
        )
        self.fields["if-tag"] = _commas(LABELS["tag"], wanted.get("tag", ()), _("With commas; one of them is enough."))

    @property
    def conditions_shown(self) -> Iterator[forms.BoundField]:
        return (self[f"if-{name}"] for name in [*self.ticked, "organisation", "tag"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        names = [name.strip() for name in str(said.get("if-organisation") or "").split(",") if name.strip()]
        rows = Organisation.objects.filter(name__in=names).values_list("name", "pk")
        firms = {name: str(pk) for name, pk in rows}
        if unknown := [name for name in names if name not in firms]:
            wrong = ValidationError(_("There is no organisation “%(name)s”."), params={"name": unknown[0]})
            self.add_error("if-organisation", wrong)
        tags = [" ".join(tag.lower().split()) for tag in str(said.get("if-tag") or "").split(",") if tag.strip()]
        conditions = {name: list(said.get(f"if-{name}", ())) for name in self.ticked}
        conditions |= {"organisation": sorted(firms.values()), "tag": tags}
        # Conditions that this form does not show are left as they are.
        apart = {name: wanted for name, wanted in self.instance.conditions.items() if name not in conditions}
        said["conditions"] = apart | {name: wanted for name, wanted in conditions.items() if wanted}
        return said


def _commas(label: Any, values: Any, hint: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=1000, initial=", ".join(values), help_text=hint)


def _organisations(conditions: Chosen) -> list[str]:
    found = Organisation.objects.filter(pk__in=conditions.get("organisation", ())).order_by("name")
    return list(found.values_list("name", flat=True))


def in_words(conditions: Chosen) -> list[str]:
    """A sentence for each condition."""
    known = {name: (label, dict(choices)) for name, label, choices in asked(conditions)}
    sentences = []
    for name, wanted in conditions.items():
        label, choices = known.get(name, (LABELS.get(name, name), {}))
        facts = {"condition": label, "values": ", ".join(_words(name, wanted, choices))}
        sentences.append(gettext("%(condition)s: %(values)s.") % facts)
    return sentences


def _words(name: str, wanted: list[str], known: dict[str, Any]) -> list[str]:
    if name == "organisation":
        return _organisations({name: wanted})
    return [str(known.get(value, value)) for value in wanted]
