"""What stands in an address for a title: Latin letters, since Cyrillic ones become unreadable once copied."""

# cyrillic: it writes Russian in Latin letters
import re

from otklik.lib.morphology import fold

SLUG_MAX = 80
_LATIN = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}


def slug_of(title: str) -> str:
    """`title` for an address; “article” if nothing of it can stand there."""
    latin = "".join(_LATIN.get(letter, letter) for letter in fold(title))
    return re.sub(r"[^a-z0-9]+", "-", latin)[:SLUG_MAX].strip("-") or "article"
