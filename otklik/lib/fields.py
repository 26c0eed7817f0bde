"""Custom fields: what a company wants to keep about its tickets and clients besides what we keep."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

TEXT_MAX = 1000


class CustomField(models.Model):
    """The declaration of one field; values stand in the owner's JSON column under `key`."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")

    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("label"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    def clean_value(self, value: Any) -> Any:
        """`value` as JSON keeps it: str, number, bool, ISO date or None for empty. Raises ValidationError."""
        if value is None or value == "":
            if self.is_required:
                raise ValidationError(_("“%(label)s” must be filled in."), params={"label": self.label})
            return None
        return getattr(self, f"_clean_{self.kind}")(value)

    def _refuse(self, wanted: Any) -> ValidationError:
        return ValidationError(_("“%(label)s”: %(wanted)s is wanted."), params={"label": self.label, "wanted": wanted})

    def _clean_text(self, value: Any) -> str:
        text = str(value).strip()
        if len(text) > TEXT_MAX:
            raise self._refuse(_("a shorter text"))
        return text

    def _clean_number(self, value: Any) -> float | int:
        try:
            number = float(str(value).replace(",", ".").replace(" ", "").replace("\N{NO-BREAK SPACE}", ""))
        except ValueError:
            raise self._refuse(_("a number")) from None
        if not abs(number) < 1e15:  # “not a number” is not less either
            raise self._refuse(_("a number"))
        return int(number) if number.is_integer() else number

    def _clean_date(self, value: Any) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise self._refuse(_("a date")) from None

    def _clean_choice(self, value: Any) -> str:
        if value not in self.choices:
            raise self._refuse(_("one of the choices"))
        return str(value)

    def _clean_yes_no(self, value: Any) -> bool:
        if value not in (True, False, "yes", "no", "on", "true", "false"):
            raise self._refuse(_("yes or no"))
        return value in (True, "yes", "on", "true")
