"""Who a request comes from: the member, with what every page of theirs asks for, in one query."""

from __future__ import annotations

from typing import Any

import sesame.backends
from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import F

from .models import Member


class Arriving:
    """Finds the member of a session, with their presence and their teams."""

    def get_user(self, user_id: Any) -> Member | None:
        found = (
            Member.objects.filter(pk=user_id).select_related("presence").annotate(of_team=F("teams")).order_by("teams")
        )
        rows = list(found)  # one for each team
        if not rows or not rows[0].is_active:
            return None
        member = rows[0]
        member.team_ids = [team for row in rows if (team := vars(row)["of_team"])]
        return member


class ByPassword(Arriving, AuthenticationBackend):  # type: ignore[misc]
    pass


class ByLink(Arriving, sesame.backends.ModelBackend):  # type: ignore[misc]
    pass
