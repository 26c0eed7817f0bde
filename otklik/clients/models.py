"""People and organisations that write to us, and their addresses in every channel."""

from __future__ import annotations

from datetime import date, datetime

import phonenumbers
from django.db import IntegrityError, models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.journal.record import record
from otklik.lib.fields import CustomField
from otklik.lib.prepared import Question, insert
from otklik.staff.models import Language, Member

EMAIL, PHONE, CHAT = "email", "phone", "chat"
HOME_REGION = "RU"  # what a phone number without a country code is taken for


def normalise(kind: str, value: str) -> str:
    """One spelling for one address: e-mail in lower case, phone as E.164 when it is a possible number."""
    value = value.strip()
    if kind == EMAIL:
        return value.lower()
    if kind == PHONE:
        try:
            number = phonenumbers.parse(value, HOME_REGION)
        except phonenumbers.NumberParseException:
            return value
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return value


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, member: Member) -> OrganisationQuerySet:
        return self if member.is_active else self.none()


class Organisation(models.Model):
    """A company that people write for."""

    journal_name = "organisation"

    name = models.CharField(_("name"), max_length=200)
    tax_id = models.CharField(_("taxpayer number"), max_length=12, blank=True)
    domain = models.CharField(
        _("e-mail domain"),
        max_length=120,
        blank=True,
        help_text=_("Whoever writes from this domain for the first time is taken to work here."),
    )
    region = models.CharField(_("region"), max_length=80, blank=True)
    manager = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("personal manager"),
        help_text=_("Of the staff; for whoever works here and has none of their own."),
    )
    contract = models.CharField(max_length=80, blank=True)  # the level of service; valid on both days and between
    contract_begins = models.DateField(null=True, blank=True)
    contract_ends = models.DateField(null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    fields = models.JSONField(default=dict, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["domain"], condition=~models.Q(domain=""), name="organisation_domain_once")
        ]

    def __str__(self) -> str:
        return self.name

    def contract_on(self, day: date) -> str:
        """The level of the contract that is valid on a day; empty if none is."""
        begun = self.contract_begins is None or self.contract_begins <= day
        ended = self.contract_ends is not None and self.contract_ends < day
        return self.contract if begun and not ended else ""

    def agree(
        self, contract: str, *, begins: date | None, ends: date | None, by: Member | None, at: datetime | None = None
    ) -> bool:
        """Have another contract from now on, valid on both days and between; False if it is the same."""
        contract = " ".join(contract.split())
        before = (self.contract, self.contract_begins, self.contract_ends)
        if before == (contract, begins, ends):
            return False
        with transaction.atomic():
            mine = Organisation.objects.filter(pk=self.pk)
            mine.update(contract=contract, contract_begins=begins, contract_ends=ends)
            days = {"begins": begins.isoformat() if begins else None, "ends": ends.isoformat() if ends else None}
            record("organisation.contract_changed", self, by=by, at=at, after=contract or None, **days)
        self.contract, self.contract_begins, self.contract_ends = contract, begins, ends
        return True


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, member: Member) -> PersonQuerySet:
        """All of the staff see all clients: one cannot open a ticket for somebody one may not find."""
        return self.filter(merged_into=None) if member.is_active else self.none()


