"""The form in which an administrator sets up a chat, and the line that goes onto the company’s own site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.calendars.models import Calendar
from otklik.clients.models import EMAIL
from otklik.tickets.models import Channel

from .models import KIND
from .options import COLOUR, ORIGIN, Asked, ChatOptions, Side, parse

LIGHTEST = 0.18  # relative luminance: white words on it pass 4.5:1 below


class ChatForm(forms.ModelForm[Channel]):
    """Everything about one chat. The consent’s version grows by itself when its text changes."""

    address = forms.SlugField(
        label=gettext_lazy("Name in the link"),
        max_length=60,
        help_text=gettext_lazy("Latin letters, digits and hyphens, for example: shop"),
    )
    origins = forms.CharField(
        label=gettext_lazy("Sites that may show the chat"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://www.example.ru"}),
        help_text=gettext_lazy(
            "One a line, with https:// and without a path. On other sites the browser will not show it. "
            "https://*.example.ru means all subdomains."
        ),
    )
    greeting = forms.CharField(
        label=gettext_lazy("Greeting"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What a visitor reads first."),
    )
    calendar = forms.ModelChoiceField(
        Calendar.objects.all(),
        label=gettext_lazy("Working hours"),
        required=False,
        empty_label=gettext_lazy("as of the team"),
        help_text=gettext_lazy("Outside of them the chat takes a message with an e-mail address, and says so."),
    )
    asks_name = forms.ChoiceField(label=gettext_lazy("Name"), choices=Asked.choices)
    asks_email = forms.ChoiceField(label=gettext_lazy("E-mail"), choices=Asked.choices)
    asks_phone = forms.ChoiceField(label=gettext_lazy("Phone"), choices=Asked.choices)
    consent = forms.CharField(
        label=gettext_lazy("Consent to the processing of personal data"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The visitor must agree to this text. If it is empty, nothing is asked."),
    )
    colour = forms.CharField(label=gettext_lazy("Colour"), widget=forms.TextInput(attrs={"type": "color"}))
    side = forms.ChoiceField(label=gettext_lazy("Position"), choices=Side.choices)

    class Meta:
        model = Channel
        fields = ["name", "address", "team", "answers_by", "language", "is_active"]
        help_texts = {
            "answers_by": gettext_lazy("For answers to those who have left, and for talks that go on by mail."),
        }

    field_order = ["name", "address", "origins", "team", "calendar", "answers_by", "language", "greeting",
                   "asks_name", "asks_email", "asks_phone", "consent", "colour", "side", "is_active"]  # fmt: skip

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.before = parse(self.instance.options)
        self.fields["answers_by"].queryset = Channel.objects.filter(kind=EMAIL)  # type: ignore[attr-defined]
        for name in ("greeting", "asks_name", "asks_email", "asks_phone", "colour", "side", "calendar"):
            self.initial[name] = getattr(self.before, name)
        self.initial["origins"] = "\n".join(self.before.origins)
        self.initial["consent"] = self.before.consent.text

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).lower()
        if Channel.objects.filter(kind=KIND, address=address).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("%(address)s is in use already."), params={"address": address})
        return address

    def clean_origins(self) -> tuple[str, ...]:
        lines = [line.strip().lower().rstrip("/") for line in self.cleaned_data["origins"].splitlines() if line.strip()]
        for line in lines:
            if not ORIGIN.fullmatch(line):
                message = _("“%(line)s” is not a site. Write it like this: https://www.example.ru")
                raise ValidationError(message, params={"line": line})
        return tuple(dict.fromkeys(lines))

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"]).strip().lower()
        if parse({"colour": colour}).colour != colour:
            raise ValidationError(_("Write the colour like this: %(example)s"), params={"example": COLOUR})
        if luminance(colour) > LIGHTEST:
            raise ValidationError(_("White words cannot be read on this colour. Choose a darker one."))
        return colour

    def options(self) -> ChatOptions:
        """What was written; call it after `is_valid()`."""
        written = self.cleaned_data
        return ChatOptions(
            origins=written["origins"],
            greeting=written["greeting"].replace("\r\n", "\n").strip(),
            asks_name=Asked(written["asks_name"]),
            asks_email=Asked(written["asks_email"]),
            asks_phone=Asked(written["asks_phone"]),
            consent=self.before.consent.changed_to(written["consent"].replace("\r\n", "\n").strip()),
            colour=written["colour"],
            side=Side(written["side"]),
            calendar=written["calendar"].pk if written["calendar"] else None,
        )

    def keep(self) -> Channel:
        """Make the chat, or change it."""
        names = ("name", "address", "team", "answers_by", "language", "is_active")
        values = {name: self.cleaned_data[name] for name in names} | {"options": self.options().as_json()}
        with transaction.atomic():
            if self.instance.pk is None:
                return Channel.objects.create(kind=KIND, **values)
            Channel.objects.filter(pk=self.instance.pk).update(**values)
        return Channel.objects.get(pk=self.instance.pk)


def luminance(colour: str) -> float:
    """The relative luminance of “#rrggbb” as WCAG 2 reckons it, 0 to 1."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def widget_link(channel: Channel) -> str:
    return settings.URL + reverse("portal:chat-widget", args=[channel.address])


def snippet(channel: Channel) -> SafeString:
    """The one line for the company’s site."""
    return format_html('<script src="{}" async></script>', widget_link(channel))
