"""Addresses as they come from a machine."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from otklik.clients.models import EMAIL, normalise


def checked(kind: str, value: str, *, field: str) -> str:
    """The address in its one spelling. Raises ValidationError under the name `field` for what nobody can have."""
    value = normalise(kind, value)
    if kind == EMAIL:
        try:
            validate_email(value)
        except ValidationError as refusal:
            raise ValidationError({field: refusal.messages}) from None
    elif not _is_number(value):
        raise ValidationError({field: _("A telephone number is wanted, as +7 831 200-00-00.")})
    return value


def _is_number(value: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        return False
