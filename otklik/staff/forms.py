"""What members say about themselves."""

from typing import Any

from django import forms
from django.db import models

from .models import Language, Member


class ProfileForm(forms.ModelForm[Member]):
    class Meta:
        model = Member
        fields = ["name", "signature", "language", "theme", "density", "single_keys"]
        widgets = {"signature": forms.Textarea(attrs={"rows": 4})}


class PreferencesForm(forms.Form):
    """What is switched at once, from any page; each may come alone."""

    language = forms.ChoiceField(choices=Language.choices, required=False)
    theme = forms.ChoiceField(choices=Member.Theme.choices, required=False)
    density = forms.ChoiceField(choices=Member.Density.choices, required=False)

    def chosen(self) -> dict[str, Any]:
        """What was switched, ready for an UPDATE; empty if nothing that we know was asked."""
        return {name: self.cleaned_data[name] for name in self.data if name in self.cleaned_data}


def keep(member: Member, changes: dict[str, Any]) -> None:
    """Write preferences, which are nobody else's business and so leave no event."""
    known: models.QuerySet[Member] = Member.objects.filter(pk=member.pk)
    if changes:
        known.update(**changes)
