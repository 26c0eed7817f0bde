"""Who a request comes from: the member, with what every page of theirs asks for, in one query."""

from __future__ import annotations

from typing import Any

import sesame.backends
from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import F, QuerySet

from otklik.lib.prepared import Question

from .models import Member


def _with_teams(number: int) -> QuerySet[Member]:
    found = Member.objects.filter(pk=number).select_related("presence")
    return found.annotate(of_team=F("teams")).order_by("teams")


_ARRIVED = Question(_with_teams, int)


class Arriving:
    """Finds the member of a session, with their presence and their teams."""

    def get_user(self, user_id: Any) -> Member | None:
        rows = _ARRIVED(int(user_id))  # one for each team
        if not rows or not rows[0].is_active:
            return None
        member = rows[0]
        member.team_ids = [team for row in rows if (team := vars(row)["of_team"])]
        return member


class ByPassword(Arriving, AuthenticationBackend):  # type: ignore[misc]
    pass


class ByLink(Arriving, sesame.backends.ModelBackend):  # type: ignore[misc]
    pass
