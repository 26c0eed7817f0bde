"""The form that a visitor fills in, made of a channel's options."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from otklik.clients.models import PHONE, normalise
from otklik.tickets.models import Channel, TicketField

from .opened import LONGEST, QUICKEST, age, is_fresh, opened_note
from .options import FormOptions, Topic
from .submitting import Submission
from .uploads import FilesField

PREFIX = "field_"  # before the key of a custom field, which could be called as one of ours
TEXT_MAX = 100_000


class OpenedForm(forms.Form):
    """A form that carries the signed note of when it was opened. `about` names what it is for."""

    note = forms.CharField(widget=forms.HiddenInput, required=False)
    about = ""

    def renew_note(self) -> None:
        """Put a new note in place of one that is missing or too old; keep one that still holds."""
        kept = str(self.data.get("note", ""))
        if self.is_bound and is_fresh(kept, self.about):
            return
        if self.is_bound:
            self.retype(note=opened_note(self.about))
        else:
            self.initial["note"] = opened_note(self.about)

    def retype(self, **typed: str | None) -> None:
        """Change what stands in the fields when the form is shown again; None leaves a field empty."""
        stood = {name: self.data.get(name) for name in self.data}
        self.data = {name: value for name, value in (stood | typed).items() if value is not None}

    def check_note(self, note: str, *, quickest: timedelta = timedelta()) -> None:
        """Raise ValidationError for a note that is not ours, too old or too young."""
        passed = age(note, self.about)
        if passed is None or passed > LONGEST:
            raise ValidationError(
                _("This page was open for too long. Nothing you typed was lost: look it over and send it again.")
            )
        if passed < quickest:
            raise ValidationError(
                _("The form was sent sooner than people can fill it in. Nothing was lost: wait a moment and send it.")
            )


class VisitorForm(OpenedForm):
    """What a visitor fills in: our fields, and those of the topic."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("The answer comes to this address."),
    )
    subject = forms.CharField(label=gettext_lazy("Subject (may be left empty)"), max_length=250, required=False)
    text = forms.CharField(
        label=gettext_lazy("What has happened?"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 8})
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone, if we shall call you back (may be left empty)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    attached = FilesField()
    consent = forms.BooleanField(
        label=gettext_lazy("Your consent"),
        error_messages={"required": gettext_lazy("Without your consent we may not read the form.")},
    )
    consent_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # People do not see this one; programs fill in everything.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, channel: Channel, options: FormOptions, topic: Topic | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options, self.topic = options, topic
        self.about = str(channel.pk)
        self.asked = list(TicketField.objects.filter(key__in=topic.fields)) if topic else []
        for asked in self.asked:
            self.fields[PREFIX + asked.key] = field_for(asked)
        if options.consent.text:
            self.initial["consent_version"] = options.consent.version
        else:
            del self.fields["consent"], self.fields["consent_version"]
        if not options.asks_phone:
            del self.fields["phone"]
        names = [PREFIX + asked.key for asked in self.asked]
        self.order_fields(["name", "email", "subject", *names, "text", "phone", "attached", "consent"])

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields in the order in which people read them, but for the two that the page places itself."""
        return [field for field in self.visible_fields() if field.name not in ("consent", "website")]

    def clean_phone(self) -> str:
        given = str(self.cleaned_data["phone"])
        number = normalise(PHONE, given) if given.strip() else ""
        if number and not number.startswith("+"):
            raise ValidationError(_("This is no phone number. Type it with its code, for example +7 495 000-00-00."))
        return number

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(
                _(
                    "A field that people do not see was filled in, as programs do. It is empty again; "
                    "everything else you typed is here. If you are a person, send the form once more."
                )
            )
        return ""

    def clean_consent_version(self) -> int | None:
        given: int | None = self.cleaned_data["consent_version"]
        if given != self.options.consent.version:
            raise ValidationError(_("The text of the consent has changed. Read it again before you agree."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for asked in self.asked:
            self._clean_asked(asked, given)
        self.check_note(given.get("note", ""), quickest=QUICKEST)
        return given

    def _clean_asked(self, asked: TicketField, given: dict[str, Any]) -> None:
        name = PREFIX + asked.key
        try:
            given[name] = asked.clean_value(given.get(name))
        except ValidationError as fault:
            self.add_error(name, fault)

    def forget_traps(self) -> None:
        """Before the form is shown again: empty the hidden field, ask for the newest consent."""
        self.retype(website=None)
        if "consent_version" in self.errors:
            self.retype(consent=None, consent_version=str(self.options.consent.version))

    def submission(self) -> Submission:
        """What was filled in; call it after `is_valid()`."""
        given, topic = self.cleaned_data, self.topic
        filled = {asked.key: given[PREFIX + asked.key] for asked in self.asked}
        return Submission(
            note=given["note"],
            name=given["name"],
            email=given["email"],
            text=given["text"].replace("\r\n", "\n"),
            subject=given["subject"] or (topic.label if topic else beginning(given["text"])),
            language=get_language() or "",
            type=topic.type if topic else "",
            tags=topic.tags if topic else (),
            fields={key: value for key, value in filled.items() if value is not None},
            files=given["attached"],
            consent=self.options.consent,
            phone=given.get("phone", ""),
        )


def beginning(text: str) -> str:
    """The first line of a text, cut at a word: a subject for a message without one."""
    line = text.strip().splitlines()[0]
    return line if len(line) <= 80 else line[:80].rpartition(" ")[0] + "…"


def field_for(asked: TicketField) -> forms.Field:
    """A form field for a custom field; the custom field itself checks the value."""
    wanted = {"aria-required": "true"} if asked.is_required else {}
    label = asked.label if asked.is_required else _("%(label)s (may be left empty)") % {"label": asked.label}
    return forms.CharField(widget=_widget(asked, wanted), label=label, required=False)


def _widget(asked: TicketField, attrs: dict[str, str]) -> forms.Widget:
    nothing = ("", "—")
    match asked.kind:
        case TicketField.Kind.CHOICE:
            return forms.Select(attrs, choices=[nothing, *((choice, choice) for choice in asked.choices)])
        case TicketField.Kind.YES_NO:
            return forms.Select(attrs, choices=[nothing, ("yes", _("Yes")), ("no", _("No"))])
        case TicketField.Kind.DATE:
            return forms.DateInput(attrs | {"type": "date"})
        case TicketField.Kind.NUMBER:
            return forms.TextInput(attrs | {"inputmode": "decimal"})
    return forms.TextInput(attrs)
