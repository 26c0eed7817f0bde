"""What goes wrong in a way that a person can act on."""

from typing import Any

from django.utils.functional import Promise


class OtklikError(Exception):
    """Something a person can act on, shown to them as it stands: what happened, what it means, what to do.

    `code` is stable and goes to the API and the logs; `message` is a lazy translation with named placeholders
    that `facts` fill.
    """

    code: str
    message: str | Promise

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message) % self.facts
