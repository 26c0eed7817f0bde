"""From a checked form to a ticket: first the bytes, committed; then the understanding, which may be repeated."""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from otklik.lib.consent import ConsentText
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Channel, RawMessage
from otklik.tickets.raw import take_in

from .limits import Origin, count, is_over


class TooMany(OtklikError):
    code = "too_many"
    message = _(
        "Too many messages came from you or your network in the last hour, so this one was not taken. "
        "Nothing you typed was lost: send it again later, or write to us by e-mail."
    )


@dataclass(frozen=True)
class Submission:
    """What a visitor wrote, checked. `note` is the form's signed note, one for each time the form was opened."""

    note: str
    name: str
    email: str
    text: str
    subject: str
    language: str
    type: str
    tags: tuple[str, ...]
    fields: dict[str, Any]
    files: tuple[UploadedFile[Any], ...]
    consent: ConsentText
    phone: str = ""  # to be called back, as E.164


def submit(submission: Submission, channel: Channel, *, origin: Origin) -> RawMessage:
    """Store a submission and make a ticket of it. Sent again, it is the same one.

    When this returns, nothing can be lost any more. If no ticket could be made yet, `message` of the answer is None
    and the worker goes on trying. Raises TooMany; never for what was taken already.
    """
    raw = _store(submission, channel, origin)
    if raw.claim():
        take_in([raw])
    raw.refresh_from_db(fields=["outcome", "message"])
    return raw


def _store(submission: Submission, channel: Channel, origin: Origin) -> RawMessage:
    body = _body(submission)
    digest = sha256(f"{channel.pk}.".encode() + body).hexdigest()
    agreed = submission.consent
    envelope: dict[str, Any] = {"consent": {"text": agreed.text, "version": agreed.version}} if agreed.text else {}
    envelope |= {"phone": submission.phone} if submission.phone else {}
    same = RawMessage.objects.select_related("channel__team").filter(channel=channel, digest=digest)
    if known := same.first():
        return known
    if is_over(origin):
        raise TooMany
    try:
        with transaction.atomic():
            raw = RawMessage.objects.create(channel=channel, digest=digest, body=body, envelope=envelope)
            count(origin)
    except IntegrityError:  # the other click was quicker
        return same.get()
    return raw


def _body(submission: Submission) -> bytes:
    said = {
        "note": submission.note,
        "name": submission.name,
        "email": submission.email,
        "text": submission.text,
        "subject": submission.subject,
        "language": submission.language,
        "type": submission.type,
        "tags": submission.tags,
        "fields": submission.fields,
        "phone": submission.phone,
        "files": [_file(each) for each in submission.files],
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _file(uploaded: UploadedFile[Any]) -> dict[str, str]:
    uploaded.seek(0)
    content = base64.b64encode(uploaded.read()).decode()
    return {
        "name": uploaded.name or "",
        "type": uploaded.content_type or "application/octet-stream",
        "content": content,
    }
