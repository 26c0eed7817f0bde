"""The web form channel: what a visitor sent, kept as JSON, becomes a message."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound, Reason, Sender
from otklik.lib.said import file_in, text_in
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
    email = text_in(said["email"]).strip()
    if "@" not in email:
        return_address = "A submission without an e-mail address answers to nobody."
        raise ValueError(return_address)
    return Inbound(
        external_id=external_id,
        sender=Sender("email", email, text_in(said["name"])),
        text=text_in(said["text"]),
        subject=text_in(said["subject"]),
        language=text_in(said["language"]),
        type=text_in(said["type"]),
        tags=tuple(text_in(tag) for tag in said["tags"]),
        fields=dict(said["fields"]),
        consent=consent,
        files=tuple(file_in(each) for each in said["files"]),
    )
