"""Teams as administrators set them: name, line, head, and what is wanted of a ticket before the team gets it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Member, Skill, Team
from otklik.tickets.models import Terms, TicketField

CHECKED = ("wants_reason", "wants_phone", "wants_email")


class TeamForm(forms.ModelForm[Team]):
    """The team, and its terms in the same form."""

    wants_reason = forms.BooleanField(label=_("Wanted before a ticket is handed to it: a reason"), required=False)
    wants_phone = forms.BooleanField(label=_("Wanted: a phone number of the client"), required=False)
    wants_email = forms.BooleanField(label=_("Wanted: an e-mail address of the client"), required=False)
    wanted_fields = forms.ModelMultipleChoiceField(
        TicketField.objects.all(), label=_("Wanted: these fields"), required=False, widget=forms.CheckboxSelectMultiple
    )
    confirm = forms.CharField(
        label=_("To be confirmed"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever hands a ticket over ticks that this is so. For example: the client was told."),
    )

    class Meta:
        model = Team
        fields = ["name", "line", "head", "calendar", "skills", "automatic_mail"]
        widgets = {"skills": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        terms = Terms.objects.filter(team=self.instance).first() if self.instance.pk else None
        if terms:
            kept = {name: getattr(terms, name) for name in (*CHECKED, "confirm")}
            self.initial.update(kept, wanted_fields=terms.fields.all())
        if not Skill.objects.exists():
            del self.fields["skills"]
        if not TicketField.objects.exists():
            del self.fields["wanted_fields"]

    def keep(self, *, by: Member) -> Team:
        said = self.cleaned_data
        wanted, fields = {name: said[name] for name in (*CHECKED, "confirm")}, said.get("wanted_fields", ())
        with transaction.atomic():
            team: Team = self.save()
            if any(wanted.values()) or fields:
                terms, _new = Terms.objects.update_or_create(team=team, defaults=wanted)
                terms.fields.set(fields)
            else:
                Terms.objects.filter(team=team).delete()
        return team
