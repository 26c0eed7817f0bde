"""What a person is told when something about the staff cannot be so."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class LeaveEndsBeforeItBegins(OtklikError):
    code = "leave_ends_before_it_begins"
    message = _("The last day is before the first. Exchange the two.")


class LeaveIsOver(OtklikError):
    code = "leave_is_over"
    message = _("These days are over. Plan a leave that ends today or later.")


class LeavesOverlap(OtklikError):
    code = "leaves_overlap"
    message = _("There is a leave from %(first)s to %(last)s already. Choose other days, or cancel that one first.")


class StandsInForThemselves(OtklikError):
    code = "stands_in_for_themselves"
    message = _("%(member)s cannot stand in for themselves. Choose somebody else, or nobody.")
