"""Sections: where articles stand, in two levels."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.knowledge.slugs import slug_of


class Section(models.Model):
    """A heading of articles; has a name in each language, or at least in one."""

    title_ru = models.CharField(_("name in Russian"), max_length=120, blank=True)
    title_en = models.CharField(_("name in English"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("Empty: it stands on the first page of the knowledge base."),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0, help_text=_("Smaller numbers come first."))

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title_ru="", title_en=""), name="section_named")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the language of the page, or in the one that there is."""
        names = (self.title_en, self.title_ru) if get_language() == "en" else (self.title_ru, self.title_en)
        return names[0] or names[1]

    @property
    def slug(self) -> str:
        return slug_of(self.title)

    def clean(self) -> None:
        if not self.title:
            raise ValidationError(_("Give the section a name in at least one language."))
        if self.parent and (self.parent.parent_id or self.parent_id == self.pk):
            raise ValidationError({"parent": _("Sections have two levels: choose one of the first page.")})
        if self.parent and self.pk and self.parts.exists():
            raise ValidationError({"parent": _("It has sections of its own, so it must stay on the first page.")})
