"""What a page of ours sent and a channel keeps as JSON, taken apart: nothing of it is trusted."""

import base64
import binascii
from typing import Any

from .inbound import InboundFile


def text_in(value: Any) -> str:
    """A string that every store can keep: PostgreSQL knows neither NUL nor half of a surrogate pair.

    Raises TypeError for what is no string.
    """
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def file_in(said: dict[str, Any]) -> InboundFile:
    """A file with its name, type and content in base64. Raises TypeError, KeyError, ValueError."""
    try:
        content = base64.b64decode(said["content"], validate=True)
    except binascii.Error as fault:
        raise ValueError("content") from fault
    return InboundFile(text_in(said["name"]), text_in(said["type"]), content)
