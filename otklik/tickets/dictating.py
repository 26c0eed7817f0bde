"""What staff write from their own mail programs: answers to a notice, and clients’ mails that they pass on.

Only the signed address of a notice proves who wrote. A mail that merely bears a member’s address becomes at most a
note, marked as not proven: whoever forges that address can then deceive no client.
"""

# cyrillic: commands are known in both languages
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from otklik.lib.errors import OtklikError
from otklik.lib.inbound import Dropped, Inbound, Reason
from otklik.staff.models import Member

from .files import Kept
from .models import Message, Ticket
from .replying import note, reply

Change = Callable[[Ticket, str, Member, datetime], None]
_COMMAND = re.compile(r"#(\w+)[ \t]*(.*)")
_NAMES = {
    "note": "note",
    "заметка": "note",
    "комментарий": "note",
    "close": "close",
    "закрыть": "close",
    "assign": "assign",
    "назначить": "assign",
    "approve": "approve",
    "одобрить": "approve",
    "reject": "reject",
    "отклонить": "reject",
}


@dataclass(frozen=True)
class Dictated:
    """A member's mail taken apart: the commands of its first lines, and the text below them."""

    commands: tuple[tuple[str, str], ...]
    text: str

    @property
    def is_note(self) -> bool:
        """Whether nothing of it is for the client: what is said beside a decision is not either."""
        return any(name == "note" or name in settings.MAIL_COMMANDS for name, _argument in self.commands)


def taken_apart(text: str) -> Dictated:
    """Commands stand on the first lines, one a line; the first line that is none begins the text."""
    commands: list[tuple[str, str]] = []
    lines = text.strip().split("\n")
    while lines and (found := _COMMAND.fullmatch(lines[0].strip())) and found[1].lower() in _NAMES:
        name, argument = _NAMES[found[1].lower()], found[2].strip()
        if name == "note" and argument:
            lines[0], argument = argument, ""
            commands.append((name, argument))
            break
        commands.append((name, argument))
        lines = lines[1:]
    return Dictated(tuple(commands), "\n".join(lines).strip())


def told(token: tuple[int, int] | None) -> tuple[Member, Ticket] | None:
    """Who was told of which ticket by the notice with this address; None when they may not answer it (any more)."""
    number, pk = token or (0, 0)
    member = Member.objects.active().filter(pk=pk).first()
    ticket = Ticket.objects.visible_to(member).filter(pk=number).first() if member and member.can_answer else None
    if member is None or ticket is None:
        return None
    alive = ticket.survivor()
    return (member, alive) if Ticket.objects.visible_to(member).filter(pk=alive.pk).exists() else None


def dictate(inbound: Inbound, files: tuple[Kept, ...], *, at: datetime) -> Message | Dropped:
    """Do what a member wrote to the address in a notice; commands alone are kept as a note."""
    found = told(inbound.staff_token)
    if found is None or found[0].email.lower() != inbound.sender.value.lower():
        return Dropped(Reason.STAFF_REFUSED)
    if inbound.automatic:
        return Dropped(Reason.STAFF_AUTOMATIC)
    member, ticket = found
    said = taken_apart(inbound.text)
    if not (said.text or files or said.commands):
        return Dropped(Reason.EMPTY)
    message = _say(said, inbound, ticket, by=member, files=files, at=at)
    # Raises IntegrityError when this mail came before: the whole is undone.
    Message.objects.filter(pk=message.pk).update(dictated_as=inbound.external_id)
    for name, argument in said.commands:
        if change := _COMMANDS.get(name) or _offered(name):
            change(ticket, argument, member, at)
    return message


def _offered(name: str) -> Change | None:
    """A command of a floor above."""
    where = settings.MAIL_COMMANDS.get(name)
    return import_string(where) if where else None


def _say(
    said: Dictated, inbound: Inbound, ticket: Ticket, *, by: Member, files: tuple[Kept, ...], at: datetime
) -> Message:
    """The answer, or the note; an answer that can go to nobody is kept as a note. Quoted text is never sent on."""
    if not (said.text or files):
        return note(ticket, by=by, text=inbound.text, at=at)
    try:
        write: Callable[..., Message] = note if said.is_note else reply
        message = write(ticket, by=by, text=said.text, files=files, at=at)
    except OtklikError as refusal:
        message = note(ticket, by=by, text=f"{refusal}\n\n{said.text}", files=files, at=at)
    return message


def _close(ticket: Ticket, _argument: str, by: Member, at: datetime) -> None:
    ticket.set_state(Ticket.State.CLOSED, by=by, at=at)


def _assign(ticket: Ticket, argument: str, by: Member, at: datetime) -> None:
    """Give the ticket to whoever of its team is meant; a note says so when it is nobody or several."""
    able = list(Member.objects.answering(ticket.team))
    wanted = argument.lower()
    exact = [member for member in able if wanted in (member.email.lower(), member.name.lower())]
    meant = exact or [member for member in able if wanted and member.name.lower().startswith(wanted)]
    if len(meant) == 1:
        ticket.assign_to(meant[0], by=by, at=at)
    else:
        note(ticket, by=by, text=_unclear(argument), at=at)


def _unclear(name: str) -> str:
    return _("The ticket was not assigned: “%(name)s” is not one person of its team.") % {"name": name}


_COMMANDS: dict[str, Change] = {
    "close": _close,
    "assign": _assign,
}
