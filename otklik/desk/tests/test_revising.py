"""Changing one's own message at the desk."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from otklik.testing import CastTestCase
from otklik.tickets.models import Delivery, Message
from otklik.tickets.replying import note, reply

LONG_AGO = timedelta(minutes=31)


class RevisingTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.message = reply(self.ticket, by=self.ana, text="Use sand.", send_at=now() + timedelta(seconds=15))

    def address(self, message: Message | None = None) -> str:
        return reverse("desk:revise", args=[(message or self.message).pk])

    def test_what_has_not_left_arrives_as_it_is_now(self):
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), self.address())
        self.assertContains(self.client.get(self.address()), "It has not left yet")
        answer = self.client.post(self.address(), {"text": "Use water."})
        self.assertRedirects(answer, f"{self.ticket.get_absolute_url()}#message-{self.message.pk}")
        self.message.refresh_from_db()
        self.assertEqual(self.message.text, "Use water.")
        self.assertEqual(self.message.versions.get().text, "Use sand.")
        self.assertEqual(Delivery.objects.count(), 1)

    def test_who_has_it_already_gets_a_correction_and_is_named_before(self):
        Delivery.objects.update(sent_at=now(), due_at=None)
        self.assertContains(self.client.get(self.address()), "gets a correction. bea@alpha.example")
        self.client.post(self.address(), {"text": "", "html": "<div>Use <strong>water</strong>.</div>"})
        correction = Message.objects.get(corrects=self.message)
        self.assertEqual((correction.text, Delivery.objects.count()), ("Use water.", 2))
        page = self.client.get(self.ticket.get_absolute_url())
        self.assertContains(page, '<span class="chip">correction</span>', count=1)

    def test_an_empty_text_is_refused_and_what_was_typed_stays(self):
        answer = self.client.post(self.address(), {"text": " "})
        self.assertContains(answer, "There is nothing to send.", status_code=422)
        Message.objects.filter(pk=self.message.pk).update(at=now() - LONG_AGO)
        answer = self.client.post(self.address(), {"text": "Typed for a long time"})
        self.assertContains(answer, "Typed for a long time", status_code=422)
        self.assertRedirects(
            self.client.get(self.address()), f"{self.ticket.get_absolute_url()}#message-{self.message.pk}"
        )

    def test_a_note_says_that_only_the_staff_read_it(self):
        kept = note(self.ticket, by=self.ana, text="Hm.")
        self.assertContains(self.client.get(self.address(kept)), "Only the staff read it.")

    def test_others_cannot_and_it_is_not_offered(self):
        theirs = Message.objects.get(ticket=self.ticket, person=self.bea)
        self.assertNotContains(self.client.get(self.ticket.get_absolute_url()), self.address(theirs))
        self.assertEqual(self.client.post(self.address(theirs), {"text": "Forged"}).status_code, 422)
        self.client.force_login(self.omar)
        self.assertEqual(self.client.post(self.address(), {"text": "Forged"}).status_code, 404)
        self.assertEqual(set(Message.objects.values_list("text", flat=True)) & {"Forged"}, set())
