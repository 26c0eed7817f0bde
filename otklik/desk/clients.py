"""Finding clients, likely duplicates among them, and what a member changes about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, PHONE, Address, ClientField, Organisation, Person, normalise
from otklik.lib.fields import CustomField
from otklik.staff.models import Member
from otklik.tickets import search

from .properties import FIELD_PREFIX

CONTRACT = ("contract", "contract_begins", "contract_ends")


def find_people(text: str, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those whose name, address or organisation begins with or holds the text."""
    text = text.strip()
    if not text:
        return people
    at = Address.objects.filter(person=OuterRef("pk"), value__startswith=normalise(EMAIL, text))
    # Both spellings: SQLite folds only the case of Latin letters.
    named = Q(name__icontains=text) | Q(name__icontains=text.capitalize()) | Q(name__icontains=text.title())
    return people.filter(named | Q(organisation__name__icontains=text) | Exists(at))


def namesakes(person: Person, people: QuerySet[Person]) -> QuerySet[Person]:
    """Others of the same name: the first place to look for duplicates."""
    return people.filter(name__iexact=person.name).exclude(pk=person.pk)


class WithClientFields(forms.ModelForm[Any]):
    """A form of a client with the company's own fields, which go to the JSON column as `own_values()`."""

    about: ClientField.About

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        answering = Member.objects.active().exclude(role=Member.Role.OBSERVER).order_by("name")
        self.fields["manager"].queryset = answering  # type: ignore[attr-defined]
        self.own = list(ClientField.objects.filter(about=self.about))
        for field in self.own:
            value = self.instance.fields.get(field.key)
            known = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            self.fields[FIELD_PREFIX + field.key] = field_input(field, known)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for field in self.own:
            name = FIELD_PREFIX + field.key
            try:
                said[name] = field.clean_value(said.get(name))
            except ValidationError as wrong:
                self.add_error(name, wrong)
        return said

    def own_values(self) -> dict[str, Any]:
        return {field.key: self.cleaned_data[FIELD_PREFIX + field.key] for field in self.own}


def field_input(field: CustomField, value: Any) -> forms.Field:
    """What a custom field is filled in with."""
    match field.kind:
        case CustomField.Kind.CHOICE:
            choices = [("", "–"), *((choice, choice) for choice in field.choices)]
            return forms.ChoiceField(label=field.label, required=False, choices=choices, initial=value)
        case CustomField.Kind.YES_NO:
            yes_no = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(label=field.label, required=False, choices=yes_no, initial=value)
        case CustomField.Kind.DATE:
            widget = forms.TextInput(attrs={"type": "date"})
            return forms.CharField(label=field.label, required=False, widget=widget, initial=value)
    return forms.CharField(label=field.label, required=False, initial=value)


class PersonForm(WithClientFields):
    about = ClientField.About.PERSON

    class Meta:
        model = Person
        fields = ["name", "organisation", "region", "manager", "language", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class OrganisationForm(WithClientFields):
    about = ClientField.About.ORGANISATION

    contract = forms.CharField(
        label=_("Contract"),
        required=False,
        max_length=80,
        help_text=_("The level of service, for example Gold. Agreements may hold for one level."),
    )
    contract_begins = _day(_("Contract is valid from"))
    contract_ends = _day(_("Contract is valid to"))

    class Meta:
        model = Organisation
        fields = ["name", "tax_id", "domain", "region", "manager", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.initial.update({name: getattr(self.instance, name) for name in CONTRACT})

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        begins, ends = said.get("contract_begins"), said.get("contract_ends")
        if begins and ends and ends < begins:
            self.add_error("contract_ends", _("The contract ends before it begins."))
        return said


class AddressForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[(EMAIL, _("E-mail")), (PHONE, _("Phone"))])
    value = forms.CharField(label=_("Address"), max_length=320)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == EMAIL and said.get("value"):
            validate_email(said["value"].strip())
        return said


def keep_organisation(form: OrganisationForm, *, by: Member) -> Organisation:
    """The contract by its verb, which promises follow; the rest as it is."""
    form.instance.fields = form.instance.fields | form.own_values()
    contract, begins, ends = (form.cleaned_data[name] for name in CONTRACT)
    with transaction.atomic():
        organisation: Organisation = form.save()
        organisation.agree(contract, begins=begins, ends=ends, by=by)
        search.mark_people(organisation.people.all())
    return organisation


def change_person(person: Person, form: PersonForm, *, by: Member) -> None:
    """The name by its verb; the rest as it is."""
    said = form.cleaned_data
    with transaction.atomic():
        person.rename(said["name"], by=by)
        rest = {name: said[name] for name in PersonForm.Meta.fields if name != "name"}
        Person.objects.filter(pk=person.pk).update(**rest, fields=person.fields | form.own_values())
        search.mark_people([person.pk])


def add_address(person: Person, said: dict[str, Any]) -> Address:
    """Raises ValidationError, naming the owner, if the address is somebody's already."""
    value = normalise(said["kind"], said["value"])
    try:
        with transaction.atomic():
            address = Address.objects.create(person=person, kind=said["kind"], value=value)
            search.mark_people([person.pk])
            return address
    except IntegrityError:
        owner = Address.objects.select_related("person").get(kind=said["kind"], value=value).person
        raise ValidationError(
            _("%(address)s belongs to %(owner)s. If that is the same person, merge the two."),
            params={"address": value, "owner": owner.name},
        ) from None
