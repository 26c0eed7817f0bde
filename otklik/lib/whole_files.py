"""The file store's folder, in which each file is there whole or not at all, also after a crash or a power cut."""

import os
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage

DRAFT = "."  # how the name of a file that is still being written begins


class WholeFiles(FileSystemStorage):
    """Django's own writes in place: a program killed meanwhile leaves half a file under its final name.

    Since our names are digests, the next message with the same file would find it there and be content with the half.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{DRAFT}{target.name}.{token_hex(4)}")
        try:
            with draft.open("xb") as file:
                file.writelines(content.chunks())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _flush(target.parent)
        return name


def _flush(folder: Path) -> None:
    """Make the names in a folder survive a power cut, as the bytes do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
