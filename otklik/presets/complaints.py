"""A franchisee's complaint desk: quality takes a complaint and calls the client, the department answers in between."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.approvals.models import ApprovalStep
from otklik.calendars.models import Calendar
from otklik.channels.webform.options import Topic
from otklik.sla.models import Metric, Step
from otklik.staff.models import Team
from otklik.tickets.models import Ticket, TicketField

from .making import Making, Promise, Rung, weekdays

KEY = "complaints"
LABEL = gettext_lazy("Complaint desk of a franchisee")
ABOUT = gettext_lazy(
    "A quality manager takes a complaint within four working hours and hands it to the department. Its head names who "
    "answers and by when; on that day both are told if there is no answer yet. The head checks the result: without the "
    "head’s consent a complaint is not resolved. Then the quality manager calls the client within a working day. "
    "A complaint is settled within five working days."
)
PEOPLE = gettext_lazy(
    "Put your quality managers into the team “Quality” and whoever answers complaints into the team “Department”, and "
    "name the head of each."
)

HOUR = timedelta(hours=1)
DAY = 9 * HOUR  # from 9 to 18
COMPLAINT = Ticket.Type.COMPLAINT.value
RESOLVED = Ticket.State.RESOLVED.value


def make(desk: Making) -> None:
    office = desk.calendar(_("Complaint desk, 9–18"), weekdays(9, 18))
    quality = desk.team(_("Quality"), line=Team.Line.FIRST, hours=office)
    department = desk.team(_("Department"), line=Team.Line.SECOND, hours=office)
    answer_by = desk.field("answer_by", _("Answer by"), "date")
    causes = [_("Programmer"), _("Deadline"), _("Price"), _("Other")]
    cause = desk.field("complaint_about", _("What it is about"), "choice", choices=causes)

    _promise(desk, office, quality, department)
    desk.terms(department, fields=[cause], confirm=_("The client knows that the department will answer."))
    desk.approval(
        _("The head checks the answer to a complaint"),
        [RESOLVED],
        {"type": [COMPLAINT], "team": [department.pk]},
        [ApprovalStep.Who.HEAD],
    )
    _follow(desk, quality, department)
    _watch(desk, answer_by, department, office)
    desk.form(
        _("Complaint"),
        "complaint",
        quality,
        [Topic.named(_("A complaint"), type=COMPLAINT, fields=(cause.key,))],
        intro=_("A quality manager will write to you within four working hours, and call you when it is settled."),
    )


def _promise(desk: Making, office: Calendar, quality: Team, department: Team) -> None:
    ladder = [
        Rung(Step.Action.TELL_ASSIGNEE, share_percent=70),
        Rung(Step.Action.TELL_HEAD),
        Rung(Step.Action.TELL_TEAM, plus=DAY, team=quality),
    ]
    settled = Promise(Metric.RESOLUTION, 5 * DAY)
    taken = [Promise(Metric.FIRST_ANSWER, 4 * HOUR), settled, Promise(Metric.CALLBACK, DAY)]
    answered = [*taken, Promise(Metric.IN_TEAM, 3 * DAY)]
    at_quality: dict[str, list[Any]] = {"type": [COMPLAINT], "team": [quality.pk]}
    in_department: dict[str, list[Any]] = {"type": [COMPLAINT], "team": [department.pk]}
    desk.agreement(_("Complaints at the quality managers"), office, taken, covers=at_quality, ladder=ladder)
    desk.agreement(_("Complaints in the department"), office, answered, covers=in_department, ladder=ladder)


def _follow(desk: Making, quality: Team, department: Team) -> None:
    """What happens by itself on the way of a complaint."""
    words = _("complaint*, complain*, claim, unacceptable, outrageous")
    desk.rule(
        _("Mails that complain"),
        ["ticket.opened"],
        [("team", "is", quality.pk), ("text", "contains", words)],
        [{"do": "type", "value": COMPLAINT}],
    )
    desk.rule(
        _("The head of the department names who answers"),
        ["ticket.handed_over"],
        [("team", "is", department.pk), ("type", "is", COMPLAINT)],
        [
            {"do": "note", "value": _("Name who answers this complaint, and fill in by when: “Answer by”.")},
            {"do": "tell", "value": "head"},
        ],
    )
    desk.rule(
        _("A settled complaint: the quality manager calls"),
        ["ticket.state_changed"],
        [("state", "is", RESOLVED), ("type", "is", COMPLAINT), ("team", "is", department.pk)],
        [
            {"do": "team", "value": quality.pk, "why": _("The answer is checked: call the client.")},
            {"do": "callback"},
        ],
    )


def _watch(desk: Making, answer_by: TicketField, department: Team, office: Calendar) -> None:
    """When the day has come by which the head wants the answer, there are some hours left to give it."""
    desk.rule(
        _("The day to answer a complaint has come"),
        ["ticket.date_came"],
        [
            ("date_came", "is", answer_by.key),
            ("type", "is", COMPLAINT),
            ("team", "is", department.pk),
            ("state", "is_not", RESOLVED),
            ("state", "is_not", Ticket.State.CLOSED),
            ("approval", "is", "no"),
        ],
        [{"do": "tell", "value": "assignee"}, {"do": "tell", "value": "head"}],
        after=HOUR,
        counted_by=office,
    )
