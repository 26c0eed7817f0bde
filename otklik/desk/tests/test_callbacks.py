"""A callback at the desk, from a form and over the API."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localtime, now

from otklik.api.tests.cast import ApiTestCase
from otklik.sla.models import Callback
from otklik.testing import CastTestCase


class CallbackPageTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def post(self, name: str, **form: str):
        return self.client.post(reverse(f"desk:{name}", args=[self.ticket.pk]), form, follow=True)

    def test_it_is_promised_tried_and_done_on_the_ticket(self):
        wanted = localtime(now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
        page = self.post("promise_call", phone="8 916 000-00-01", wanted_at=wanted)
        self.assertContains(page, 'href="tel:+79160000001"')
        page = self.post("call", done="tried", note="Busy")
        self.assertContains(page, "Busy")
        page = self.post("call", done="reached")
        self.assertContains(page, "chip--good")
        self.assertEqual(Callback.objects.get().outcome, "reached")
        self.assertContains(self.post("call", done="reached"), "No callback waits on this ticket.")

    def test_what_cannot_be_is_said(self):
        past = "2020-01-01T10:00"
        self.assertContains(self.post("promise_call", phone="+79160000001", wanted_at=past), "This time has passed.")
        self.assertContains(self.post("promise_call", phone="nobody"), "There is no phone number to call")
        self.assertContains(self.post("promise_call", phone="+79160000001", wanted_at="tomorrow"), "valid date/time")
        self.assertFalse(Callback.objects.exists())

    def test_it_is_withdrawn(self):
        self.post("promise_call", phone="+79160000001")
        self.assertContains(self.post("call", done="withdraw"), "Withdrawn")


class CallbackApiTests(ApiTestCase):
    def test_it_is_promised_shown_tried_and_done(self):
        path = f"tickets/{self.ticket.pk}"
        self.assertIsNone(self.get(path)["callback"])
        self.assertEqual(self.refusal("POST", f"{path}/callback", {}), (422, "no_phone"))
        made = self.post(f"{path}/callback", {"phone": "+79160000001", "wanted_at": "2030-01-01T10:00:00+03:00"})
        self.assertEqual((made["phone"], made["ended_at"]), ("+79160000001", None))
        self.assertEqual(
            self.refusal("POST", f"{path}/callback", {"phone": "+79160000001"}), (409, "callback_promised")
        )
        self.post(f"{path}/callback/calls", {"reached": False, "note": "Busy"})
        self.assertEqual(self.post(f"{path}/callback/calls", {"reached": True})["outcome"], "reached")
        self.assertEqual([call["note"] for call in self.get(path)["callback"]["calls"]], ["Busy", ""])
        self.assertEqual(self.refusal("POST", f"{path}/callback/calls", {"reached": True}), (404, "not_found"))

    def test_it_is_withdrawn_and_a_time_without_a_zone_is_refused(self):
        path = f"tickets/{self.ticket.pk}/callback"
        naive = {"phone": "+79160000001", "wanted_at": "2030-01-01T10:00:00"}
        self.assertEqual(self.refusal("POST", path, naive), (422, "invalid"))
        self.post(path, {"phone": "+79160000001"})
        self.assertEqual(self.ask("DELETE", path).status_code, 204)
        self.assertEqual(self.refusal("DELETE", path), (404, "not_found"))
