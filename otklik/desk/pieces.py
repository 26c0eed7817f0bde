"""Small pieces of pages that stand in every row: icons, times, faces, states, promises.

They are written here and not in templates, where looking up every word of a row anew would cost more than all the rest
of a page. Whatever comes from the store is escaped where it is put in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zlib import crc32

from django.templatetags.static import static
from django.utils import formats
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from otklik.sla.models import Metric
from otklik.tickets.models import Channel, Ticket
from otklik.tickets.models.sleep import Sleep
from otklik.tickets.search import Piece

from .deadlines import Deadline

HUES = 8
HIGH = Ticket.Priority.HIGH
_WAITING = (Ticket.State.WAITING_CLIENT, Ticket.State.WAITING_THIRD_PARTY)


def written(html: str) -> SafeString:
    """HTML of ours, in which everything foreign is escaped."""
    return mark_safe(html)  # noqa: S308


@lru_cache(maxsize=500)
def icon(name: str, modifier: str = "") -> SafeString:
    """An icon of the sprite, silent to screen readers: a word must stand beside it or on its button."""
    size = f" icon--{escape(modifier)}" if modifier else ""
    return written(f'<svg class="icon{size}" aria-hidden="true"><use href="{_sprite()}#{escape(name)}"/></svg>')


@cache
def _sprite() -> str:
    # A page has hundreds of icons, and the manifest of page files need not be asked for each.
    return static("vendor/lucide/sprite.svg")


def moment(at: datetime | None, *, hour: bool = False) -> SafeString | str:
    """A time as people say it: the hour today, then the day, then the year too; the whole of it in the title.

    With `hour` an earlier day has its hour too.
    """
    if at is None:
        return ""
    local = localtime(at)
    minute = local.replace(second=0, microsecond=0, tzinfo=None)
    full, short = _in_words(minute, localtime().date(), get_language(), hour)
    return written(f'<time datetime="{local.isoformat("T", "seconds")}" title="{full}">{short}</time>')


@lru_cache(maxsize=10_000)
def _in_words(local: datetime, today: date, _language: str | None, hour: bool) -> tuple[str, str]:
    """A minute in full and in short. Lists show the same ones again and again, and each costs thirty look-ups."""
    return escape(formats.date_format(local, "DATETIME_FORMAT")), escape(_short(local, today, hour=hour))


def _short(local: datetime, today: date, *, hour: bool) -> str:
    if local.date() == today:
        return formats.date_format(local, "H:i")
    if local.date() == today - timedelta(days=1):
        return _("yesterday, %(hour)s") % {"hour": formats.date_format(local, "H:i")}
    # A translation may need other letters of Django’s: Russian months stand in another case after a day.
    known = pgettext("date", "j b") if local.year == today.year else pgettext("date", "j b Y")
    day = formats.date_format(local, known)
    return f"{day}, {formats.date_format(local, 'H:i')}" if hour else day


def initials(name: str) -> str:
    """Two letters at most: of the first and the last word."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def hue(name: str) -> int:
    """One of the avatar colours, the same for the same name."""
    return crc32(str(name).encode()) % HUES


def avatar(name: str, modifier: str = "") -> SafeString:
    more = f" avatar--{escape(modifier)}" if modifier else ""
    return written(f'<span class="avatar avatar--{hue(name)}{more}" aria-hidden="true">{escape(initials(name))}</span>')


def marked(text: Iterable[Piece]) -> SafeString:
    """A text with the words in it that were looked for."""
    return written("".join(f"<mark>{escape(one.text)}</mark>" if one.is_marked else escape(one.text) for one in text))


def state(ticket: Ticket) -> SafeString:
    """A ticket’s state in words."""
    looks = "waiting" if ticket.state in _WAITING else ticket.state
    return written(f'<span class="chip chip--{escape(looks)}">{escape(Ticket.State(ticket.state).label)}</span>')


def priority(ticket: Ticket) -> SafeString:
    """A ticket’s priority if it is not the usual one."""
    if ticket.priority == Ticket.Priority.NORMAL:
        return written("")
    label = escape(Ticket.Priority(ticket.priority).label)
    if ticket.priority < HIGH:
        return written(f'<span class="priority">{label}</span>')
    how, sign = ("critical", "flame") if ticket.priority > HIGH else ("high", "chevrons-up")
    return written(f'<span class="priority priority--{how}">{icon(sign)}{label}</span>')


def deadline(promise: Deadline) -> SafeString:
    """The promise that presses most."""
    metric, text = escape(Metric(promise.clock.metric).label), escape(promise.text)
    return written(
        f'<span class="pressing pressing--{promise.state}" title="{metric}: {text}">{icon(promise.icon)}'
        f'<span class="unseen">{metric}:</span> <span class="cut">{text}</span></span>'
    )


def asleep(sleep: Sleep, *, short: bool = False) -> SafeString:
    """That a ticket is put off; `short` for a list, where the icon says it."""
    text = escape(_("put off until") if sleep.until else _("put off until the client writes"))
    until = f" {moment(sleep.until, hour=True)}" if sleep.until else ""
    unseen = ' class="unseen"' if short else ""
    return written(f'<span class="chip">{icon("alarm-clock")}<span{unseen}>{text}</span>{until}</span>')


def channel(found: Channel) -> SafeString:
    """By which channel a ticket came, as an icon."""
    return written(f'<span title="{escape(found.name)}">{_of_kind(found.kind, get_language())}</span>')


@lru_cache(maxsize=100)
def _of_kind(kind: str, _language: str | None) -> SafeString:
    found = Channel(kind=kind)
    return written(f'{icon(found.adapter.icon)}<span class="unseen">{escape(found.get_kind_display())}</span>')


def sleep_of(ticket: Ticket) -> Any:
    """How a ticket is put off; None if it is not."""
    return getattr(ticket, "sleep", None)
