"""Small words of the desk's templates: pieces of a page as tags, and filters."""

from collections.abc import Mapping
from typing import Any

import phonenumbers
from django import template
from django.template import Context
from django.template.base import FilterExpression, Node, Parser, Token
from django.utils.safestring import SafeString

from otklik.desk import editor, pieces, rows
from otklik.desk.deadlines import Deadline
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket
from otklik.tickets.search import Hit

register = template.Library()
register.simple_tag(pieces.moment)
register.simple_tag(pieces.avatar)
register.simple_tag(pieces.state)
register.simple_tag(pieces.priority)
register.simple_tag(pieces.deadline)
register.filter(pieces.initials)
register.filter(pieces.hue)
register.filter(pieces.marked)


class Icon(Node):
    """An icon by a name and, perhaps, a modifier."""

    child_nodelists = ()

    def __init__(self, args: list[FilterExpression]) -> None:
        self.args = args

    def render(self, context: Context) -> SafeString:
        return pieces.icon(*(each.resolve(context) if each.is_var else each.var for each in self.args))


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    return Icon([parser.compile_filter(word) for word in token.split_contents()[1:]])


@register.simple_tag
def asleep(ticket: Ticket, *, short: bool = False) -> SafeString:
    sleep = pieces.sleep_of(ticket)
    return pieces.asleep(sleep, short=short) if sleep else pieces.written("")


@register.simple_tag
def row(ticket: Ticket, addresses: Mapping[int, str], deadlines: Mapping[int, Deadline], member: Member) -> SafeString:
    return rows.row(ticket, addresses[ticket.pk], deadlines.get(ticket.pk), can_choose=member.can_answer)


@register.simple_tag
def found_row(hit: Hit, deadlines: Mapping[int, Deadline], member: Member) -> SafeString:
    return rows.found(hit, deadlines.get(hit.ticket.pk), can_choose=member.can_answer)


@register.filter
def shown(message: Message) -> SafeString:
    """What a member wrote in the editor, as it was written."""
    return editor.shown(message)


@register.filter
def phone(number: str) -> str:
    """A number in E.164 as people write it; any other text as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.filter
def addtext(before: str, after: object) -> str:
    """Both as one text, whatever they are."""
    return f"{before}{after}"


@register.filter
def of(things: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key; None if nothing."""
    return things.get(key)
