"""One way in and out: a mailbox, a web form, later a bot or a phone line."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound
from otklik.staff.models import Language, Team

if TYPE_CHECKING:
    from .delivery import Delivery
    from .raw import RawMessage


class ChannelKind(Protocol):
    """What a line in CHANNELS names: a class with these names and any of the two halves `read` and `send`."""

    kind: str
    label: Any
    icon: str


class Reads(ChannelKind, Protocol):
    def read(self, raw: RawMessage) -> Inbound | Dropped: ...


class Sends(ChannelKind, Protocol):
    def send(self, delivery: Delivery) -> None: ...


def channel_kinds() -> list[tuple[str, Any]]:
    return [(kind, import_string(name).label) for kind, name in settings.CHANNELS.items()]


def is_live(kind: str) -> bool:
    """Whether people talk on channels of a kind: an answer is read at once, many short messages are nothing strange."""
    return kind in settings.CHANNELS and getattr(import_string(settings.CHANNELS[kind]), "is_live", False)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def active(self) -> ChannelQuerySet:
        return self.filter(is_active=True)


class Channel(models.Model):
    """A configured channel. `address` is what the world knows it by: a mailbox's address, a form's name in its link."""

    kind = models.CharField(_("kind"), max_length=20, choices=channel_kinds)
    name = models.CharField(_("name"), max_length=80, help_text=_("Clients see it as the sender’s name."))
    address = models.CharField(_("address"), max_length=254)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="channels",
        verbose_name=_("team"),
        help_text=_("New tickets go to this team."),
    )
    answers_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("mailbox for answers"),
        help_text=_("For a channel that cannot carry answers itself."),
    )
    signature = models.TextField(_("signature"), blank=True, help_text=_("Stands under every answer."))
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.RUSSIAN)
    options = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "address"], name="channel_once")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def adapter(self) -> Any:
        """The channel's class, ready to `read` or `send`."""
        return import_string(settings.CHANNELS[self.kind])()

    @property
    def is_screened(self) -> bool:
        """Whether its kind asks a filter about what comes, after reading it and before filing it."""
        return hasattr(self.adapter, "screen")

    @property
    def is_live(self) -> bool:
        return is_live(self.kind)

    @property
    def outgoing(self) -> Channel | None:
        """The channel that carries answers: this one, or the mailbox it names; None if nothing can."""
        if hasattr(self.adapter, "send"):
            return self
        return self.answers_by
