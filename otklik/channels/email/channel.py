"""The e-mail channel: one class, the two halves of which live in `reading` and `sending`."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound, Nature
from otklik.tickets.models import Delivery, RawMessage

from . import reading, sending, spam


class Email:
    kind = "email"
    label = _("E-mail")
    icon = "mail"

    def read(self, raw: RawMessage) -> Inbound | Dropped:
        """Understand one mail. Pure; any bytes have an answer."""
        return reading.read(raw)

    def screen(self, raw: RawMessage, inbound: Inbound) -> Inbound:
        """The same, marked if the installation's own filter takes it for spam. May take seconds."""
        sender = str(raw.envelope.get("mail_from", ""))
        is_asked_about = inbound.nature in spam.ASKED_ABOUT and not inbound.staff_token
        if is_asked_about and spam.is_spam(bytes(raw.body), mail_from=sender):
            return replace(inbound, nature=Nature.SPAM)
        return inbound

    def send(self, delivery: Delivery) -> None:
        """Send one mail. Raises SendFailed or Held."""
        sending.send(delivery)

    def letter(self, delivery: Delivery) -> bytes:
        """The mail of a delivery as its recipient gets it."""
        return sending.letter(delivery)
