"""How the standing lists look in the menu, and how many tickets each holds, asked in one query."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.notices.models import Notice
from otklik.staff.models import Member
from otklik.tickets import listing

NOTICES = "notices"

SORTS = {"activity": _("By last message"), "created": _("Newest first"), "priority": _("By priority"),
         "deadline": _("By deadline")}  # fmt: skip


@dataclass(frozen=True)
class View:
    """One entry of the menu on the left."""

    key: str
    icon: str
    empty: str | Promise

    @property
    def label(self) -> Any:
        return listing.LISTS[self.key].label


VIEWS = {
    view.key: view
    for view in (
        View("mine", "inbox", _("No open ticket is yours. Take one from “Unassigned”.")),
        View("unassigned", "hand", _("Every open ticket has somebody who answers it.")),
        View("teams", "users", _("Your teams have no open tickets.")),
        View("overdue", "flame", _("No promise is overdue. Well kept.")),
        View("waiting", "hourglass", _("No ticket waits for a client or a third party.")),
        View("open", "layers", _("There is no open ticket. Enjoy the quiet.")),
        View("closed", "archive", _("No ticket was resolved or closed yet.")),
    )
}


def counts(member: Member) -> dict[str, str]:
    """How many tickets each list but the closed ones holds, and unseen notices, as it is shown: "7", "99+"."""
    keys = [*(key for key in VIEWS if key != "closed"), NOTICES]
    lists = [listing.rows(key, member) for key in keys if key != NOTICES]
    parts = [_counting(rows) for rows in [*lists, Notice.objects.unseen(member)]]
    with connection.cursor() as cursor:
        sql = ", ".join(part for part, _values in parts)
        cursor.execute(f"SELECT {sql}", [value for _part, values in parts for value in values])
        numbers = dict(zip(keys, cursor.fetchone(), strict=True))
    most = listing.COUNT_MAX
    return {key: f"{most}+" if number > most else str(number) for key, number in numbers.items()}


def _counting(tickets: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """A subquery in Django's own SQL that counts no further than it must, and its values."""
    few = tickets.order_by().values("pk")[: listing.COUNT_MAX + 1]
    try:
        sql, values = few.query.sql_with_params()
    except EmptyResultSet:  # a member of no team: Django knows without asking
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS few)", values  # noqa: S608
