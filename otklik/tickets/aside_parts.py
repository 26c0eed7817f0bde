"""What side conversations offer to rules."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Condition, Label, Subject, ValueKind

from .rule_parts import yes_no

EVENTS: dict[str, Label] = {
    "aside.opened": _("A third party is asked"),
    "aside.received": _("A third party answers"),
    "aside.failed": _("A letter to a third party is not delivered"),
}


def conditions() -> list[Condition]:
    return [Condition("aside", _("A side conversation is open"), ValueKind.CHOICE, _asked, yes_no)]


def _asked(subject: Subject) -> set[str]:
    return {"yes" if subject.ticket.asides.filter(ended_at=None).exists() else "no"}
