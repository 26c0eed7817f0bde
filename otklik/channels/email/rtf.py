"""The text of a message that Outlook keeps as compressed RTF alone (MS-OXRTFCP). Any bytes have an answer."""

import re

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

from .charsets import storable

_LARGEST_BYTES = 300_000  # compressed: both libraries take a second for so much
_LONGEST = 1_000_000  # characters of RTF
_FONT = re.compile(r"\\f(\d{1,5})(?:\\[a-z]{1,20}-?\d{0,6} ?){0,8}?\\fcharset(\d{1,3})")
_MOST_FONTS = 500
_LINK = re.compile(r"(\\fldinst\s*\{)", re.IGNORECASE)


def text_of(compressed: bytes) -> str:
    """The plain text, "" if there is none or it cannot be read. Formatting and the targets of links are left out."""
    if len(compressed) > _LARGEST_BYTES:
        return ""
    try:
        # Each byte becomes the letter with its number: the library decodes what RTF itself escapes.
        rtf = decompress(compressed).decode("latin-1")
        text = str(rtf_to_text(_tamed(rtf), errors="replace")) if len(rtf) <= _LONGEST else ""  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 the libraries raise whatever broken bytes lead them to
        return ""
    return storable(text.replace("\r\n", "\n").strip("\n"))


def _tamed(rtf: str) -> str:
    """The same for the library, whose regular expressions would take hours over hostile fonts and links.

    It looks at the first table of fonts, so ours stands before; and for links in one line, so they are broken up.
    """
    fonts = dict(_FONT.findall(rtf)[:_MOST_FONTS])
    table = "".join(f"{{\\f{font}\\fcharset{charset} x;}}" for font, charset in fonts.items())
    return f"{{{{\\fonttbl{table}}}{_LINK.sub(_broken_up, rtf)}}}"


def _broken_up(link: re.Match[str]) -> str:
    return f"{link[1]}\n"  # a line's end means nothing in RTF
