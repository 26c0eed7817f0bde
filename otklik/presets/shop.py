"""A small shop: one team of three, orders round the clock, everything else in business hours."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.calendars.models import Calendar
from otklik.channels.webform.options import Topic
from otklik.sla.models import Metric, Step
from otklik.staff.models import Team

from .making import Making, Promise, Rung, weekdays

KEY = "shop"
LABEL = gettext_lazy("Small shop")
ABOUT = gettext_lazy(
    "One team of three answers mail, the form on the site and messengers. What is about an order is answered within an "
    "hour, round the clock; everything else within four hours, Monday to Friday from 10 to 19."
)
PEOPLE = gettext_lazy("Put your people into the team “Shop”.")

HOUR = timedelta(hours=1)


def make(desk: Making) -> None:
    office = desk.calendar(_("Shop, 10–19"), weekdays(10, 19))
    always = desk.around_the_clock(_("Round the clock"))
    team = desk.team(_("Shop"), line=Team.Line.FIRST)
    order = desk.tag(_("order")).name

    ladder = [Rung(Step.Action.TELL_ASSIGNEE, share_percent=70), Rung(Step.Action.TELL_HEAD)]
    soon = [Promise(Metric.FIRST_ANSWER, HOUR), Promise(Metric.NEXT_ANSWER, HOUR)]
    desk.agreement(_("Orders, round the clock"), always, soon, covers={"tag": [order]}, ladder=ladder)
    rest = [Promise(Metric.FIRST_ANSWER, 4 * HOUR), Promise(Metric.NEXT_ANSWER, 4 * HOUR)]
    desk.agreement(_("Everything else in the shop"), office, rest, ladder=ladder)

    _sort_and_tell(desk, office, order)
    desk.ask_how_we_did()
    desk.field("order", _("Order number"))
    desk.form(
        _("Write to the shop"),
        "shop",
        team,
        [
            Topic.named(_("My order"), tags=(order,), fields=("order",)),
            Topic.named(_("Return or exchange"), type="service_request", fields=("order",)),
            Topic.named(_("A question")),
        ],
        intro=_("About an order we answer within an hour, day and night."),
    )


def _sort_and_tell(desk: Making, office: Calendar, order: str) -> None:
    words = _("order*, purchase*, delivery, courier, parcel, track number")
    desk.rule(
        _("Mails about orders"),
        ["ticket.opened"],
        # What comes by a messenger has no subject.
        [[("subject", "contains", words), ("text", "contains", words)]],
        [{"do": "tag", "value": order}],
    )
    closed = _(
        "Hello, {client}! We have your message {number} and will answer in business hours, Monday to Friday from 10 to "
        "19. If it is about an order, write its number: we look after orders round the clock."
    )
    desk.rule(
        _("Outside business hours"),
        ["ticket.opened"],
        [("working_time", "is_not", office.pk), ("tag", "is_not", order), ("author", "is_not", "program")],
        [{"do": "answer", "value": closed}],
    )
