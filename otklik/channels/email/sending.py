"""The way out: a rendered mail to the outgoing server, or to the local outbox while there is none."""

import smtplib
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from otklik.tickets.models import Delivery
from otklik.tickets.sending import Held, SendFailed

from .models import OutboxMail
from .rendering import raw, render

TIMEOUT_SECONDS = 60  # for each step of the conversation; the lease of a delivery is five minutes


def send(delivery: Delivery) -> None:
    """Hand one delivery to the outgoing server. Raises SendFailed; Held when no server is configured."""
    if not settings.SMTP_URL:
        keep(delivery)
        raise Held
    hand_over(render(delivery), delivery.address)
    OutboxMail.objects.filter(delivery=delivery).delete()


def keep(delivery: Delivery) -> None:
    """Keep the mail in the outbox; once, however often the delivery is tried."""
    mail = render(delivery)
    shown = {"recipient": delivery.address, "subject": mail.subject[:250], "raw": mail.message().as_bytes()}
    OutboxMail.objects.update_or_create(delivery=delivery, defaults=shown)


def letter(delivery: Delivery) -> bytes:
    """The mail as its recipient gets it: what lies in the outbox, else what is rendered now."""
    kept = OutboxMail.objects.filter(delivery=delivery).first()
    return bytes(kept.raw) if kept else raw(delivery)


def hand_over(mail: EmailMultiAlternatives, address: str) -> None:
    """Give the mail to the server, which answers for one recipient. Raises SendFailed."""
    try:
        EmailBackend(timeout=TIMEOUT_SECONDS, **server(settings.SMTP_URL)).send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refusal:
        code, text = next(iter(refusal.recipients.values()))
        raise SendFailed(_told(address, code, text), retry=code < 500) from refusal
    except smtplib.SMTPDataError as refusal:
        raise SendFailed(
            _told(address, refusal.smtp_code, refusal.smtp_error), retry=refusal.smtp_code < 500
        ) from refusal
    except (smtplib.SMTPException, OSError) as fault:
        # Also a refused sender or password: a matter of settings, which somebody may put right in time.
        raise SendFailed(f"{type(fault).__name__}: {fault}", retry=True) from fault


def server(url: str) -> dict[str, Any]:
    """How to reach smtp://user:password@host:port?starttls=1 or smtps://…, in the words of Django's backend."""
    parts = urlsplit(url)
    is_encrypted = parts.scheme == "smtps"
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or (465 if is_encrypted else 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": is_encrypted,
        "use_tls": not is_encrypted and parse_qs(parts.query).get("starttls") == ["1"],
    }


def _told(address: str, code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{address}: {code} {said}"
