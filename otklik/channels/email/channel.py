"""The e-mail channel: one class, the two halves of which live in `reading` and `sending`."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound
from otklik.tickets.models import Delivery, RawMessage

from . import reading, sending


class Email:
    kind = "email"
    label = _("E-mail")
    icon = "mail"

    def read(self, raw: RawMessage) -> Inbound | Dropped:
        """Understand one mail. Pure; any bytes have an answer."""
        return reading.read(raw)

    def send(self, delivery: Delivery) -> None:
        """Send one mail. Raises SendFailed or Held."""
        sending.send(delivery)

    def letter(self, delivery: Delivery) -> bytes:
        """The mail of a delivery as its recipient gets it."""
        return sending.letter(delivery)
