"""An IT help desk: three lines, resolution by category and priority, and a ladder that moves what is late."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.webform.options import Topic
from otklik.sla.models import Metric, Step
from otklik.staff.models import Team
from otklik.tickets.models import Ticket

from .making import Making, Promise, Rung, weekdays

KEY = "it-desk"
LABEL = gettext_lazy("IT help desk")
ABOUT = gettext_lazy(
    "The first answer comes within two working hours. How soon a ticket is resolved depends on its type, "
    "category and priority. What the first line cannot solve goes to the second and the third, with a reason and the "
    "category filled in. When a ticket is late, its assignee is told, half an hour later the assignee’s manager, and "
    "after two hours it goes to the escalation team."
)
PEOPLE = gettext_lazy(
    "Put your people into the teams “First line”, “Second line”, “Third line” and “Escalation”, and say who "
    "manages whom."
)

HOUR = timedelta(hours=1)
DAY = 9 * HOUR  # from 9 to 18
ANSWER = 2 * HOUR
# How soon a ticket of a priority is resolved.
SOON = {4: 2 * HOUR, 3: 4 * HOUR, 2: DAY, 1: 3 * DAY}
USUAL = {4: 4 * HOUR, 3: DAY, 2: 3 * DAY, 1: 5 * DAY}
LATER = {4: DAY, 3: 2 * DAY, 2: 5 * DAY, 1: 10 * DAY}


def make(desk: Making) -> None:
    office = desk.calendar(_("IT help desk, 9–18"), weekdays(9, 18))
    first = desk.team(_("First line"), line=Team.Line.FIRST, hours=office)
    second = desk.team(_("Second line"), line=Team.Line.SECOND, hours=office)
    third = desk.team(_("Third line"), line=Team.Line.THIRD, hours=office)
    # On no line: only what is late goes there, and nobody chooses it when they escalate.
    escalation = desk.team(_("Escalation"), hours=office)

    printer, network, access = _("Printer"), _("Network"), _("Accounts and access")
    equipment = [_("Computer"), printer, network, _("Programs"), access]
    category = desk.field("category", _("Category"), "choice", choices=equipment)
    workplace = desk.field("workplace", _("Room or inventory number"))
    desk.terms(second, fields=[category], wants_reason=True)
    desk.terms(third, fields=[category, workplace], wants_reason=True)

    incident, request = Ticket.Type.INCIDENT, Ticket.Type.SERVICE_REQUEST
    # The first that fits is in force: those of a category stand before those of all.
    agreements: tuple[tuple[str, str, list[str], Mapping[int, timedelta]], ...] = (
        (_("Incidents: network, accounts and access"), incident, [network, access], SOON),
        (_("Incidents: printers"), incident, [printer], LATER),
        (_("Incidents"), incident, [], USUAL),
        (_("Service requests: accounts and access"), request, [access], USUAL),
        (_("Service requests"), request, [], LATER),
    )
    ladder = [
        Rung(Step.Action.TELL_ASSIGNEE),
        Rung(Step.Action.TELL_MANAGER, plus=HOUR / 2),
        Rung(Step.Action.HAND_OVER, plus=2 * HOUR, team=escalation),
    ]
    for name, type_, categories, lengths in agreements:
        covers = {"type": [type_]} | ({"field:category": categories} if categories else {})
        promises = [Promise(Metric.RESOLUTION, length, priority) for priority, length in lengths.items()]
        promises.append(Promise(Metric.FIRST_ANSWER, ANSWER))
        desk.agreement(name, office, promises, covers=covers, ladder=ladder)
    rest = [Promise(Metric.FIRST_ANSWER, ANSWER), Promise(Metric.RESOLUTION, 3 * DAY)]
    desk.agreement(_("Questions to the IT help desk"), office, rest, covers={"type": ["question"]}, ladder=ladder)
    _take_in(desk, first)
    desk.ask_how_we_did()


def _take_in(desk: Making, first: Team) -> None:
    """How tickets come: what is urgent by its words, and the form."""
    desk.rule(
        _("A whole office stands still"),
        ["ticket.opened"],
        [("text", "contains", _("nobody can work, everybody, whole office, whole department, outage"))],
        [{"do": "priority", "value": int(Ticket.Priority.CRITICAL)}, {"do": "type", "value": "incident"}],
    )
    desk.form(
        _("Request to the IT help desk"),
        "it",
        first,
        [
            Topic.named(_("It does not work"), type="incident", fields=("category", "workplace")),
            Topic.named(_("I need something"), type="service_request", fields=("category", "workplace")),
            Topic.named(_("A question"), type="question"),
        ],
        intro=_("Say what happened and where. The first answer comes within two working hours."),
    )
