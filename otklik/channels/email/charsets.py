"""Bytes to text when the label is wrong, unknown or missing."""

# cyrillic: it knows Russian letters from wrong ones
import re
from functools import lru_cache

_ALIASES = {
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "x-cp1251": "cp1251",
    "ansi": "cp1251",
    "koi8r": "koi8-r",
    "koi-8": "koi8-r",
    "koi8": "koi8-r",
    "x-koi8-r": "koi8-r",
    "dos-866": "cp866",
    "ibm-866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    # What browsers do: bytes labelled so are really Windows' superset.
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
}
_GUESSES = ("cp1251", "koi8-r", "cp866")
_WORD = re.compile("[А-ЯЁа-яё]{2,}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def decoded(content: bytes, charset: str = "") -> str:
    """`content` as text by its label if that fits, else by what it looks like; never fails."""
    codec = _codec(charset)
    try:
        text = storable(content.decode(codec)) if codec else ""
    except (UnicodeError, ValueError):
        codec = ""
    if not codec:
        return _guessed(content)
    if codec == "cp1252" and _looks_russian(guess := _guessed(content)) > 3:
        return guess  # “iso-8859-1” is what programs write that never asked
    return text


def storable(text: str) -> str:
    """`text` without what no database takes: NUL and halves of surrogate pairs."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


@lru_cache(maxsize=100)
def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower().replace("_", "-")
    name = _ALIASES.get(name, name)
    try:
        bytes(4).decode(name)
    except (LookupError, ValueError):
        return ""
    return name


def _guessed(content: bytes) -> str:
    try:
        return storable(content.decode("utf-8"))
    except UnicodeDecodeError as fault:
        # One bad byte behind good letters, or a letter cut off at the end, is still UTF-8.
        if not content[: fault.start].isascii():
            return storable(content.decode("utf-8", "replace"))
    return storable(max((content.decode(guess, "replace") for guess in _GUESSES), key=_looks_russian))


def _looks_russian(text: str) -> int:
    """Words in one case count for the guess; the wrong code page yields words like «оПХБЕР»."""
    sample = text[:4000]
    words = _WORD.findall(sample)
    score = sum(len(word) if word[1:].islower() else 1 if word.isupper() else -len(word) for word in words)
    return score - 3 * sum(sign in "\ufffd" or "\u2500" <= sign <= "\u25ff" for sign in sample)
