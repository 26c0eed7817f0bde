"""Finding clients, likely duplicates among them, and what a member changes about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, PHONE, Address, Organisation, Person, normalise
from otklik.staff.models import Member


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


class PersonForm(forms.ModelForm[Person]):
    class Meta:
        model = Person
        fields = ["name", "organisation", "language", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class OrganisationForm(forms.ModelForm[Organisation]):
    class Meta:
        model = Organisation
        fields = ["name", "tax_id", "domain", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class AddressForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[(EMAIL, _("E-mail")), (PHONE, _("Phone"))])
    value = forms.CharField(label=_("Address"), max_length=320)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == EMAIL and said.get("value"):
            validate_email(said["value"].strip())
        return said


def change_person(person: Person, said: dict[str, Any], *, by: Member) -> None:
    """The name by its verb, which keeps the search true; the rest as it is."""
    with transaction.atomic():
        person.rename(said["name"], by=by)
        rest = {name: said[name] for name in ("organisation", "language", "note")}
        Person.objects.filter(pk=person.pk).update(**rest)


def add_address(person: Person, said: dict[str, Any]) -> Address:
    """Raises ValidationError, naming the owner, if the address is somebody's already."""
    value = normalise(said["kind"], said["value"])
    try:
        with transaction.atomic():
            return Address.objects.create(person=person, kind=said["kind"], value=value)
    except IntegrityError:
        owner = Address.objects.select_related("person").get(kind=said["kind"], value=value).person
        raise ValidationError(
            _("%(address)s belongs to %(owner)s. If that is the same person, merge the two."),
            params={"address": value, "owner": owner.name},
        ) from None
