"""What an administrator decides about a form: its words, its topics, and the consent it asks for.

It lies in `Channel.options` as JSON; here it has types. `parse` is forgiving, since a page that clients see must
stand whatever the row holds; `FormOptionsForm`, through which rows are written, is strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext

from otklik.lib.consent import NO_CONSENT, ConsentText
from otklik.tickets.models import Channel, Ticket


@dataclass(frozen=True)
class Topic:
    """What a request can be about. `fields` are keys of TicketField; all but `label` may be empty."""

    key: str
    label: str
    type: str = ""
    tags: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @classmethod
    def named(cls, label: str, **rest: Any) -> Topic:
        return cls(key=slugify(label, allow_unicode=True)[:60], label=label, **rest)


@dataclass(frozen=True)
class FormOptions:
    title: str = ""
    intro: str = ""
    topics: tuple[Topic, ...] = ()
    consent: ConsentText = NO_CONSENT
    asks_phone: bool = False  # whoever leaves a number is called back
    confirmation: str = ""  # mailed to whoever sent the form; empty, nothing is

    @classmethod
    def of(cls, channel: Channel) -> FormOptions:
        options = parse(channel.options)
        return options if options.title else replace(options, title=gettext("Write to us"))

    def topic(self, key: str) -> Topic | None:
        """The topic of this key; the only one there is needs no asking."""
        if len(self.topics) == 1:
            return self.topics[0]
        return next((topic for topic in self.topics if topic.key == key), None)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def parse(options: Any) -> FormOptions:
    """The options that stand in a row; what is not understood is left out."""
    if not isinstance(options, Mapping):
        return FormOptions()
    topics = options.get("topics")
    return FormOptions(
        title=_text(options.get("title")),
        intro=_text(options.get("intro")),
        topics=tuple(_topic(each) for each in topics if _is_topic(each)) if isinstance(topics, list | tuple) else (),
        consent=ConsentText.parse(options.get("consent")),
        asks_phone=options.get("asks_phone") is True,
        confirmation=_text(options.get("confirmation")),
    )


def _is_topic(said: Any) -> bool:
    return isinstance(said, Mapping) and bool(_text(said.get("key")) and _text(said.get("label")))


def _topic(said: Mapping[str, Any]) -> Topic:
    type_ = _text(said.get("type"))
    return Topic(
        key=_text(said["key"]),
        label=_text(said["label"]),
        type=type_ if type_ in Ticket.Type.values else "",
        tags=_texts(said.get("tags")),
        fields=_texts(said.get("fields")),
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, value))) if isinstance(value, list | tuple) else ()
