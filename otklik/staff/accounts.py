"""How allauth is bent to a staff of invited members: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from .models import Member, Presence


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def logout(self, request: HttpRequest) -> None:
        """Whoever signs out leaves the desk at once, and does not wait for the lease to end."""
        member = request.user
        super().logout(request)
        if isinstance(member, Member):
            Presence.of(member).leave_desk()
