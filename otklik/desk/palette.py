"""What can be done by typing: the commands of the palette, and how they are found.

A command is known by its words in both languages, whichever the page is in; what was typed on the wrong layout is
understood too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from otklik.lib.layout import other_layout
from otklik.lib.ruling import fold
from otklik.staff.models import Language, Member
from otklik.tickets.models import Macro, Sleep, Ticket
from otklik.tickets.putting_off import SLEEPS

from .listing import entries
from .settings_menu import GROUPS

SHOWN = 12
MACROS = 200  # so many are looked through


@dataclass(frozen=True)
class Command:
    """One line of the palette: an address to go to or, with `name`, a property to set on the ticket by POST.

    `also` are other words by which people look for it.
    """

    label: str | Promise
    icon: str
    address: str
    also: tuple[str | Promise, ...] = ()
    name: str = ""
    value: str = ""
    room: str | Promise = field(default="", compare=False)  # where it belongs, said beside it


def commands(member: Member, ticket: Ticket | None = None) -> list[Command]:
    """All that this member may do here; what is about the ticket that is open comes first."""
    about = list(_of_ticket(member, ticket)) if ticket and member.can_answer else []
    return [*about, *_places(member), *(_settings() if member.is_administrator else ()), *_looks()]


def find(text: str, known: Iterable[Command]) -> list[Command]:
    """The commands that have a word beginning so for every word typed; on the other layout if none does."""
    listed = list(known)
    if not fold(text):
        return listed[:SHOWN]
    return _match(text, listed) or _match(other_layout(text), listed)


def jump(text: str, member: Member) -> Ticket | None:
    """The ticket whose number was typed, if the member may see it."""
    number = text.strip().lstrip("#№")  # cyrillic: the sign that stands before a number
    if not number.isdecimal() or len(number) > 18:
        return None
    return Ticket.objects.visible_to(member).filter(pk=number).first()


def _match(text: str, known: list[Command]) -> list[Command]:
    wanted = fold(text).split()
    return [command for command in known if _has(_words(command), wanted)][:SHOWN]


def _has(words: set[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)


def _words(command: Command) -> set[str]:
    """The words of a command in every language."""
    found: set[str] = set()
    for language in Language.values:
        with override(language):
            for text in (command.label, command.room, *command.also):
                found.update(fold(str(text)).replace("“", "").replace("”", "").split())
    return found


def _of_ticket(member: Member, ticket: Ticket) -> Iterator[Command]:
    change = reverse("desk:change", args=[ticket.pk])

    def setting(label: Any, icon: str, name: str, value: Any, room: Any) -> Command:
        return Command(label, icon, change, name=name, value=str(value), room=room)

    if ticket.assignee_id != member.pk:
        yield setting(_("Take it myself"), "user-check", "assignee", member.pk, _("Assignee"))
    if ticket.assignee_id:
        yield setting(_("Give it to nobody"), "user-round-x", "assignee", "", _("Assignee"))
    for name, icon, room, choices, now in (
        ("state", "circle-dot", _("State"), Ticket.State, ticket.state),
        ("priority", "flame", _("Priority"), Ticket.Priority, ticket.priority),
        ("type", "tag", _("Type"), Ticket.Type, ticket.type),
    ):
        for choice in choices:
            if choice not in (now, Ticket.State.NEW):
                yield setting(choice.label, icon, name, choice.value, room)
    for other in Member.objects.answering(ticket.team).exclude(pk__in=[member.pk, ticket.assignee_id or 0]):
        yield setting(other.name, "user", "assignee", other.pk, _("Assignee"))
    for macro in Macro.objects.visible_to(member).order_by("-uses", "title")[:MACROS]:
        yield Command(
            macro.title, "wand-sparkles", reverse("desk:use_macro", args=[ticket.pk, macro.pk]), room=_("Macro")
        )
    yield from _of_sleep(ticket)
    yield Command(_("History"), "history", reverse("desk:history", args=[ticket.pk]))


def _of_sleep(ticket: Ticket) -> Iterator[Command]:
    change, room = reverse("desk:change", args=[ticket.pk]), pgettext_lazy("the button", "Put off")
    choices = {} if ticket.is_over else dict(SLEEPS)
    if Sleep.objects.filter(ticket=ticket).exists():
        choices["wake"] = _("Wake it now")
    for choice, label in choices.items():
        yield Command(label, "alarm-clock", change, name="asleep", value=choice, room=room)


def _places(member: Member) -> Iterator[Command]:
    if member.can_answer:
        yield Command(_("Home"), "house", reverse("desk:home"), (_("My day"),))
        yield Command(_("New ticket"), "plus", reverse("desk:open"))
    for entry in entries(member):
        yield Command(entry.view.name, entry.icon, reverse("desk:queue", args=[entry.key]), room=_("Tickets"))
    yield Command(_("Notices"), "message-square", reverse("desk:notices"))
    yield Command(_("Clients"), "circle-user", reverse("desk:clients"))
    yield Command(_("Knowledge base"), "book-open", reverse("desk:knowledge"), (_("articles"), _("help pages")))
    if member.can_answer:
        yield Command(_("New article"), "plus", reverse("desk:new_article"), room=_("Knowledge base"))
    yield Command(_("Outbox"), "send", reverse("desk:outbox"))
    yield Command(_("Profile"), "pen-line", reverse("profile"), (_("signature"), _("language"), _("Keys")))


def _settings() -> Iterator[Command]:
    for group, places in GROUPS:
        for place in places:
            yield Command(place.label, "settings", place.address, (group,), room=_("Settings"))


def _looks() -> Iterator[Command]:
    for theme, icon in zip(Member.Theme, ("laptop", "sun", "moon", "contrast"), strict=True):
        yield Command(
            theme.label, icon, reverse("preferences"), (_("Colours"),), name="theme", value=theme, room=_("Theme")
        )
    for density, icon in zip(Member.Density, ("layout-list", "list"), strict=True):
        yield Command(
            density.label, icon, reverse("preferences"), (_("Rows"),), name="density", value=density, room=_("Density")
        )
