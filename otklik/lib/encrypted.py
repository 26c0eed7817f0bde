"""Secrets in the store: encrypted with a key that is not in it.

The key is derived from SECRET_KEY, so a stolen copy of the store alone opens nothing. A value is opened where it is
read, not where it is loaded: a lost key keeps nobody from the page on which the password is entered again.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from .errors import OtklikError

PURPOSE = b"otklik.encrypted"


class Undecipherable(OtklikError):
    code = "undecipherable"
    message = _(
        "A kept secret cannot be opened, because it was closed with another secret key. "
        "Enter the password again, or put the old key into OTKLIK_SECRET_KEY_FALLBACKS."
    )


def _fernet(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


class Sealed:
    """An encrypted value as the store has it. Nothing shows what is in it but `opened`."""

    def __init__(self, token: str) -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> Sealed:
        return cls(_keys().encrypt(text.encode()).decode())

    def opened(self) -> str:
        """The text. Raises Undecipherable."""
        try:
            return _keys().decrypt(self.token.encode()).decode()
        except InvalidToken as fault:
            raise Undecipherable from fault

    def rotated(self) -> Sealed:
        """The same text under the newest key. Raises Undecipherable."""
        try:
            return Sealed(_keys().rotate(self.token.encode()).decode())
        except InvalidToken as fault:
            raise Undecipherable from fault

    def __repr__(self) -> str:
        return "Sealed(…)"


class Opening(DeferredAttribute):
    """Reading the attribute opens it; until then it stays closed."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        return value.opened() if isinstance(value, Sealed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        # Without it Python would read the instance's own dictionary and never ask __get__.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField[str, str]):
    """A text that the store has only encrypted; the empty text is stored as it is. It cannot be searched for."""

    descriptor_class = Opening

    def from_db_value(self, value: str | None, *_rest: Any) -> Sealed | str | None:
        return Sealed(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.token
        return Sealed.of(value).token if value else value

    def value_to_string(self, row: Model) -> str:
        """Never the text itself: this is what a serializer writes."""
        return str(self.get_prep_value(self.value_from_object(row)))

    def get_lookup(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: no two encryptions of a text are equal, so none can be found.")


def encrypted_fields() -> Iterator[tuple[type[Model], EncryptedTextField]]:
    """Every encrypted field of every model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def unopened() -> int:
    """How many kept secrets no key opens."""
    lost = 0
    for model, field in encrypted_fields():
        for sealed in model._base_manager.values_list(field.attname, flat=True):
            try:
                _ = sealed and sealed.opened()
            except Undecipherable:
                lost += 1
    return lost


def rotate_all() -> tuple[int, int]:
    """Encrypt every kept secret with the newest key; answers how many were, and how many no key opens."""
    rotated = lost = 0
    for model, field in encrypted_fields():
        with transaction.atomic():  # nobody changes a secret between the reading and the writing of it
            for pk, sealed in model._base_manager.select_for_update().values_list("pk", field.attname):
                try:
                    fresh = sealed.rotated() if sealed else ""
                except Undecipherable:
                    lost += 1
                    continue
                rotated += bool(fresh) and model._base_manager.filter(pk=pk).update(**{field.attname: fresh})
    return rotated, lost
