"""Adding a passkey, in plain words."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth’s form; its own label for the name is never translated."""

    name = forms.CharField(
        label=_("Name of the passkey"), required=False, help_text=_("By which you will know it: “work laptop”.")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in without a password"),
        required=False,
        initial=True,
        help_text=_("The device asks for the fingerprint, the face or the code each time."),
    )
