"""Recurring tickets at the desk: in words, and the form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from otklik.clients.models import EMAIL
from otklik.lib.fields import CustomField
from otklik.lib.zones import check_time_zone
from otklik.staff.models import Company, Member
from otklik.tickets.models import Ticket, TicketField
from otklik.tickets.models.shared import teams_led_by
from otklik.work.models import Recurrence
from otklik.work.models.recurrence import repeat
from otklik.work.recurring import How

from .panel import person_at

SHOWN = 5  # dates of the preview
FIELD = "field-"
PLAN = ("how", "weekdays", "month_day", "month", "at", "time_zone", "calendar", "shift", "begins", "ends")
YES_NO = (("", "–"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
SENTENCES = {
    How.DAY: gettext_lazy("Every day at %(time)s"),
    How.WORKING_DAY: gettext_lazy("Every working day at %(time)s"),
    How.WEEK: gettext_lazy("Every week at %(time)s: %(days)s"),
    How.MONTH: gettext_lazy("Every month on day %(day)s, at %(time)s"),
    How.LAST_WORKING_DAY: gettext_lazy("Every month on the last working day, at %(time)s"),
    How.YEAR: gettext_lazy("Every year on %(date)s, at %(time)s"),
}


def in_words(one: Recurrence) -> str:
    """How often it comes."""
    said = {
        "time": time_format(one.at, "H:i"),
        "days": ", ".join(_weekday(day) for day in sorted(one.weekdays)),
        "day": one.month_day,
        "date": f"{one.month_day} {date_format(date(2024, one.month, 1), 'E')}",
    }
    return str(SENTENCES[How(one.how)]) % said


def _weekday(day: int) -> str:
    """Within a sentence, where Russian writes it small."""
    return str(WEEKDAYS[day]).lower() if get_language() == "ru" else str(WEEKDAYS[day])


def next_dates(one: Recurrence, *, at: datetime | None = None) -> list[str]:
    """The next of its dates, as people say them, by its own clock."""
    zone = ZoneInfo(one.time_zone)
    local = [moment.astimezone(zone) for _day, moment in one.next(SHOWN, at=at or now())]
    return [f"{_weekday(moment.weekday())}, {date_format(moment, 'j E Y, H:i')}" for moment in local]


def copied(ticket: Ticket) -> dict[str, Any]:
    """What the form begins with, to let a ticket come again."""
    address, first = ticket.client.address(EMAIL), ticket.messages.order_by("at", "pk").first()
    return {
        "subject": ticket.subject,
        "email": address.value if address else "",
        "team": ticket.team_id,
        "assignee": ticket.assignee_id,
        "type": ticket.type,
        "priority": ticket.priority,
        "tags": ", ".join(ticket.tags.order_by("name").values_list("name", flat=True)),
        "text": first.text if first else "",
        "checklist": "\n".join(ticket.tasks.values_list("title", flat=True)),
        **{FIELD + key: typed(value) for key, value in ticket.fields.items()},
    }


def typed(value: Any) -> str:
    return {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value


class RecurrenceForm(forms.ModelForm[Recurrence]):
    """What the ticket says, and when it comes."""

    email = forms.EmailField(
        label=gettext_lazy("Client’s e-mail"),
        help_text=gettext_lazy("Whose ticket it is. Nothing is sent to them."),
    )
    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("With commas between."))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        coerce=int,
        required=False,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int, choices=list(MONTHS.items()))
    month_day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("In a shorter month its last day."),
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), validators=[check_time_zone])

    class Meta:
        model = Recurrence
        fields = ["subject", "text", "team", "assignee", "type", "priority", "checklist", *PLAN]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "checklist": forms.Textarea(attrs={"rows": 4}),
            "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "begins": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "text": gettext_lazy("Kept on the ticket as an internal note."),
            "checklist": gettext_lazy("A task a line."),
            "calendar": gettext_lazy("Whose working days count; without one Monday to Friday."),
            "ends": gettext_lazy("Empty: for ever."),
        }

    def __init__(self, said: Any, *, member: Member, instance: Recurrence | None, initial: dict[str, Any]) -> None:
        kept = self._kept(instance) if instance else self._usual(member)
        super().__init__(said, instance=instance, initial=kept | initial)
        teams, people = teams_led_by(member), Member.objects.active().filter(teams__in=teams_led_by(member))
        self.fields["team"] = forms.ModelChoiceField(teams, label=gettext_lazy("Team"), empty_label=None)
        self.fields["assignee"].queryset = people.distinct()  # type: ignore[attr-defined]
        self.fields["assignee"].empty_label = _("nobody")  # type: ignore[attr-defined]
        self.custom = list(TicketField.objects.all())
        for field in self.custom:
            self.fields[FIELD + field.key] = _field(field)

    @staticmethod
    def _kept(one: Recurrence) -> dict[str, Any]:
        address = one.client.address(EMAIL)
        filled = {FIELD + key: typed(value) for key, value in one.fields.items()}
        return {"email": address.value if address else "", "tags": ", ".join(one.tags), **filled}

    @staticmethod
    def _usual(member: Member) -> dict[str, Any]:
        today = localdate()
        return {
            "team": member.team_ids[0] if member.team_ids else None,
            "type": Ticket.Type.SERVICE_REQUEST,
            "weekdays": [0],
            "month_day": today.day,
            "month": today.month,
            "at": "09:00",
            "time_zone": Company.current().time_zone,
            "begins": today,
        }

    @property
    def custom_shown(self) -> list[forms.BoundField]:
        return [self[FIELD + field.key] for field in self.custom]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("how") == How.WEEK and not said.get("weekdays"):
            self.add_error("weekdays", _("Choose at least one day of the week."))
        if said.get("ends") and said.get("begins") and said["ends"] < said["begins"]:
            self.add_error("ends", _("It ends before it begins."))
        team, assignee = said.get("team"), said.get("assignee")
        if team and assignee and not Member.objects.answering(team).filter(pk=assignee.pk).exists():
            self.add_error("assignee", _("%(name)s does not answer for this team.") % {"name": assignee})
        said["fields"] = self._custom(said)
        return said

    def _custom(self, said: dict[str, Any]) -> dict[str, Any]:
        filled: dict[str, Any] = {}
        for field in self.custom:
            value = said.get(FIELD + field.key)
            if value in (None, "") or (field.types and said.get("type") not in field.types):
                continue
            try:
                filled[field.key] = field.clean_value(value)
            except ValidationError as wrong:
                self.add_error(FIELD + field.key, wrong)
        return filled

    def preview(self) -> Recurrence:
        """The recurrence as the form says it, unsaved."""
        return Recurrence(**{name: self.cleaned_data[name] for name in PLAN})

    def keep(self, *, by: Member) -> Recurrence:
        """Set it up or change it. The client is made known on first sight."""
        said = self.cleaned_data
        values = {name: said[name] for name in (*self.Meta.fields, "fields")}
        values |= {"client": person_at(said["email"]), "tags": _tags(said["tags"])}
        if self.instance.pk is None:
            return repeat(values, by=by)
        self.instance.change(values, by=by)
        return self.instance


def _tags(text: str) -> list[str]:
    return list(dict.fromkeys(tag for each in text.split(",") if (tag := " ".join(each.lower().split())[:60])))


def _field(field: TicketField) -> forms.Field:
    shown: dict[str, Any] = {"label": field.label, "required": False}
    match field.kind:
        case CustomField.Kind.CHOICE:
            return forms.ChoiceField(choices=[("", "–"), *((choice, choice) for choice in field.choices)], **shown)
        case CustomField.Kind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, **shown)
        case CustomField.Kind.DATE:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **shown)
    return forms.CharField(max_length=1000, **shown)


def may_plan(member: Member) -> bool:
    """Whether there is a team whose recurring tickets are theirs to say."""
    return member.can_answer and teams_led_by(member).exists()
