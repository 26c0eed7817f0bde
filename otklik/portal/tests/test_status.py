"""The status page: who sees it, what it shows, what can be done there."""

from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils.timezone import now

from otklik.channels.webform.limits import MOST
from otklik.channels.webform.opened import opened_note
from otklik.clients.models import Address
from otklik.lib.inbound import InboundFile
from otklik.lib.tokens import sign
from otklik.testing import CastTestCase, kinds
from otklik.tickets.files import attach, keep
from otklik.tickets.merging import merge
from otklik.tickets.models import Message, Ticket
from otklik.tickets.models.conversation import add_participant, remove_participant
from otklik.tickets.replying import note, reply


class StatusTestCase(CastTestCase):
    def url(self, name: str = "ticket", *rest: object, ticket: Ticket | None = None, person=None) -> str:
        token = (ticket or self.ticket).status_token(person or self.bea)
        return reverse(f"portal:{name}", args=[token, *rest])

    def see(self, **whose):
        return self.client.get(self.url(**whose))

    def written(self, text: str = "It smokes too.", **changed) -> dict:
        opened = opened_note(str(self.ticket.pk), at=now() - timedelta(minutes=1))
        return {"note": opened, "text": text} | changed

    def write(self, *args, **changed):
        return self.client.post(self.url(), self.written(*args, **changed), follow=True)

    def state(self) -> str:
        return Ticket.objects.get(pk=self.ticket.pk).state


class AccessTests(StatusTestCase):
    def test_the_link_in_mails_opens_the_page(self):
        self.assertEqual(self.ticket.status_link(self.bea), settings.URL + self.url())
        self.assertContains(self.see(), "It is on fire.")

    def test_the_address_is_kept_from_everybody_else(self):
        headers = self.see().headers
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_links_that_are_not_ours_lead_nowhere(self):
        good = self.ticket.status_token(self.bea)
        forged = (
            f"{self.foreign.pk}.{self.carl.pk}-" + good.rpartition("-")[2],
            good[:-1] + ("a" if good[-1] != "a" else "b"),
            sign("webform.opened", f"{self.ticket.pk}.{self.bea.pk}"),
            f"{self.ticket.pk}.{self.bea.pk}",
            "x",
        )
        for token in forged:
            for name, rest in (("ticket", []), ("ticket-file", [1])):
                with self.subTest(token=token, name=name):
                    self.assertEqual(self.client.get(reverse(f"portal:{name}", args=[token, *rest])).status_code, 404)

    def test_a_stranger_sees_nothing_even_with_a_signature(self):
        self.assertEqual(self.see(person=self.carl).status_code, 404)
        self.assertEqual(self.client.post(self.url(person=self.carl), self.written()).status_code, 404)
        solved = self.client.post(self.url("ticket-state", person=self.carl), {"state": "resolved"})
        self.assertEqual((solved.status_code, self.state()), (404, "new"))

    def test_whoever_takes_part_sees_it_as_long_as_they_do(self):
        add_participant(self.ticket, self.carl, by=self.ana)
        self.assertEqual(self.see(person=self.carl).status_code, 200)
        remove_participant(self.ticket, self.carl, by=self.ana)
        self.assertEqual(self.see(person=self.carl).status_code, 404)

    def test_a_deleted_person_sees_nothing(self):
        token = sign("ticket.status", f"{self.ticket.pk}.999999")
        self.assertEqual(self.client.get(reverse("portal:ticket", args=[token])).status_code, 404)

    def test_merged_tickets_and_merged_people_lead_to_those_that_remain(self):
        old = self.url(ticket=self.foreign, person=self.carl)
        merge(self.foreign, self.ticket, by=self.admin)
        self.assertContains(self.client.get(old), f"Ticket number {self.ticket.number}")
        self.bea.absorb(self.carl, by=self.admin)
        self.assertContains(self.client.get(old), f"Ticket number {self.ticket.number}")