class Person(models.Model):
    """Somebody who writes to us: one identity, whatever channels they use."""

    journal_name = "person"

    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organisation"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True, help_text=_("Empty: as of the organisation."))
    manager = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("personal manager"),
        help_text=_("Of the staff; empty: as of the organisation."),
    )
    note = models.TextField(_("note"), blank=True)
    fields = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="absorbed")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def looked_after_by(self) -> Member | None:
        """Who of the staff looks after this client, or else after their organisation."""
        return self.manager or (self.organisation.manager if self.organisation else None)

    @property
    def home_region(self) -> str:
        """Where the client is, or else their organisation."""
        return self.region or (self.organisation.region if self.organisation else "")

    def address(self, kind: str) -> Address | None:
        """The oldest address of a kind."""
        return self.addresses.filter(kind=kind).order_by("pk").first()

    def absorb(self, other: Person, *, by: Member | None, at: datetime | None = None) -> bool:
        """Merge a duplicate into this person; False if it is this person or was merged already.

        Addresses move here; whatever else points at the duplicate follows by reaction to `person.merged`.
        """
        with transaction.atomic():
            unmerged = Person.objects.filter(pk=other.pk, merged_into=None).exclude(pk=self.pk)
            if self.merged_into_id or not unmerged.update(merged_into=self):
                return False
            other.addresses.update(person=self)
            record("person.merged", self, by=by, at=at, duplicate=other.pk)
        other.merged_into = self
        return True

    def rename(self, name: str, *, by: Member, at: datetime | None = None) -> bool:
        """Give another name; False if it is the same."""
        with transaction.atomic():
            if not Person.objects.filter(pk=self.pk).exclude(name=name).update(name=name):
                return False
            record("person.renamed", self, by=by, at=at, before=self.name, after=name)
        self.name = name
        return True


class Address(models.Model):
    """Where a person can be reached: one row for each address in each channel, owned by one person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    failing_since = models.DateTimeField(null=True)  # what we send there comes back
    failing_why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="address_once")]

    def __str__(self) -> str:
        return self.value

    @property
    def shown(self) -> str:
        """As people read it: in a chat it is a name that a program made up."""
        return str(_("chat")) if self.kind == CHAT else self.value

    def mark_failing(self, why: str, *, at: datetime | None = None) -> bool:
        """What we sent there came back; False if that is known."""
        at = at or now()
        with transaction.atomic():
            working = Address.objects.filter(pk=self.pk, failing_since=None)
            if not working.update(failing_since=at, failing_why=why[:1000]):
                return False
            record("address.failing", self.person, at=at, address=self.value)
        return True

    def mark_working(self, *, at: datetime | None = None) -> bool:
        """Its owner wrote from there; False if nothing was wrong."""
        with transaction.atomic():
            failing = Address.objects.filter(pk=self.pk).exclude(failing_since=None)
            if not failing.update(failing_since=None, failing_why=""):
                return False
            record("address.working", self.person, at=at, address=self.value)
        return True


class ClientField(CustomField):
    """A field that this company keeps about its clients besides ours."""

    class About(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    about = models.CharField(_("about"), max_length=15, choices=About, default=About.PERSON)

    class Meta(CustomField.Meta):
        constraints = [models.UniqueConstraint(fields=["about", "key"], name="client_field_once")]


def identify(kind: str, value: str, *, name: str = "", language: str = "") -> Person:
    """The person who owns an address; made, with the address, on first sight."""
    return recognise(kind, value, name=name, language=language).person


_ADDRESSES = Question(
    lambda kind, value: Address.objects.select_related("person").filter(kind=kind, value=value), str, str
)


_ORGANISATIONS = Question(lambda domain: Organisation.objects.filter(domain=domain).order_by(), str)


def known(kind: str, value: str) -> Address | None:
    """The address with its person, if we know it."""
    return _ADDRESSES.first(kind, normalise(kind, value))


def recognise(kind: str, value: str, *, name: str = "", language: str = "") -> Address:
    """The address as we know it, with its person; both are made on first sight.

    Two workers that see a stranger at the same moment: the constraint `address_once` stops the slower one, which
    then finds the faster one's person.
    """
    value = normalise(kind, value)
    if found := known(kind, value):
        return found
    try:
        with transaction.atomic():
            return _introduce(kind, value, name=name, language=language)
    except IntegrityError:
        return Address.objects.select_related("person").get(kind=kind, value=value)


def _introduce(kind: str, value: str, *, name: str, language: str) -> Address:
    domain = value.rpartition("@")[2] if kind == EMAIL else ""
    organisation = _ORGANISATIONS.first(domain) if domain else None
    person = insert(Person(name=name.strip()[:200] or value, organisation=organisation, language=language))
    address = insert(Address(person=person, kind=kind, value=value))
    record("person.appeared", person, channel=kind)
    return address
