"""Where attached bytes lie: under their own digest, so that storing them twice is storing them once."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from otklik.lib.inbound import InboundFile

from .models import Attachment, Message
from .models.unused import UnusedFile


@dataclass(frozen=True)
class Kept:
    """A file that lies in the store already: `path` in the store, and what came with it."""

    path: str
    name: str
    type: str
    size_bytes: int
    content_id: str = ""


def keep(file: InboundFile) -> Kept:
    """Store the bytes. Belongs before a transaction, never inside: the store may be at the end of a network.

    A rollback leaves bytes that no row names; the same message read again finds and uses them, or they are swept.
    """
    digest = sha256(file.content).hexdigest()
    path = f"{digest[:2]}/{digest}"
    if not UnusedFile.may_be_used(path):
        path = f"{path}-{secrets.token_hex(4)}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(file.content))
    return Kept(path, safe_name(file.name), file.type, len(file.content), file.content_id[:250])


def attach(message: Message, files: tuple[Kept, ...]) -> None:
    """Name stored files as a message's attachments."""
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            file=kept.path,
            name=kept.name,
            type=kept.type[:127],
            size_bytes=kept.size_bytes,
            content_id=kept.content_id,
        )
        for kept in files
    )


def kept_of(attached: Attachment) -> Kept:
    """The file of a message once more, for another one."""
    return Kept(str(attached.file), attached.name, attached.type, attached.size_bytes, attached.content_id)


def safe_name(name: str) -> str:
    """A file's name without folders, control characters and direction marks, at most 250 characters long."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    visible = "".join(sign for sign in bare if sign.isprintable()).strip(". ")
    if len(visible) > 250:
        suffix = PurePosixPath(visible).suffix[:20]
        visible = visible[: 250 - len(suffix)] + suffix
    return visible or "file"
