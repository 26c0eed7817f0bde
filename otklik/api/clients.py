"""Clients over the API."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from otklik.clients.models import Address, ClientField, Organisation, Person, identify, normalise
from otklik.lib.keyset import page

from .access import ApiRequest, Bearer
from .addresses import checked
from .errors import AddressTaken
from .finding import Limit
from .repeating import once
from .schemas import Number, OrganisationOut, OrganisationPage, PersonIn, PersonOut, PersonPage
from .showing import ADDRESSES, show_organisation, show_person

READ, WRITE = Bearer("clients:read"), Bearer("clients:write")

router = Router(tags=["clients"])


class PersonFilter(Schema):
    """`address` is a whole e-mail address, telephone number or messenger id."""

    address: str = ""
    organisation: Number | None = None
    cursor: str = ""
    limit: Limit = 50


@router.get("clients", auth=READ, response=PersonPage)
def list_people(request: ApiRequest, wanted: Query[PersonFilter]) -> PersonPage:
    """Clients, the newest first."""
    people = Person.objects.visible_to(request.auth.member)
    if wanted.address:
        spellings = {normalise(kind, wanted.address) for kind in ("email", "phone", "")}
        people = people.filter(pk__in=Address.objects.filter(value__in=spellings).values("person"))
    if wanted.organisation is not None:
        people = people.filter(organisation=wanted.organisation)
    rows = people.select_related("organisation").prefetch_related(ADDRESSES)
    found = page(rows, order=("id",), cursor=wanted.cursor, size=wanted.limit)
    return PersonPage(items=[show_person(person) for person in found.rows], next=found.next or None)


@router.post("clients", auth=WRITE, response={201: PersonOut})
def create_person(request: ApiRequest, wanted: PersonIn) -> Status[PersonOut]:
    """Make a client known before they write."""
    return Status(201, show_person(_person(request, once(request, wanted, lambda: introduce(wanted).pk))))


@router.get("clients/{number}", auth=READ, response=PersonOut)
def get_person(request: ApiRequest, number: int) -> PersonOut:
    """One client."""
    return show_person(_person(request, number))


def _person(request: ApiRequest, number: int) -> Person:
    people = Person.objects.visible_to(request.auth.member).select_related("organisation")
    return get_object_or_404(people.prefetch_related(ADDRESSES), pk=number)


@transaction.atomic
def introduce(wanted: PersonIn) -> Person:
    """A new client with all addresses. Raises AddressTaken, ValidationError."""
    addresses = [
        (row.kind, checked(row.kind, row.value, field=f"addresses.{place}.value"))
        for place, row in enumerate(wanted.addresses)
    ]
    for kind, value in addresses:
        if taken := Address.objects.select_related("person").filter(kind=kind, value=value).first():
            raise AddressTaken(address=value, client=taken.person)
    (kind, value), *others = addresses
    person = identify(kind, value, name=wanted.name, language=wanted.language)
    Address.objects.bulk_create(Address(person=person, kind=kind, value=value) for kind, value in dict.fromkeys(others))
    organisation = _organisation(wanted.organisation) or person.organisation
    kept = {"note": wanted.note, "fields": _fields(wanted.fields), "organisation": organisation}
    Person.objects.filter(pk=person.pk).update(**kept)
    return person


def _organisation(number: int | None) -> Organisation | None:
    if number is None:
        return None
    organisation = Organisation.objects.filter(pk=number).first()
    if organisation is None:
        raise ValidationError({"organisation": _("It does not exist.")})
    return organisation


def _fields(values: dict[str, object]) -> dict[str, object]:
    declared = ClientField.objects.filter(about=ClientField.About.PERSON, key__in=values)
    known = {field.key: field for field in declared}
    clean = {}
    for key, value in values.items():
        if key not in known:
            raise ValidationError({f"fields.{key}": _("There is no such field.")})
        try:
            clean[key] = known[key].clean_value(value)
        except ValidationError as refusal:
            raise ValidationError({f"fields.{key}": refusal.messages}) from None
    return clean


@router.get("organisations", auth=READ, response=OrganisationPage)
def list_organisations(request: ApiRequest, cursor: str = "", limit: Limit = 50) -> OrganisationPage:
    """Organisations, the newest first."""
    found = page(Organisation.objects.visible_to(request.auth.member), order=("id",), cursor=cursor, size=limit)
    return OrganisationPage(items=[show_organisation(row) for row in found.rows], next=found.next or None)


@router.get("organisations/{number}", auth=READ, response=OrganisationOut)
def get_organisation(request: ApiRequest, number: int) -> OrganisationOut:
    """One organisation."""
    seen = Organisation.objects.visible_to(request.auth.member)
    return show_organisation(get_object_or_404(seen, pk=number))
