"""Small words of the desk's templates: icons, times, initials."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zlib import crc32

import phonenumbers
from django import template
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.desk import editor
from otklik.tickets.models import Message
from otklik.tickets.search import Piece

register = template.Library()
HUES = 8


@register.simple_tag
def icon(name: str, modifier: str = "") -> SafeString:
    """An icon of the sprite, silent to screen readers: a word must stand beside it or on its button."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" icon--{modifier}" if modifier else "",
        _sprite(),
        name,
    )


@cache
def _sprite() -> str:
    # A page has hundreds of icons, and the manifest of page files need not be asked for each.
    return static("vendor/lucide/sprite.svg")


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """A text with the words in it that were looked for."""
    texts = (f"<mark>{escape(piece.text)}</mark>" if piece.is_marked else escape(piece.text) for piece in pieces)
    return mark_safe("".join(texts))  # noqa: S308 every piece is escaped


@register.simple_tag
def moment(at: datetime | None, *, hour: bool = False) -> SafeString | str:
    """A time as people say it: the hour today, then the day, then the year too; the whole of it in the title.

    With `hour` an earlier day has its hour too.
    """
    if at is None:
        return ""
    local = localtime(at)
    full, machine = formats.date_format(local, "DATETIME_FORMAT"), local.isoformat("T", "seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full, _short(local, hour=hour))


def _short(local: datetime, *, hour: bool) -> str:
    today = localtime(now())
    if local.date() == today.date():
        return formats.date_format(local, "H:i")
    if local.date() == (today - timedelta(days=1)).date():
        return _("yesterday, %(hour)s") % {"hour": formats.date_format(local, "H:i")}
    # A translation may need other letters of Django’s: Russian months stand in another case after a day.
    known = pgettext("date", "j b") if local.year == today.year else pgettext("date", "j b Y")
    day = formats.date_format(local, known)
    return f"{day}, {formats.date_format(local, 'H:i')}" if hour else day


@register.filter
def shown(message: Message) -> SafeString:
    """What a member wrote in the editor, as it was written."""
    return editor.shown(message)


@register.filter
def initials(name: str) -> str:
    """Two letters at most: of the first and the last word."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


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


@register.filter
def hue(name: str) -> int:
    """One of the avatar colours, the same for the same name."""
    return crc32(str(name).encode()) % HUES