class ShownTests(StatusTestCase):
    def test_answers_are_shown_and_notes_never(self):
        reply(self.ticket, by=self.ana, text="Try water.")
        note(self.ticket, by=self.ana, text="A difficult client.")
        page = self.see()
        self.assertContains(page, "Try water.")
        self.assertContains(page, "Ana Belova, Demo")
        self.assertNotContains(page, "A difficult client.")

    def test_only_the_address_they_wrote_from_is_shown(self):
        second = Address.objects.create(person=self.bea, kind="email", value="bea@private.example")
        Ticket.objects.filter(pk=self.ticket.pk).update(address=second, state="open")
        page = self.see()
        self.assertContains(page, "bea@private.example")
        self.assertNotContains(page, "bea@alpha.example")

    def test_what_strangers_sent_is_text(self):
        Message.objects.filter(ticket=self.ticket).update(text="<img src=x onerror=alert(1)>", html="<b>x</b>")
        page = self.see()
        self.assertContains(page, "&lt;img src=x")
        self.assertNotContains(page, "<img src=x")
        self.assertNotContains(page, "<b>x</b>")

    def test_each_state_has_the_clients_words(self):
        words = {
            "new": "We have your message",
            "open": "We are working on it",
            "waiting_client": "We are waiting for your answer",
            "waiting_third_party": "We are waiting for somebody else",
            "resolved": "If it is not, write below",
            "closed": "the ticket will be opened again",
        }
        self.assertEqual(set(words), set(Ticket.State.values))
        for state, text in words.items():
            with self.subTest(state=state):
                self.ticket.set_state(state, by=self.ana)
                self.assertContains(self.see(), text)

    def test_long_after_closing_the_page_tells_of_a_new_ticket(self):
        self.ticket.set_state("closed", by=self.ana, at=now() - timedelta(days=15))
        self.assertContains(self.see(), "a new ticket will be opened and linked")

    def test_an_erased_author_is_said_to_be_removed(self):
        Message.objects.filter(ticket=self.ticket).update(person=None)
        self.assertContains(self.see(), "Author removed")

    def test_a_long_conversation_costs_no_more_queries(self):
        with self.assertNumQueries(9):
            self.see()
        for number in range(5):
            reply(self.ticket, by=self.ana, text=f"Answer {number}")
        with self.assertNumQueries(9):
            self.see()


class FileTests(StatusTestCase):
    def attach(self, message: Message, name: str = "report.html"):
        attach(message, (keep(InboundFile(name, "text/html", b"<script>alert(1)</script>")),))
        return message.attachments.get()

    def fetch(self, pk: int, **whose):
        return self.client.get(self.url("ticket-file", pk, **whose))

    def test_a_file_is_saved_and_never_shown(self):
        answer = self.fetch(self.attach(self.ticket.messages.get()).pk)
        self.assertEqual(b"".join(answer.streaming_content), b"<script>alert(1)</script>")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("no-store", answer.headers["Cache-Control"])

    def test_a_hostile_name_stays_a_name(self):
        attached = self.attach(self.ticket.messages.get(), '../../"\r\nSet-Cookie: a=b\r\n<b>.html')
        disposition = self.fetch(attached.pk).headers["Content-Disposition"]
        self.assertNotIn("\n", disposition)
        self.assertNotIn("..", disposition)
        self.assertNotContains(self.see(), "<b>.html")

    def test_files_of_notes_and_of_other_tickets_are_not_found(self):
        of_note = self.attach(note(self.ticket, by=self.ana, text="Look"))
        of_other = self.attach(self.other.messages.get(), "other.txt")
        self.assertEqual(self.fetch(of_note.pk).status_code, 404)
        self.assertEqual(self.fetch(of_other.pk).status_code, 404)
        self.assertEqual(self.fetch(of_other.pk, ticket=self.other, person=self.carl).status_code, 404)
        self.assertNotContains(self.see(), f"/files/{of_note.pk}/")


