"""What has had its time is forgotten, and nothing else."""

from datetime import timedelta
from unittest import mock

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils.timezone import now

from otklik.api.models import ApiToken, Repeatable
from otklik.channels.email.models import AutoAnswered
from otklik.operate.forgetting import Forgetting
from otklik.testing import CastTestCase


class ForgettingTests(CastTestCase):
    def session(self, *, ends_in: timedelta) -> str:
        store = SessionStore()
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=now() + ends_in)
        UserSession.objects.create(user=self.ana, ip="192.0.2.1", session_key=store.session_key)
        return str(store.session_key)

    def all_of_it(self) -> None:
        forget = Forgetting()
        while forget():
            pass

    def test_sessions_that_are_over_go_and_with_them_what_was_noted_of_them(self) -> None:
        alive = self.session(ends_in=timedelta(days=1))
        self.session(ends_in=timedelta(seconds=-1))
        self.all_of_it()
        self.assertEqual([session.pk for session in Session.objects.all()], [alive])
        self.assertEqual([noted.session_key for noted in UserSession.objects.all()], [alive])

    def test_a_signed_out_session_is_not_listed_either(self) -> None:
        SessionStore(self.session(ends_in=timedelta(days=1))).delete()
        self.all_of_it()
        self.assertFalse(UserSession.objects.exists())

    def test_keys_of_requests_go_after_a_month(self) -> None:
        token, _text = ApiToken.issue("Shop", self.ana, scopes=[])
        for key, days in (("old", 31), ("young", 29)):
            Repeatable.objects.create(token=token, key=key, digest="", at=now() - timedelta(days=days))
        self.all_of_it()
        self.assertEqual([row.key for row in Repeatable.objects.all()], ["young"])

    def test_whom_a_program_answered_goes_after_a_day(self) -> None:
        for address, hours in (("bea@alpha.example", 25), ("carl@alpha.example", 1)):
            AutoAnswered.objects.create(address=address, at=now() - timedelta(hours=hours))
        self.all_of_it()
        self.assertEqual([row.address for row in AutoAnswered.objects.all()], ["carl@alpha.example"])

    def test_when_nothing_is_found_it_rests(self) -> None:
        once = mock.Mock(side_effect=[True, False, True])
        with (
            override_settings(FORGETTING=["once"]),
            mock.patch(f"{Forgetting.__module__}.import_string", return_value=once),
        ):
            forget = Forgetting()
            self.assertEqual([forget(), forget(), forget()], [True, False, False])
        self.assertEqual(once.call_count, 2)
