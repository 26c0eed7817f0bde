"""The form in which an administrator writes a web form's options, and what goes on the company's own site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.tickets.automatic import unknown_words
from otklik.tickets.models import Channel, Ticket, TicketField

from .options import FormOptions, Topic, parse

PARTS = 4  # label | type | tags | fields


class FormOptionsForm(forms.Form):
    """Title, introduction, topics as lines, consent. `FormOptionsForm(data, channel=…)`, then `options()`.

    The consent's version grows by itself when its text changes. Nothing is written: the caller puts
    `options().as_json()` into `Channel.options`.
    """

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    intro = forms.CharField(
        label=gettext_lazy("Introduction"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    topics = forms.CharField(
        label=gettext_lazy("Topics"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One topic a line: name | type | tags | keys of the fields to ask. Only the name is needed. "
            "For example: Delivery | incident | delivery, urgent | order_number"
        ),
    )
    asks_phone = forms.BooleanField(
        label=gettext_lazy("Offer a callback"),
        required=False,
        help_text=gettext_lazy("The form asks for a phone number; whoever leaves one is promised a call."),
    )
    confirmation = forms.CharField(
        label=gettext_lazy("Confirmation by mail"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Mailed to whoever sends the form, with the link to the page of the ticket. {client}, {number}, {subject}, "
            "{team} and {company} are filled in. If it is empty, nothing is mailed."
        ),
    )
    consent = forms.CharField(
        label=gettext_lazy("Consent to the processing of personal data"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The visitor must agree to this text. If it is empty, nothing is asked."),
    )

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        self.before = parse(channel.options if channel else {})
        initial = {
            "title": self.before.title,
            "intro": self.before.intro,
            "topics": "\n".join(map(line_of, self.before.topics)),
            "consent": self.before.consent.text,
            "asks_phone": self.before.asks_phone,
            "confirmation": self.before.confirmation,
        }
        super().__init__(*args, **({"initial": initial} | kwargs))

    def clean_topics(self) -> tuple[Topic, ...]:
        lines = [line for line in self.cleaned_data["topics"].splitlines() if line.strip()]
        topics = tuple(map(topic_of, lines))
        keys = [topic.key for topic in topics]
        if len(set(keys)) < len(keys):
            raise ValidationError(_("Two topics have the same name. Give each a name of its own."))
        return topics

    def clean_confirmation(self) -> str:
        text = str(self.cleaned_data["confirmation"]).replace("\r\n", "\n").strip()
        if unknown := unknown_words(text):
            raise ValidationError(_("“%(word)s” stands for nothing."), params={"word": f"{{{unknown[0]}}}"})
        return text

    def options(self) -> FormOptions:
        """What was written; call it after `is_valid()`."""
        written = self.cleaned_data
        return FormOptions(
            title=written["title"],
            intro=written["intro"],
            topics=written["topics"],
            consent=self.before.consent.changed_to(written["consent"].replace("\r\n", "\n").strip()),
            asks_phone=written["asks_phone"],
            confirmation=written["confirmation"],
        )


def line_of(topic: Topic) -> str:
    """The line that `topic_of` reads back."""
    parts = [topic.label, topic.type, ", ".join(topic.tags), ", ".join(topic.fields)]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def topic_of(line: str) -> Topic:
    """One line as a topic. Raises ValidationError that names the line."""
    parts = [part.strip() for part in line.split("|")]
    label, type_, tags, fields = (parts + [""] * PARTS)[:PARTS]
    topic = Topic.named(label, type=type_, tags=_listed(tags), fields=_listed(fields))
    if not topic.key or len(parts) > PARTS:
        raise ValidationError(
            _("“%(line)s” is not a topic. Write: name | type | tags | fields."), params={"line": line.strip()}
        )
    if type_ and type_ not in Ticket.Type.values:
        raise ValidationError(
            _("“%(type)s” is not a type of ticket. There are: %(types)s."),
            params={"type": type_, "types": ", ".join(Ticket.Type.values)},
        )
    _check_fields(topic)
    return topic


def _check_fields(topic: Topic) -> None:
    known = set(TicketField.objects.filter(key__in=topic.fields).values_list("key", flat=True))
    for key in topic.fields:
        if key not in known:
            raise ValidationError(
                _("There is no ticket field with the key “%(key)s”. Add it among the ticket fields first."),
                params={"key": key},
            )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def form_link(channel: Channel) -> str:
    """The whole address of the form's own page."""
    return settings.URL + reverse("portal:form", args=[channel.address])


def snippet(channel: Channel) -> SafeString:
    """HTML for the company's site: the form in a frame, and a plain link for whom the frame does not serve."""
    options = FormOptions.of(channel)
    return format_html(
        '<iframe src="{link}?embed=1" title="{title}" style="width:100%;height:60rem;border:0"></iframe>\n'
        '<p><a href="{link}">{title}</a></p>\n',
        link=form_link(channel),
        title=options.title,
    )