class AnswerTests(StatusTestCase):
    def test_an_answer_joins_the_ticket_with_its_files(self):
        self.ticket.set_state("waiting_client", by=self.ana)
        page = self.write(attached=[SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")])
        self.assertContains(page, "Your message has been received.")
        message = self.ticket.messages.last()
        self.assertEqual((message.text, message.person), ("It smokes too.", self.bea))
        self.assertEqual([each.name for each in message.attachments.all()], ["a.txt", "b.txt"])
        self.assertEqual(self.state(), "open")

    def test_a_double_click_is_one_message(self):
        typed = self.written()
        self.assertEqual(self.client.post(self.url(), typed).url, self.client.post(self.url(), typed).url)
        self.assertEqual(self.ticket.messages.count(), 2)

    def test_a_second_message_from_the_same_page_is_a_second_message(self):
        typed = self.written()
        self.client.post(self.url(), typed)
        self.client.post(self.url(), typed | {"text": "And it stinks."})
        self.assertEqual(self.ticket.messages.count(), 3)

    def test_a_participant_answers_as_themselves(self):
        add_participant(self.ticket, self.carl, by=self.ana)
        self.client.post(self.url(person=self.carl), self.written())
        self.assertEqual(self.ticket.messages.last().person, self.carl)

    def test_an_answer_opens_a_resolved_ticket_again(self):
        self.ticket.set_state("resolved", by=self.ana)
        self.write()
        self.assertEqual(self.state(), "open")

    def test_long_after_closing_a_new_ticket_is_opened_and_shown(self):
        self.ticket.set_state("closed", by=self.ana, at=now() - timedelta(days=15))
        typed = self.written()
        page = self.client.post(self.url(), typed, follow=True)
        again = self.client.post(self.url(), typed, follow=True)
        new = Ticket.objects.latest("pk")
        self.assertEqual((self.state(), new.subject, new.links.get().target), ("closed", "Printer", self.ticket))
        self.assertContains(page, f"Ticket number {new.number}")
        self.assertContains(again, f"Ticket number {new.number}")

    def test_a_ticket_opened_by_hand_takes_answers_too(self):
        Ticket.objects.filter(pk=self.ticket.pk).update(channel=None)
        self.write()
        self.assertEqual(self.ticket.messages.last().text, "It smokes too.")

    def test_whoever_has_no_address_reads_and_is_offered_no_answer(self):
        self.bea.addresses.all().delete()
        self.assertNotContains(self.see(), "Write to us")
        self.assertEqual(self.write().status_code, 404)

    def test_nothing_is_no_answer_but_a_file_alone_is(self):
        self.assertContains(self.write("  "), "There is nothing to send.", status_code=422)
        self.write("", attached=SimpleUploadedFile("a.txt", b"one"))
        self.assertEqual(self.ticket.messages.count(), 2)

    @override_settings(MESSAGE_MAX_BYTES=1000)
    def test_a_file_over_the_limit_loses_nothing_typed(self):
        page = self.write("A long story.", attached=SimpleUploadedFile("a.bin", b"x" * 1001))
        self.assertContains(page, "one message may carry", status_code=422)
        self.assertContains(page, "A long story.", status_code=422)
        self.assertContains(page, "choose the files again", status_code=422)

    def test_a_note_that_is_missing_forged_or_of_another_ticket_is_refused(self):
        for wrong in ("", "x-y", opened_note(str(self.other.pk))):
            with self.subTest(note=wrong):
                self.assertContains(self.write(note=wrong), "open for too long", status_code=422)
        self.assertEqual(self.ticket.messages.count(), 1)

    def test_a_flood_is_stopped(self):
        for number in range(MOST["email"]):
            self.write(f"Number {number}")
        self.assertContains(self.write("One too many"), "Too many messages", status_code=422)
        self.assertEqual(self.ticket.messages.count(), MOST["email"] + 1)


class SolvedTests(StatusTestCase):
    def solve(self, state: str = "resolved"):
        return self.client.post(self.url("ticket-state"), {"state": state}, follow=True)

    def test_the_client_says_it_is_solved(self):
        self.assertContains(self.solve(), "We are glad that it is solved.")
        self.solve()
        self.assertEqual(self.state(), "resolved")
        self.assertEqual(kinds(self.ticket).count("ticket.state_changed"), 1)

    def test_a_closed_ticket_stays_closed(self):
        self.ticket.set_state("closed", by=self.ana)
        self.solve()
        self.assertEqual(self.state(), "closed")

    def test_no_other_state_is_the_clients_to_set(self):
        self.assertEqual(self.solve("closed").status_code, 404)
        self.assertEqual(self.client.get(self.url("ticket-state")).status_code, 405)
        self.assertEqual(self.state(), "new")
