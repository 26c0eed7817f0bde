"""What mail servers say of our own mails: the delivery that failed, and the address that does not work."""

from datetime import datetime

from otklik.clients.models import EMAIL, Address
from otklik.lib.inbound import Inbound, Report

from .models import Delivery

# What speaks against this one mail, and not against the address.
ABOUT_THE_MAIL = (Delivery.Trouble.UNWANTED, Delivery.Trouble.TOO_LARGE)


def note_bounce(inbound: Inbound, *, at: datetime) -> None:
    """Mark each delivery that came back, and the address it went to if that is what was wrong.

    Only a report that names one of our mails and a recipient of it is believed: anybody can write one.
    """
    for report in inbound.reports:
        for delivery in _deliveries(report):
            delivery.bounce(report.why, reason=report.reason, at=at)
            if report.reason not in ABOUT_THE_MAIL:
                mark_failing(delivery.address, report.why, at=at)


def mark_failing(value: str, why: str, *, at: datetime) -> None:
    """Note on a client's address that mail to it does not arrive."""
    for address in Address.objects.filter(kind=EMAIL, value=value.lower()).select_related("person"):
        address.mark_failing(why, at=at)


def _deliveries(report: Report) -> list[Delivery]:
    """Those of the mail that the report names, to the address it names.

    The only one in any case: the recipient's server may have sent it on to an address that we never heard of.
    """
    sent = Delivery.objects.filter(message__external_id__in=report.message_ids).select_related("message__ticket")
    found = list(sent) if report.message_ids else []
    return found if len(found) == 1 else [each for each in found if each.address.lower() == report.recipient.lower()]
