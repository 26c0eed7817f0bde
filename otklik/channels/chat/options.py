"""What an administrator decides about a chat: where it may stand, what it asks, how it looks.

It lies in `Channel.options` as JSON; here it has types. `parse` is forgiving, since strangers' pages must stand
whatever the row holds; `ChatForm`, through which rows are written, is strict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.lib.consent import NO_CONSENT, ConsentText
from otklik.tickets.models import Channel

COLOUR = "#2457a6"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
# A site as a browser names it; what does not fit must never reach a Content-Security-Policy.
ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")


class Asked(TextChoices):
    """Whether something is asked of a visitor before the talk."""

    NO = "no", _("not asked")
    OPTIONAL = "optional", _("may be left empty")
    REQUIRED = "required", _("required")


class Side(TextChoices):
    RIGHT = "right", _("at the right")
    LEFT = "left", _("at the left")


@dataclass(frozen=True)
class ChatOptions:
    origins: tuple[str, ...] = ()  # the sites that may show it, as "https://shop.example"
    greeting: str = ""
    asks_name: Asked = Asked.OPTIONAL
    asks_email: Asked = Asked.OPTIONAL
    asks_phone: Asked = Asked.NO
    consent: ConsentText = NO_CONSENT
    colour: str = COLOUR
    side: Side = Side.RIGHT
    calendar: int | None = None  # None: the hours of the team

    @classmethod
    def of(cls, channel: Channel) -> ChatOptions:
        return parse(channel.options)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def asked(self) -> dict[str, Asked]:
        """What is asked before a talk, in the order of the form."""
        every = {"name": self.asks_name, "email": self.asks_email, "phone": self.asks_phone}
        return {field: asked for field, asked in every.items() if asked != Asked.NO}


def parse(options: Any) -> ChatOptions:
    """The options that stand in a row; what is not understood is left out."""
    if not isinstance(options, Mapping):
        return ChatOptions()
    origins, calendar, colour = (options.get(name) for name in ("origins", "calendar", "colour"))
    listed = origins if isinstance(origins, list | tuple) else ()
    greeting = options.get("greeting")
    return ChatOptions(
        origins=tuple(each for each in listed if isinstance(each, str) and ORIGIN.fullmatch(each)),
        greeting=greeting.strip() if isinstance(greeting, str) else "",
        asks_name=_asked(options, "asks_name", Asked.OPTIONAL),
        asks_email=_asked(options, "asks_email", Asked.OPTIONAL),
        asks_phone=_asked(options, "asks_phone", Asked.NO),
        consent=ConsentText.parse(options.get("consent")),
        colour=colour if isinstance(colour, str) and _COLOUR.fullmatch(colour) else COLOUR,
        side=Side.LEFT if options.get("side") == Side.LEFT else Side.RIGHT,
        calendar=calendar if isinstance(calendar, int) else None,
    )


def _asked(options: Mapping[str, Any], name: str, otherwise: Asked) -> Asked:
    said = options.get(name)
    return Asked(said) if said in Asked.values else otherwise


def is_open(channel: Channel, at: datetime) -> bool:
    """Whether somebody is there by the chat's own hours, or by those of its team; without hours always."""
    chosen = ChatOptions.of(channel).calendar
    calendar = Calendar.objects.filter(pk=chosen).first() if chosen else channel.team.calendar
    return calendar is None or calendar.working_time(at).is_open(at)
