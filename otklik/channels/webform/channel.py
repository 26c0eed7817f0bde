"""The web form channel: what a visitor sent, kept as JSON, becomes a message."""

import base64
import binascii
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound, InboundFile, Reason, Sender
from otklik.tickets.models import RawMessage

KIND = "webform"


class WebForm:
    """Only the way in: answers go by the mailbox that the form names."""

    kind = KIND
    label = _("Web form")
    icon = "file-text"

    def read(self, raw: RawMessage) -> Inbound | Dropped:
        """Understand one submission as `submitting.store` wrote it. Any other bytes are Dropped, never an error."""
        try:
            said = json.loads(bytes(raw.body))
            return _inbound(said, external_id=raw.digest, consent=_version(raw.envelope))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Dropped(Reason.MALFORMED)


def _version(envelope: Any) -> str:
    consent = envelope.get("consent") or {}
    return str(consent.get("version", ""))


def _inbound(said: dict[str, Any], *, external_id: str, consent: str) -> Inbound:
    email = _text(said["email"]).strip()
    if "@" not in email:
        return_address = "A submission without an e-mail address answers to nobody."
        raise ValueError(return_address)
    return Inbound(
        external_id=external_id,
        sender=Sender("email", email, _text(said["name"])),
        text=_text(said["text"]),
        subject=_text(said["subject"]),
        language=_text(said["language"]),
        type=_text(said["type"]),
        tags=tuple(_text(tag) for tag in said["tags"]),
        fields=dict(said["fields"]),
        consent=consent,
        files=tuple(_file(each) for each in said["files"]),
    )


def _text(value: Any) -> str:
    """A string that every store can keep: PostgreSQL knows neither NUL nor half of a surrogate pair."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _file(said: dict[str, Any]) -> InboundFile:
    try:
        content = base64.b64decode(said["content"], validate=True)
    except binascii.Error as fault:
        raise ValueError("content") from fault
    return InboundFile(_text(said["name"]), _text(said["type"]), content)
