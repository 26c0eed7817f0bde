"""The knowledge base as a whole."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Base(models.Model):
    """The one row about the knowledge base."""

    is_open = models.BooleanField(
        _("clients see the knowledge base"),
        default=True,
        help_text=_(
            "Switched off, only the staff read articles: no page, link or search of the clients’ side has any."
        ),
    )
    one = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one"], name="knowledge_base_is_one")]

    def __str__(self) -> str:
        return str(_("Knowledge base"))

    @classmethod
    def current(cls) -> Base:
        """As it was set; an unsaved one with the defaults before that."""
        return cls.objects.first() or cls()
