"""What can happen to a ticket on its way to somebody."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, declare_actor, labels_of, names_of
from otklik.staff.models import Member, Team

from .choosing import Reason
from .models import Recall, Route

declare_actor(Route.journal_name, names_of(Route))

declare(
    "ticket.routed",
    _("Route"),
    _("By the route “%(route)s”: %(before)s → %(after)s"),
    keys={"route": names_of(Route), "before": names_of(Team), "after": names_of(Team)},
    personal=(),
)
declare(
    "ticket.placed",
    _("Given"),
    _("Given to %(member)s: %(why)s"),
    keys={"member": names_of(Member), "why": labels_of(Reason)},
    personal=(),
)
declare(
    "ticket.taken_back",
    _("Taken back"),
    _("Taken back from %(member)s: %(why)s"),
    keys={"member": names_of(Member), "why": labels_of(Recall.Why)},
    personal=(),
)
declare(
    "ticket.unnoticed",
    _("Nobody has it"),
    _("Nobody of %(team)s has taken it within %(minutes)s min of working time"),
    keys={"team": names_of(Team), "minutes": as_is},
    personal=(),
)
