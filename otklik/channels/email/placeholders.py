"""The words in braces of a mail's template, from a closed list; nothing else in braces means anything."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS: Mapping[str, str | Promise] = {
    "client": _("the client’s name"),
    "number": _("the ticket’s number"),
    "subject": _("the ticket’s subject"),
    "company": _("the company’s name"),
    "mailbox": _("the mailbox’s name"),
    "agent": _("the name of whoever answers"),
    "text": _("the answer itself"),
    "signature": _("the signatures of whoever answers and of the mailbox"),
    "status_link": _("the client’s own link to the status page"),
    "opens": _("when we are there again: date, time and time zone"),
}
# What a program writes is kept on the ticket, where others read it too: nothing in it may be one person's secret.
OF_AUTOMATIC = ("client", "number", "subject", "company", "mailbox")
OF_OUT_OF_HOURS = (*OF_AUTOMATIC, "opens")
OF_ANSWER = (*OF_AUTOMATIC, "agent", "text", "signature", "status_link")
OF_SUBJECT = OF_AUTOMATIC
_BRACED = re.compile(r"\{([^{}\n]*)\}")
_NAME = re.compile(r"[A-Za-z_][\w.!\[\]:]*")


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each known word in braces replaced, once: what a value says in braces is not looked at again."""
    return _BRACED.sub(lambda braced: values.get(braced[1], braced[0]), text)


def check(text: str, allowed: tuple[str, ...]) -> None:
    """Raises ValidationError for a word in braces that is not on the list."""
    unknown = [word for word in _BRACED.findall(text) if _NAME.fullmatch(word) and word not in allowed]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in allowed)
        message = _("There is no placeholder {%(word)s} here. You can use: %(known)s.")
        raise ValidationError(message, params={"word": unknown[0], "known": known}, code="unknown_placeholder")
