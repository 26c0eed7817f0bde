"""Files in a talk: what a visitor may send, and what may be shown as a picture."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from otklik.lib.errors import OtklikError
from otklik.tickets.models import Attachment

FILES_MAX = 5
FILE_MAX_BYTES = 10 * 1024 * 1024
# What runs when it is opened: nobody sends it to a support chat with good intent, and an agent may click.
PROGRAMS = frozenset(
    ["apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "iso", "jar", "js", "jse", "lnk",
     "msc", "msi", "msix", "ps1", "reg", "scr", "sh", "vb", "vbe", "vbs", "wsf"]
)  # fmt: skip
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class FileRefused(OtklikError):
    code = "file_refused"
    message = "%(why)s"


def check_files(files: tuple[UploadedFile[Any], ...]) -> None:
    """Raises FileRefused, naming the file and what to do."""
    if len(files) > FILES_MAX:
        raise FileRefused(
            why=_("One message may carry %(most)s files. Send the rest with another.") % {"most": FILES_MAX}
        )
    for each in files:
        name = str(each.name)[:100]
        if (each.size or 0) > FILE_MAX_BYTES:
            why = _("“%(name)s” is too large: a file may have %(most)s MB. Send it by e-mail, or as a link.")
            raise FileRefused(why=why % {"name": name, "most": FILE_MAX_BYTES // 2**20})
        if PurePosixPath(name).suffix.lower().lstrip(".") in PROGRAMS:
            why = _("“%(name)s” is a program, and programs are not taken here. Send a picture or a document instead.")
            raise FileRefused(why=why % {"name": name})


def picture_type(attached: Attachment) -> str:
    """The type under which a file can be shown in a page, by its own bytes; "" for all others."""
    with attached.file.open("rb") as content:
        head = content.read(16)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in _PICTURES.items() if head.startswith(mark)), "")
