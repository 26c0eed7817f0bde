"""The company's own words in mails: which texts there are, and changing one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.channels.email.models import MailTemplate
from otklik.channels.email.placeholders import PLACEHOLDERS
from otklik.channels.email.wording import preview, shipped
from otklik.staff.models import Language, Member
from otklik.tickets.models import Channel, Ticket

Kind = MailTemplate.Kind
KINDS = (Kind.AUTO_REPLY, Kind.OUT_OF_HOURS, Kind.ANSWER)
ABOUT = {
    Kind.AUTO_REPLY: _("Goes at once to whoever opens a ticket by mail, where the mailbox has it switched on."),
    Kind.OUT_OF_HOURS: _("Goes to whoever writes outside of the mailbox’s working hours, in place of the auto-reply."),
    Kind.ANSWER: _("Stands around every answer that an agent writes."),
}


@dataclass(frozen=True)
class Wording:
    """One text: of a kind, in a language, for one mailbox or (`channel` is None) for all."""

    kind: Kind
    language: Language
    channel: Channel | None
    is_own: bool

    @property
    def about(self) -> Any:
        return ABOUT[self.kind]


def wordings() -> Iterator[Wording]:
    """Every text that is sent: those for all mailboxes, and what single mailboxes say instead."""
    rows = MailTemplate.objects.filter(kind__in=KINDS).select_related("channel").order_by("channel__name")
    kept = {(row.kind, row.language, row.channel): row for row in rows}
    for kind in KINDS:
        for language in Language:
            yield Wording(kind, language, None, (kind, language, None) in kept)
            own = [channel for of, in_, channel in kept if channel and (of, in_) == (kind, language)]
            yield from (Wording(kind, language, channel, True) for channel in own)


def text_of(kind: str, language: str, channel: Channel | None) -> MailTemplate:
    """The kept text; else, not stored, what is said instead: the company's for all mailboxes, or ours."""
    kept = MailTemplate.objects.filter(kind=kind, language=language, channel=channel).first()
    if kept:
        return kept
    for_all = MailTemplate.objects.filter(kind=kind, language=language, channel=None).first()
    said = for_all or shipped(kind, language)
    return MailTemplate(kind=kind, language=language, channel=channel, subject=said.subject, body=said.body)


class TextForm(forms.ModelForm[MailTemplate]):
    class Meta:
        model = MailTemplate
        fields = ["subject", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
        help_texts = {"subject": _("Empty: the ticket’s subject.")}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if self.instance.kind == Kind.ANSWER:  # an answer has the conversation's subject, or programs tear it apart
            del self.fields["subject"]

    def keep(self) -> None:
        row, said = self.instance, self.cleaned_data
        words = {"subject": said.get("subject", ""), "body": said["body"]}
        MailTemplate.objects.update_or_create(kind=row.kind, language=row.language, channel=row.channel, defaults=words)


def placeholders(template: MailTemplate) -> list[tuple[str, Any]]:
    """What the text may say in braces, and what comes in its place."""
    return [(f"{{{name}}}", PLACEHOLDERS[name]) for name in template.placeholders]


@dataclass(frozen=True)
class Shown:
    """A text as the client of a ticket would read it; or why not."""

    ticket: Ticket | None
    subject: str = ""
    body: str = ""
    wrong: str = ""


def shown(template: MailTemplate, member: Member) -> Shown:
    """The text on the newest ticket that the member sees."""
    ticket = Ticket.objects.visible_to(member).select_related("client", "channel", "assignee").order_by("-pk").first()
    if ticket is None:
        return Shown(None)
    try:
        subject, body = preview(template, ticket, at=now())
    except ValidationError as wrong:
        return Shown(ticket, wrong=" ".join(wrong.messages))
    return Shown(ticket, subject, body)
