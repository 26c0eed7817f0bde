"""What a client changes on the status page within half an hour, and what staff see of it."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from otklik.channels.webform.limits import MOST
from otklik.lib.inbound import InboundFile
from otklik.lib.tokens import sign
from otklik.portal.access import BY_FORM
from otklik.tickets.files import attach, keep
from otklik.tickets.merging import merge
from otklik.tickets.models import Message, MessageVersion, Ticket
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note, reply

from .test_status import StatusTestCase


class ChangeTestCase(StatusTestCase):
    def setUp(self) -> None:
        self.message = self.ticket.messages.get()

    def page(self, message: Message | None = None, **whose) -> str:
        return self.url("ticket-message", (message or self.message).pk, **whose)

    def change(self, text: str = "It only smokes.", **whose):
        return self.client.post(self.page(**whose), {"text": text}, follow=True)

    def grow_old(self) -> None:
        Message.objects.update(at=now() - timedelta(minutes=31))

    def said(self) -> str:
        return Message.objects.get(pk=self.message.pk).text


class ChangingTests(ChangeTestCase):
    def test_the_page_says_until_when_and_leads_to_the_form(self):
        shown = self.see()
        self.assertContains(shown, "Change this message")
        self.assertContains(shown, "possible until")
        self.assertContains(self.client.get(self.page()), "It is on fire.</textarea>")

    def test_a_change_is_told_and_shown_with_its_time(self):
        answer = self.change("It only\r\nsmokes.")
        self.assertContains(answer, "Your message was changed.")
        self.assertContains(answer, "changed on")
        self.assertEqual(self.said(), "It only\nsmokes.")
        self.assertEqual(MessageVersion.objects.get().text, "It is on fire.")

    def test_the_same_again_is_one_change_and_keeps_what_was_formatted(self):
        Message.objects.filter(pk=self.message.pk).update(html="<b>It is on fire.</b>")
        self.assertContains(self.change("It is on fire. "), "Your message was changed.")
        self.assertFalse(MessageVersion.objects.exists())
        self.change()
        self.change()
        self.assertEqual(MessageVersion.objects.count(), 1)

    def test_an_empty_message_is_refused_in_words_and_one_with_a_file_is_not(self):
        self.assertContains(self.change("  "), "The message would be empty.", status_code=422)
        attach(self.message, (keep(InboundFile("a.txt", "text/plain", b"one")),))
        self.change("  ")
        self.assertEqual(self.said(), "")

    def test_after_half_an_hour_nothing_is_offered_and_what_was_typed_becomes_a_new_message(self):
        self.grow_old()
        self.assertNotContains(self.see(), "Change this message")
        self.assertContains(self.client.get(self.page()), "Write a new message below instead.")
        late = self.change("It only smokes.")
        self.assertContains(late, "possible for 30 minutes", status_code=422)
        self.assertContains(late, "It only smokes.</textarea>", status_code=422)
        self.assertEqual(self.said(), "It is on fire.")

    def test_whoever_changes_a_message_all_the_time_is_stopped(self):
        for number in range(MOST["email"]):
            self.change(f"Number {number}")
        self.assertContains(self.change("Once more"), "Too many messages", status_code=422)
        self.assertEqual(self.said(), f"Number {MOST['email'] - 1}")


class WhoseTests(ChangeTestCase):
    def test_nobody_changes_what_others_wrote(self):
        add_participant(self.ticket, self.carl, by=self.ana)
        self.assertNotContains(self.see(person=self.carl), "Change this message")
        self.assertEqual(self.change(person=self.carl).status_code, 404)
        others = (
            reply(self.ticket, by=self.ana, text="Try water."),
            note(self.ticket, by=self.ana, text="Hm."),
            self.other.messages.get(),
            self.foreign.messages.get(),
        )
        for message in others:
            with self.subTest(message=message):
                self.assertEqual(self.client.post(self.page(message), {"text": "x"}).status_code, 404)

    def test_a_link_that_is_no_good_changes_nothing(self):
        address = reverse("portal:ticket-message", args=[sign("ticket.other", f"{self.ticket.pk}.1"), self.message.pk])
        self.assertEqual(self.client.post(address, {"text": "x"}).status_code, 404)

    def test_by_a_forms_link_only_what_was_written_on_pages_is_changed(self):
        token = sign(BY_FORM, f"{self.ticket.pk}.{self.bea.pk}")
        address = reverse("portal:ticket-message", args=[token, self.message.pk])
        self.assertEqual(self.client.post(address, {"text": "x"}).status_code, 404)
        self.assertNotContains(self.client.get(reverse("portal:ticket", args=[token])), "Change this message")
        Message.objects.filter(pk=self.message.pk).update(via="webform")
        self.assertContains(self.client.get(reverse("portal:ticket", args=[token])), "Change this message")
        self.assertEqual(self.client.post(address, {"text": "It smokes."}).status_code, 303)
        self.assertEqual(self.said(), "It smokes.")

    def test_what_went_to_another_ticket_is_changed_there(self):
        merge(self.ticket, self.other, by=self.admin)
        self.change()
        self.assertEqual((self.said(), Ticket.objects.get(pk=self.other.pk).messages.count()), ("It only smokes.", 2))


class DeskTests(ChangeTestCase):
    def test_staff_see_what_it_said_before(self):
        self.change()
        self.client.force_login(self.ana)
        page = self.client.get(self.ticket.get_absolute_url())
        self.assertContains(page, "What it said before")
        self.assertContains(page, "Until Bea Orlova changed it:")
        self.assertContains(page, "It is on fire.")
        self.assertContains(page, "It only smokes.")

    def test_an_answer_written_meanwhile_is_held_once_and_shows_the_change(self):
        self.client.force_login(self.ana)
        seen = self.client.get(self.ticket.get_absolute_url()).context["ticket"].newest
        self.change()
        address = reverse("desk:compose", args=[self.ticket.pk])
        held = self.client.post(address, {"kind": "reply", "text": "Pour water.", "seen": seen})
        self.assertContains(held, "Nothing was sent yet")
        self.assertContains(held, "A message was changed")
        self.assertContains(held, '<p class="guard__text">It only smokes.</p>', html=True)
        again = {"kind": "reply", "text": "Pour water.", "seen": held.context["ticket"].newest}
        self.assertEqual(self.client.post(address, again).status_code, 302)
        self.assertEqual(self.ticket.messages.last().text, "Pour water.")

    def test_an_answer_that_still_waits_says_that_the_client_changed_something(self):
        reply(self.ticket, by=self.ana, text="Pour water.", send_at=now() + timedelta(hours=1))
        self.client.force_login(self.ana)
        self.assertNotContains(self.client.get(self.ticket.get_absolute_url()), "The client has written since")
        self.change()
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "The client has written since")

    def test_what_was_changed_before_the_answer_crosses_nothing(self):
        self.change()
        reply(self.ticket, by=self.ana, text="Pour water.", send_at=now() + timedelta(hours=1))
        self.client.force_login(self.ana)
        self.assertNotContains(self.client.get(self.ticket.get_absolute_url()), "The client has written since")
