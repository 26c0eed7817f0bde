"""The information service of a legal-reference distributor: a chat, a hotline, a consultation line, partners."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.calendars.models import Calendar
from otklik.channels.chat.options import Asked
from otklik.channels.webform.options import Topic
from otklik.sla.models import Metric, Step
from otklik.staff.models import Team

from .making import Making, Promise, Rung, weekdays

KEY = "information-line"
LABEL = gettext_lazy("Information service of a legal-reference distributor")
ABOUT = gettext_lazy(
    "Questions come to a chat, which answers within 15 minutes, or to a hotline, which answers within one working day. "
    "What needs an expert goes to the consultation line, with three working days, or to partners, with five. Whoever "
    "hands a question on checks the client’s phone and e-mail. "
    "Open from 9 to 17 on working days."
)
PEOPLE = gettext_lazy("Put your people into the teams “Chat”, “Hotline”, “Consultation line” and “Partners”.")

WORKING_DAY = timedelta(hours=8)  # from 9 to 17


def make(desk: Making) -> None:
    office = desk.calendar(_("Information service, 9–17"), weekdays(9, 17))
    chat = desk.team(_("Chat"), line=Team.Line.FIRST, hours=office)
    hotline = desk.team(_("Hotline"), line=Team.Line.FIRST, hours=office)
    experts = desk.team(_("Consultation line"), line=Team.Line.SECOND, hours=office)
    partners = desk.team(_("Partners"), line=Team.Line.THIRD, hours=office)

    greeting = _("Good day! Ask your question; we answer within 15 minutes.")
    desk.chat(_("Chat of the information service"), "information", chat, greeting=greeting, asks_phone=Asked.OPTIONAL)

    ladder = [Rung(Step.Action.TELL_ASSIGNEE, share_percent=70), Rung(Step.Action.TELL_HEAD)]
    quick = [Promise(metric, timedelta(minutes=15)) for metric in (Metric.FIRST_ANSWER, Metric.NEXT_ANSWER)]
    desk.agreement(_("Chat: 15 minutes"), office, quick, covers={"team": [chat.pk]}, ladder=ladder)
    lines = (
        (_("Hotline: one working day"), hotline, 1),
        (_("Consultation line: three working days"), experts, 3),
        (_("Partners: five working days"), partners, 5),
    )
    for name, team, days in lines:
        # Whoever is handed a question has the whole of the line's time for it, whatever has passed elsewhere.
        promises = [Promise(metric, days * WORKING_DAY) for metric in (Metric.FIRST_ANSWER, Metric.IN_TEAM)]
        desk.agreement(name, office, promises, covers={"team": [team.pk]}, ladder=ladder)

    checked = _("The client’s phone and e-mail are checked: the answer goes by e-mail.")
    for team in (hotline, experts, partners):
        desk.terms(team, wants_phone=True, wants_email=True, confirm=checked)

    _tell_clients(desk, office, {1: hotline, 3: experts})
    desk.ask_how_we_did()
    desk.form(
        _("Question to the information service"),
        "question",
        hotline,
        [Topic.named(_("A document or a form")), Topic.named(_("How to apply a rule of law"))],
        intro=_("We answer within one working day; a consultation takes up to three."),
    )


def _tell_clients(desk: Making, office: Calendar, lines: Mapping[int, Team]) -> None:
    """Say to whoever is handed on, or writes outside our hours, when and how the answer comes."""
    names = {1: _("From the chat to the hotline"), 3: _("To the experts")}
    for days, team in lines.items():
        text = _(
            "Hello, {client}! Your question {number} needs more than a chat can give. We have passed it on to our "
            "experts and will answer by e-mail. Working days that it takes at most: %(days)s."
        ) % {"days": days}
        desk.rule(names[days], ["ticket.handed_over"], [("team", "is", team.pk)], [{"do": "answer", "value": text}])
    closed = _(
        "Hello, {client}! We have received your question; its number is {number}. "
        "We answer on working days from 9 to 17 and will begin with it when we open."
    )
    desk.rule(
        _("Outside our hours"),
        ["ticket.opened"],
        [("working_time", "is_not", office.pk), ("author", "is_not", "program")],
        [{"do": "answer", "value": closed}],
    )
