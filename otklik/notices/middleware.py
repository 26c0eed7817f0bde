"""Keeps notices in the browser with the sign-in that asked for them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from otklik.staff.models import Member

from .models import Subscription


class FollowSession:
    """A session goes on under another key when its member changes the password: the notices of its browser follow.

    Signing out leaves no session to follow; a sign-in as somebody else leads to nobody’s notices.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.session.session_key
        response = self.get_response(request)
        after = request.session.session_key
        if before and after and before != after and isinstance(request.user, Member):
            Subscription.follow(request.user, before, after)
        return response
