"""The text that somebody agrees to before they write to us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ConsentText:
    """What the visitor agrees to. The version counts the texts there have been; an empty text asks for nothing."""

    text: str = ""
    version: int = 0

    @classmethod
    def parse(cls, said: Any) -> ConsentText:
        """What stands in the options of a channel; what is not understood is no consent."""
        if not isinstance(said, Mapping):
            return cls()
        text, version = said.get("text"), said.get("version")
        return cls(text.strip() if isinstance(text, str) else "", version if isinstance(version, int) else 0)

    def changed_to(self, text: str) -> ConsentText:
        """The same if the text is; else the next version."""
        return self if text == self.text else ConsentText(text, self.version + 1)


NO_CONSENT = ConsentText()
