"""What a person may ask of tasks and time that cannot be done."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class NoTask(OtklikError):
    code = "no_task"
    message = _("Nothing was added: say in a line what is to be done.")


class TooManyTasks(OtklikError):
    code = "too_many_tasks"
    message = _(
        "%(ticket)s cannot have more than %(most)s tasks. Nothing was added; remove what is done, or add fewer."
    )


class DueHasPassed(OtklikError):
    code = "due_has_passed"
    message = _("The task was not changed: this time has passed. Choose a later one.")


class BadDuration(OtklikError):
    code = "bad_duration"
    message = _("“%(text)s” is not a length of time. Type it like this: 1:30, 90 min, 1 h 30 min or 1.5 h.")


class OddDuration(OtklikError):
    code = "odd_duration"
    message = _("No time was written down: it is longer than nothing and at most 24 hours at once.")


class FutureDay(OtklikError):
    code = "future_day"
    message = _("No time was written down: this day is still to come.")
