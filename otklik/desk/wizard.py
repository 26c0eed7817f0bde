"""The first start on an empty store: the company, its administrator, one mailbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.lib.zones import check_time_zone
from otklik.presets.book import PRESETS
from otklik.presets.making import apply
from otklik.staff.models import Company, Language, Member, Team
from otklik.tickets.models import Channel

ZONES = ("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
         "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "UTC")  # fmt: skip


class WizardForm(forms.Form):
    company = forms.CharField(label=_("Company name"), max_length=120)
    time_zone = forms.CharField(
        label=_("Time zone"), initial="Europe/Moscow", validators=[check_time_zone],
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not a common word."),
    )  # fmt: skip
    mailbox = forms.EmailField(
        label=_("Mailbox"), help_text=_("The address your clients write to, for example support@company.example.")
    )
    team = forms.CharField(label=_("First team"), max_length=80, initial=_("Support"))
    preset = forms.ChoiceField(
        label=_("Begin with an example of a desk like yours"), required=False, widget=forms.RadioSelect,
        choices=[("", _("Without an example")), *((one.key, one.label) for one in PRESETS.values())],
    )  # fmt: skip

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        about = Member(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
        validate_password(password, about)
        return password


@transaction.atomic
def found(said: dict[str, Any]) -> Member:
    """Make the company and all it needs to begin; answers its administrator.

    With an example, mail goes to the first team that it names. Raises IntegrityError if the company was founded
    meanwhile.
    """
    Company.objects.create(name=said["company"], time_zone=said["time_zone"], language=said["language"])
    administrator: Member = Member.objects.create_user(
        said["email"],
        said["password"],
        name=said["name"],
        role=Member.Role.ADMINISTRATOR,
        language=said["language"],
    )
    record("member.invited", administrator)
    preset = PRESETS.get(said.get("preset", ""))
    made = [one.row for one in apply(preset, by=administrator)] if preset else []
    teams = [row for row in made if isinstance(row, Team)] or [Team.objects.create(name=said["team"])]
    administrator.teams.add(*teams)
    address = said["mailbox"].strip().lower()
    mailbox = Channel.objects.create(
        kind="email", name=said["company"][:80], address=address, team=teams[0], language=said["language"]
    )
    Channel.objects.filter(kind="webform", answers_by=None).update(answers_by=mailbox)
    return administrator
