"""Files too large for a mail: the reader fetches them from the status page by a signed link of their own."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from otklik.clients.models import Person
from otklik.tickets.models import Attachment, Message


@dataclass(frozen=True)
class FileLink:
    name: str
    size_bytes: int
    url: str


def divided(message: Message, person: Person | None, limit_bytes: int) -> tuple[list[Attachment], list[FileLink]]:
    """The files that travel in the mail, together no larger than the limit, and links to the rest.

    Somebody without a page of their own, a person who was erased, gets all of them in the mail.
    """
    attached: list[Attachment] = []
    linked: list[FileLink] = []
    left = limit_bytes
    for file in message.attachments.all():
        if person is None or file.size_bytes <= left:
            attached.append(file)
            left -= file.size_bytes
        else:
            linked.append(FileLink(file.name, file.size_bytes, link_to(file, person)))
    return attached, linked


def link_to(file: Attachment, person: Person) -> str:
    """Where this person may fetch the file, without signing in; it ends when they no longer take part."""
    token = file.message.ticket.status_token(person)
    return settings.URL + reverse("portal:ticket-file", args=[token, file.pk])
