"""The support of a state portal: a chat, a callback, and automatic answers on Sundays and holidays."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.calendars.models import Calendar
from otklik.channels.webform.options import Topic
from otklik.sla.models import Metric, Step
from otklik.staff.models import Team

from .making import Making, Promise, Rung

KEY = "state-portal"
LABEL = gettext_lazy("Support of a state portal")
ABOUT = gettext_lazy(
    "A chat answers within 12 minutes, and whoever asks for it is called back within 15. Open Monday to Friday from "
    "8 to 20 and on Saturdays from 9 to 18; on Sundays and holidays there are only automatic answers. Who sent a "
    "request may change it for 30 minutes. When a promise is broken, the head of support is told at once."
)
PEOPLE = gettext_lazy(
    "Put your people into the teams “Portal chat”, “Portal requests” and “Second line”, and name their head."
)

HOURS = [((8 * 60, 20 * 60),)] * 5 + [((9 * 60, 18 * 60),), ()]


CALLBACK = timedelta(minutes=15)
DAY = timedelta(hours=12)  # from 8 to 20


def make(desk: Making) -> None:
    hours = desk.calendar(_("Portal support, 8–20, Saturday 9–18"), HOURS)
    chat = desk.team(_("Portal chat"), line=Team.Line.FIRST, hours=hours)
    requests = desk.team(_("Portal requests"), line=Team.Line.FIRST, hours=hours)
    second = desk.team(_("Second line"), line=Team.Line.SECOND, hours=hours)

    desk.chat(_("Chat of the portal"), "portal", chat, greeting=_("Good day! How can we help?"))
    quick = timedelta(minutes=12)
    desk.agreement(
        _("Chat of the portal: 12 minutes"),
        hours,
        [Promise(Metric.FIRST_ANSWER, quick), Promise(Metric.NEXT_ANSWER, quick), Promise(Metric.CALLBACK, CALLBACK)],
        covers={"team": [chat.pk]},
        ladder=[Rung(Step.Action.TELL_HEAD)],
    )
    desk.agreement(
        _("Requests to the portal: callback within 15 minutes"),
        hours,
        [Promise(Metric.CALLBACK, CALLBACK), Promise(Metric.FIRST_ANSWER, DAY)],
        covers={"team": [requests.pk, second.pk]},
        ladder=[Rung(Step.Action.TELL_HEAD)],
    )
    closed = _(
        "Hello, {client}! Your request {number} is registered. Our people answer Monday to Friday from 8 to 20 and on "
        "Saturdays from 9 to 18. On Sundays and holidays nobody is there but this automatic answer; we will begin with "
        "your request when we open."
    )
    desk.rule(
        _("Sundays, holidays and nights: automatic answer"),
        ["ticket.opened"],
        [("working_time", "is_not", hours.pk), ("author", "is_not", "program")],
        [{"do": "answer", "value": closed}],
    )
    _form(desk, requests, hours)
    desk.ask_how_we_did()


def _form(desk: Making, team: Team, hours: Calendar) -> None:
    """The form, and the mail by which whoever fills it in gets the link."""
    form = desk.form(
        _("Request to the portal’s support"),
        "portal",
        team,
        [
            Topic.named(_("Signing in and my account"), type="incident"),
            Topic.named(_("How to get a service"), type="question"),
            Topic.named(_("Something does not work"), type="incident"),
        ],
        intro=_("You can correct what you sent for 30 minutes, by the link that we will mail to you."),
        asks_phone=True,
    )
    received = _(
        "Hello, {client}! Your request {number} is registered. You can correct it for 30 minutes after you sent it: "
        "follow the link below and choose “Change this message”."
    )
    desk.rule(
        _("Requests from the form: confirmation with the link"),
        ["ticket.opened"],
        [("channel", "is", form.pk), ("working_time", "is", hours.pk)],
        [{"do": "answer", "value": received}],
    )
