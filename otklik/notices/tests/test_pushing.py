"""Notices in the browser: encrypted for it alone, once, tried again, and ended with the sign-in."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings
from django.urls import reverse
from django.utils.timezone import now

from otklik.lib.encrypted import Sealed
from otklik.lib.posting import Answer
from otklik.notices.models import Notice, Push, PushKey, Subscription, Topic, Wishes, mark_seen, switch
from otklik.notices.models.subscription import BROWSERS_MAX, forget
from otklik.notices.pushing import PAUSES, WAIT_MAX, push_due
from otklik.notices.tests.test_waiting import WaitingTestCase, at
from otklik.testing import PASSWORD, CastTestCase, react_to_all

from .far_browser import CURVE, FarBrowser, decoded

SECOND = timedelta(seconds=1)


class PushTestCase(CastTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.service = FarBrowser()
        self.service.open().start()
        self.addCleanup(mock.patch.stopall)
        self.client.force_login(self.ana)
        self.browser = self.subscribe()

    def subscribe(self, **changed: str) -> Subscription | None:
        given = {"endpoint": self.service.endpoint, **self.service.keys, **changed}
        self.answer = self.client.post(reverse("desk:browsers"), given, headers={"User-Agent": "Chrome"})
        return Subscription.objects.filter(endpoint=given["endpoint"]).first()

    def assign(self) -> None:
        self.ticket.assign_to(self.ana, by=self.admin)
        react_to_all("notices")


class FarBrowserTests(SimpleTestCase):
    def test_it_reads_the_example_of_rfc_8291(self):
        browser = FarBrowser()
        number = int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
        browser.become(ec.derive_private_key(number, CURVE), decoded("BTBZMqHH6r4Tts7J_aSIgg"))
        body = (
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
            "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        )
        self.assertEqual(browser.decrypted(decoded(body)), b"When I grow up, I want to be a watermelon")


class ArrivingTests(PushTestCase):
    def test_the_browser_reads_the_subject_and_the_kind_and_nothing_else(self):
        self.assign()
        self.assertTrue(push_due())
        self.assertFalse(push_due())
        where = self.ticket.get_absolute_url()
        title, tag = f"#{self.ticket.pk} Printer", f"ticket-{self.ticket.pk}"
        told = {"title": title, "body": "A ticket is given to me", "url": where, "tag": tag}
        self.assertEqual(self.service.shown, [told])
        self.browser.refresh_from_db()
        self.assertIsNotNone(self.browser.sent_at)

    def test_what_went_out_of_sight_meanwhile_does_not_come(self):
        self.assign()
        self.ticket.hand_to(self.sales, by=self.admin)
        self.assertTrue(push_due())
        self.assertEqual(self.service.shown, [])
        self.assertFalse(Push.objects.exists())

    def test_much_is_one_notice(self):
        self.assign()
        self.other.assign_to(self.ana, by=self.admin)
        react_to_all("notices")
        self.assertTrue(push_due())
        self.assertFalse(push_due())
        self.assertEqual([told["title"] for told in self.service.shown], ["2 things for you to know"])

    def test_the_longest_subject_fits(self):
        self.ticket.set_subject("Ж" * 200, by=None)
        self.assign()
        push_due()
        self.assertIn("Ж" * 200, self.service.shown[0]["title"])

    def test_what_was_seen_at_the_desk_does_not_come_any_more(self):
        self.assign()
        mark_seen(self.ana)
        self.assertTrue(push_due())
        self.assertEqual((self.service.asked, Push.objects.count()), (0, 0))

    def test_a_topic_can_be_switched_off(self):
        switch(self.ana, pushed=set())
        self.assign()
        self.assertFalse(Push.objects.exists())
        self.assertIsNotNone(Notice.objects.get().mail_at)

    def test_telling_twice_pushes_once(self):
        self.assign()
        push_due()
        react_to_all("notices")
        self.assertFalse(Push.objects.exists())

    def test_a_trial_arrives(self):
        self.client.post(reverse("desk:browser_trial", args=[self.browser.pk]))
        self.assertTrue(push_due())
        self.assertEqual(self.service.shown[0]["title"], "It works")


class FailingTests(PushTestCase):
    def test_a_browser_that_is_gone_is_forgotten(self):
        for status in (404, 410):
            with self.subTest(status):
                self.subscribe()
                self.service.answers = [Answer(status)]
                Push.objects.create(subscription=Subscription.objects.get())
                self.assertTrue(push_due())
                self.assertFalse(Subscription.objects.exists())

    def test_a_busy_service_is_asked_again_and_in_the_end_no_more(self):
        self.service.answers = [Answer(503)]
        self.assign()
        at = now()
        for pause in PAUSES:
            self.assertTrue(push_due(at))
            self.assertEqual(Push.objects.get().due_at, at + pause)
            self.assertFalse(push_due(at + pause - SECOND))
            at += pause
        self.assertTrue(push_due(at))
        self.assertFalse(Push.objects.exists())
        self.browser.refresh_from_db()
        self.assertEqual(self.browser.error, "HTTP 503")

    def test_it_waits_as_long_as_it_is_asked_to_within_reason(self):
        self.assign()
        for wish, wait in (("600", timedelta(minutes=10)), ("9" * 30, WAIT_MAX), ("tomorrow", PAUSES[0])):
            with self.subTest(wish):
                self.service.answers = [Answer(429, retry_after=wish)]
                at = now()
                Push.objects.update(due_at=at, tries=0)
                push_due(at)
                self.assertEqual(Push.objects.get().due_at, at + wait)

    def test_what_is_refused_is_not_sent_again(self):
        self.service.answers = [Answer(403)]
        self.assign()
        push_due()
        self.assertFalse(Push.objects.exists())
        self.assertTrue(Subscription.objects.exists())

    def test_what_another_worker_has_is_left_to_it(self):
        self.assign()
        moment = now()
        self.service.post = lambda *_asked: self.assertFalse(push_due(moment)) or Answer(201)
        with self.service.open():
            self.assertTrue(push_due(moment))
        self.assertFalse(Push.objects.exists())


class EndingTests(PushTestCase):
    def change_password(self) -> None:
        said = {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"}
        self.assertEqual(self.client.post(reverse("account_change_password"), said).status_code, 302)
        self.ana.refresh_from_db()

    def test_another_password_leaves_this_browser_its_notices_and_ends_those_of_the_others(self):
        other = self.client_class()
        other.force_login(self.ana)
        given = {"endpoint": f"{self.service.endpoint}-other", **self.service.keys}
        other.post(reverse("desk:browsers"), given)
        self.assertEqual(Subscription.objects.count(), 2)
        before = self.client.session.session_key
        self.change_password()
        self.assertNotEqual(self.client.session.session_key, before)
        self.assign()
        while push_due():
            pass
        self.assertEqual(len(self.service.shown), 1)
        self.assertEqual(Subscription.objects.get(), self.browser)

    def test_signing_out_ends_it(self):
        self.assign()
        self.client.post(reverse("account_logout"))
        self.assertTrue(push_due())
        self.assertEqual((self.service.asked, Subscription.objects.count()), (0, 0))

    def test_a_browser_whose_sign_in_is_over_is_listed_no_more_and_forgotten(self):
        self.assertFalse(forget())
        self.assertContains(self.client.get(reverse("desk:notices")), self.service.endpoint)
        self.client.post(reverse("account_logout"))
        self.client.force_login(self.ana)
        self.assertNotContains(self.client.get(reverse("desk:notices")), self.service.endpoint)
        self.assertTrue(forget())
        self.assertFalse(Subscription.objects.exists())

    def test_whoever_is_shut_out_is_told_nothing(self):
        self.assign()
        self.ana.deactivate(by=self.admin)
        self.assertTrue(push_due())
        self.assertEqual(self.service.asked, 0)

    def test_removing_a_browser_takes_along_what_is_on_its_way(self):
        self.assign()
        self.client.post(reverse("desk:browser_removal", args=[self.browser.pk]))
        self.assertFalse(Push.objects.exists())

    def test_nobody_elses_browser_can_be_removed_or_tried(self):
        self.client.force_login(self.omar)
        for name in ("desk:browser_removal", "desk:browser_trial"):
            with self.subTest(name):
                self.assertEqual(self.client.post(reverse(name, args=[self.browser.pk])).status_code, 404)
        self.assertTrue(Subscription.objects.filter(member=self.ana).exists())

    def test_the_next_member_at_the_same_browser_gets_nothing_of_the_one_before(self):
        self.assign()
        self.client.force_login(self.omar)
        self.subscribe()
        self.assertEqual(Subscription.objects.get().member, self.omar)
        self.assertFalse(push_due())


class HostileTests(PushTestCase):
    def test_what_is_no_subscription_is_refused(self):
        Subscription.objects.all().delete()
        key = self.service.keys["public"]
        wrong = {
            "endpoint": ("http://push.example/1", "https://127.0.0.1/1", "https://[::1]/1", "https://localhost/1",
                         "https://u:p@push.example/", "https://push.example:25/", "https://push.example/\u202e",
                         "https://push.example/" + "x" * 1000, "https://2130706433/", "file:///etc/passwd", ""),
            "public": ("", "x", key[:-4], "A" * len(key), "ж" * 20),
            "auth": ("", "AAAA", "ж" * 10, "A" * 29),
        }  # fmt: skip
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    self.subscribe(**{name: value})
                    self.assertEqual(self.answer.status_code, 400)
        self.assertFalse(Subscription.objects.exists())

    def test_an_address_that_leads_inside_is_not_gone_to(self):
        mock.patch.stopall()  # the real door again
        Subscription.objects.update(endpoint="https://localhost/1")
        Push.objects.create(subscription=Subscription.objects.get())
        self.assertTrue(push_due())
        self.browser.refresh_from_db()
        self.assertEqual(self.browser.error, "It leads into a private network.")

    def test_a_member_has_no_more_than_some_browsers(self):
        for number in range(BROWSERS_MAX + 1):
            self.subscribe(endpoint=f"https://push.example/{number}")
        self.assertEqual(Subscription.objects.count(), BROWSERS_MAX)
        self.assertFalse(Subscription.objects.filter(pk=self.browser.pk).exists())


class KeyTests(PushTestCase):
    def test_the_private_key_lies_encrypted_and_is_rotated_with_the_others(self):
        self.client.get(reverse("desk:notices"))
        before = PushKey.objects.values_list("private", flat=True).get()
        self.assertIsInstance(before, Sealed)
        home = Path(self.enterContext(TemporaryDirectory()))
        with override_settings(HOME=home, GIVEN={}, SECRET_KEY=settings.SECRET_KEY, SECRET_KEY_FALLBACKS=[]):
            call_command("rotatekey", stdout=StringIO())
            after = PushKey.objects.values_list("private", flat=True).get()
            self.assertNotEqual(before.token, after.token)
            with override_settings(SECRET_KEY_FALLBACKS=[]):
                self.assertTrue(PushKey.current().private)

    def test_there_is_one_for_ever(self):
        self.assertEqual(PushKey.current().public, PushKey.current().public)
        self.assertEqual(PushKey.objects.count(), 1)


class QuietPushTests(WaitingTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        given = {"session": self.client.session.session_key, "user_agent": ""}
        Subscription.take(self.ana, FarBrowser.endpoint, **FarBrowser().keys, **given)

    def test_it_waits_for_working_time_and_is_not_gathered(self):
        self.told("02 10:00")
        self.told("02 19:00")
        self.told("02 20:00", mail_at=None)
        due = list(Push.objects.order_by("pk").values_list("due_at", flat=True))
        self.assertEqual(due, [at("02 10:00"), at("03 09:00"), at("02 20:00")])

    def test_the_wish_for_mail_is_another(self):
        Wishes(member=self.ana, mailing="never", push_in_hours=False).keep()
        notice = self.told("02 19:00")
        self.assertIsNone(notice.mail_at)
        self.assertEqual(Push.objects.get().due_at, at("02 19:00"))
        self.assertEqual(notice.topic, Topic.POINTED_OUT)
