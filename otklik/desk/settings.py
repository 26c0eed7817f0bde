"""What an administrator can set: sections of rows that are listed, made and changed by one pair of pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import ClientField
from otklik.journal.record import record
from otklik.lib.fields import CustomField
from otklik.staff.models import Company, Member, Skill, Team
from otklik.tickets.dates import lay_anew
from otklik.tickets.models import Channel, Ticket, TicketField

from .teams import TeamForm

# What is set on pages of its own, by the key that the journal knows it by.
OTHERS = {
    "company": _("Company"),
    "calendars": _("Calendars"),
    "policies": _("Agreements"),
    "approvals": _("Approvals"),
    "routes": _("Routes"),
    "assignment": _("Assignment"),
    "webhooks": _("Webhooks"),
    "knowledge": _("Knowledge base"),
    "chats": _("Chats"),
}


def section_label(key: str) -> Any:
    """The words for a section; one that is no more keeps its key."""
    return SECTIONS[key].label if key in SECTIONS else OTHERS.get(key, key)


def tell(section: str, thing: Model, *, by: Member) -> None:
    """Note in the journal, about the company, that somebody saved a setting; inside the transaction that saves it."""
    company = Company.objects.get()
    record("setting.changed", company, by=by, section=section, row=thing.pk, name=str(thing)[:120])


class CompanyForm(forms.ModelForm[Company]):
    class Meta:
        model = Company
        fields = ["name", "time_zone", "language", "reopen_days", "away_minutes"]


PLAIN = ("name", "email", "manager", "calendar", "ticket_limit", "language")  # what leaves no event of its own


class MemberForm(forms.ModelForm[Member]):
    class Meta:
        model = Member
        fields = ["name", "email", "role", "teams", "manager", "skills", "calendar", "ticket_limit", "language",
                  "is_active"]  # fmt: skip
        widgets = {"teams": forms.CheckboxSelectMultiple, "skills": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        others = Member.objects.active().exclude(pk=self.instance.pk).order_by("name")
        self.fields["manager"].queryset = others  # type: ignore[attr-defined]
        if not Skill.objects.exists():
            del self.fields["skills"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def keep(self, *, by: Member) -> Member:
        """Invite a new member, or change one: role and access by their verbs, so that the journal tells them."""
        said = self.cleaned_data
        plain = {name: said[name] for name in PLAIN}
        with transaction.atomic():
            if self.instance.pk is None:
                member: Member = Member.objects.create_user(**plain, role=said["role"], is_active=said["is_active"])
                record("member.invited", member, by=by)
            else:
                Member.objects.filter(pk=self.instance.pk).update(**plain)
                member = Member.objects.get(pk=self.instance.pk)
                member.set_role(said["role"], by=by)
                (member.activate if said["is_active"] else member.deactivate)(by=by)
            member.set_teams(said["teams"], by=by)
            if "skills" in said:
                member.skills.set(said["skills"])
        return member


def check_free(kind: str, address: str, row: Channel) -> str:
    """The address, if no other channel of this kind has it. Raises ValidationError."""
    if Channel.objects.filter(kind=kind, address=address).exclude(pk=row.pk).exists():
        raise ValidationError(_("%(address)s is in use already."), params={"address": address})
    return address


class WebFormForm(forms.ModelForm[Channel]):
    address = forms.SlugField(label=_("Name in the link"), max_length=60)

    class Meta:
        model = Channel
        fields = ["name", "address", "team", "answers_by", "language", "is_active"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["answers_by"].queryset = Channel.objects.filter(kind="email")  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        return check_free("webform", str(self.cleaned_data["address"]).lower(), self.instance)

    def keep(self, *, by: Member) -> Channel:
        self.instance.kind = "webform"
        return self.save()


class LinesField(forms.CharField):
    """A list, one entry a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


class TicketFieldForm(forms.ModelForm[TicketField]):
    choices = LinesField(label=_("Choices"), required=False, help_text=_("One a line; for the kind “Choice”."))
    types = forms.MultipleChoiceField(
        label=_("Types of ticket"),
        required=False,
        choices=Ticket.Type.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all types."),
    )

    class Meta:
        model = TicketField
        fields = ["label", "key", "kind", "choices", "types", "is_required", "position"]

    def keep(self, *, by: Member) -> CustomField:
        field = self.save()
        lay_anew(field)
        return field


class ClientFieldForm(forms.ModelForm[ClientField]):
    choices = LinesField(label=_("Choices"), required=False, help_text=_("One a line; for the kind “Choice”."))

    class Meta:
        model = ClientField
        fields = ["label", "key", "about", "kind", "choices", "is_required", "position"]

    def keep(self, *, by: Member) -> CustomField:
        return self.save()


class SkillForm(forms.ModelForm[Skill]):
    class Meta:
        model = Skill
        fields = ["name"]


@dataclass(frozen=True)
class Section:
    """One page of settings: what its rows are, how they are shown in a list, and the form that changes one."""

    key: str
    label: Any
    hint: Any
    form: type[forms.ModelForm[Any]]
    rows: Callable[[], QuerySet[Any]]
    about: Callable[[Any], list[Any]]
    add: Any

    def keep(self, form: Any, *, by: Member) -> Model:
        return form.keep(by=by) if hasattr(form, "keep") else form.save()  # type: ignore[no-any-return]


def _in_use(row: Channel) -> Any:
    return "" if row.is_active else _("not in use")


SECTIONS = {
    section.key: section
    for section in (
        Section(
            "staff", _("Staff"), _("Who answers. A member who leaves is shut out, not deleted."), MemberForm,
            lambda: Member.objects.prefetch_related("teams"),
            lambda row: [row.email, row.get_role_display(), ", ".join(team.name for team in row.teams.all()),
                         "" if row.is_active else _("may not sign in")],
            _("Invite a member"),
        ),
        Section(
            "teams", _("Teams"), _("A ticket belongs to a team; its members see and answer it."), TeamForm,
            lambda: Team.objects.prefetch_related("members"),
            lambda row: [row.get_line_display(), ", ".join(member.name for member in row.members.all())],
            _("Add a team"),
        ),
        Section(
            "skills", _("Skills"), _("What not everybody can: a product, a trade, a language."), SkillForm,
            lambda: Skill.objects.prefetch_related("members"),
            lambda row: [", ".join(member.name for member in row.members.all())], _("Add a skill"),
        ),
        Section(
            "forms", _("Web forms"), _("Pages on which visitors write to you."), WebFormForm,
            lambda: Channel.objects.filter(kind="webform").select_related("team"),
            lambda row: [row.address, row.team.name, _in_use(row)], _("Add a form"),
        ),
        Section(
            "ticket-fields", _("Ticket fields"), _("What you keep about tickets besides ours."), TicketFieldForm,
            TicketField.objects.all, lambda row: [row.key, row.get_kind_display()], _("Add a field"),
        ),
        Section(
            "client-fields", _("Client fields"), _("What you keep about clients besides ours."), ClientFieldForm,
            ClientField.objects.all,
            lambda row: [row.key, row.get_kind_display(), row.get_about_display()], _("Add a field"),
        ),
    )
}  # fmt: skip
