"""What members can do that not everybody can."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    """A trade, a product or a language. Teams and routes ask for some; a member has some."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
