"""Sessions that are over."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from otklik.lib.forgetting import forget


def forget_ended() -> bool:
    """Forget some sessions that are over and what was noted about them; False if there are none."""
    ended = forget(Session.objects.filter(expire_date__lt=now()))
    alive = Session.objects.values("session_key")
    return any([ended, forget(UserSession.objects.exclude(session_key__in=alive))])
