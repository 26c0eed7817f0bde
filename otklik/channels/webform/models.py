"""What the form keeps besides the ticket: consents, and recent attempts for the limits."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Person
from otklik.tickets.models import Channel, Message


class Consent(models.Model):
    """Somebody agreed to a text. The text is kept as it was read: the form's own may change the next day."""

    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="consents", verbose_name=_("person"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", verbose_name=_("channel"))
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="consent")
    text = models.TextField(_("text"))
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("time"), default=now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"


class Attempt(models.Model):
    """One accepted submission, for counting. `key` is a keyed digest of an address: the address is not kept."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="webform_attempt_key")]

    def __str__(self) -> str:
        return self.key
