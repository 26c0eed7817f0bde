"""The search of the desk."""

from datetime import timedelta
from unittest import skipUnless
from unittest.mock import patch

from django.db import connection
from django.test import SimpleTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from otklik.desk.lessons import LESSONS
from otklik.testing import CastTestCase, make_ticket, react_to_all
from otklik.tickets import search
from otklik.tickets.models import Attachment, Message
from otklik.tickets.replying import note
from otklik.tickets.search import store
from otklik.tickets.search.eras import ERA_BITS

PART = {"HX-Request": "true"}


class SearchTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def ask(self, text: str, **more: object):
        react_to_all("search")
        while search.index_due():
            pass
        return self.client.get(reverse("desk:search"), {"text": text}, **more)

    def test_it_finds_by_words_client_and_number(self):
        for text in ("second prin", "orlova", "alpha.example", str(self.other.pk)):
            with self.subTest(text):
                self.assertContains(self.ask(text, headers=PART), f'id="row-{self.other.pk}"')

    def test_what_was_found_is_marked_and_nothing_of_it_is_markup(self):
        message = note(self.ticket, by=self.ana, text="Вернули <b>деньги</b> & закрыли")
        Attachment.objects.create(message=message, file="a/b", name="Деньги <i>.pdf", type="x/y", size_bytes=1)
        answer = self.ask("деньгами ")
        self.assertContains(answer, "Вернули &lt;b&gt;<mark>деньги</mark>&lt;/b&gt; &amp; закрыли")
        self.assertContains(answer, "<mark>Деньги</mark> &lt;i&gt;.pdf")
        self.assertContains(answer, f"{self.ticket.get_absolute_url()}#message-{message.pk}")
        self.assertContains(answer, '<span class="unseen">Note</span><span class="hit__author">Ana Belova, <time')

    def test_a_number_opens_the_ticket(self):
        for text in (f"#{self.ticket.pk}", f"№ {self.ticket.pk}"):
            self.assertRedirects(self.ask(text), self.ticket.get_absolute_url())

    def test_texts_of_another_team_are_neither_shown_nor_counted(self):
        note(self.foreign, by=self.omar, text="секретная скидка")
        note(self.ticket, by=self.ana, text="скидка")
        answer = self.ask("скидка ")
        self.assertContains(answer, "1 ticket found.")
        self.assertNotContains(answer, "секретная")
        self.assertNotContains(self.ask(f"#{self.foreign.pk}"), "Price list")

    def test_what_it_cannot_understand_it_says_and_teaches(self):
        answer = self.ask("state:purple", headers=PART)
        self.assertContains(answer, "does not know “purple”. It knows: New, Open")
        self.assertContains(answer, "What can be asked")
        self.assertContains(self.ask("colour:red "), "There is no operator “colour”")

    def test_the_wrong_layout_is_told(self):
        self.assertContains(self.ask("зкштеук "), "Shown for “printer")

    def test_an_empty_question_teaches(self):
        answer = self.ask("")
        self.assertContains(answer, "What can be asked")
        self.assertNotContains(answer, "Nothing was found")
        self.assertContains(self.ask("nonesuch "), "Nothing was found.")

    def test_pages_are_walked_by_number(self):
        for _n in range(search.PAGE_SIZE):
            make_ticket(self.bea, self.mailbox)
        first = self.ask("printer ")
        self.assertContains(first, "page=2")
        second = self.client.get(reverse("desk:search"), {"text": "printer ", "page": "2"})
        self.assertEqual(len(second.context["hits"]), 2)
        for page in ("0", "-1", "x", "99999999999999999999"):
            self.assertEqual(
                self.client.get(reverse("desk:search"), {"text": "printer", "page": page}).status_code, 200
            )

    @skipUnless(connection.vendor == "postgresql", "SQLite finds all at once.")
    def test_what_time_left_out_is_offered_and_stays_so_from_page_to_page(self):
        for _n in range(search.PAGE_SIZE):
            make_ticket(self.bea, self.mailbox)
        self.ask("printer ")
        # As if it had been written three eras later than all that is there.
        pk = Message.objects.latest("pk").pk + (3 << ERA_BITS)
        new = Message.objects.create(pk=pk, ticket=self.ticket, person=self.bea, text="printer")
        search.index([self.ticket.pk])
        with patch.object(store, "SOON", timedelta(0)):
            hurried = self.ask("printer ")
            self.assertContains(hurried, "1 ticket among the newest matches")
            self.assertEqual(list(hurried.context["found"].tickets.values()), [[new.pk]])
            self.assertContains(hurried, "&amp;far=1")
            whole = self.client.get(reverse("desk:search"), {"text": "printer ", "far": "1"})
        self.assertContains(whole, "page=2&amp;far=1")
        self.assertNotContains(whole, "Look among all that is older")

    def test_what_the_index_has_still_to_read_is_told(self):
        search.mark([self.ticket.pk])
        answer = self.client.get(reverse("desk:search"), {"text": "printer"})
        self.assertContains(answer, "1 ticket has still to be read by the search.")

    def test_a_new_address_or_company_of_a_client_is_found(self):
        self.ask("printer")
        self.client.post(reverse("desk:addresses", args=[self.bea.pk]), {"kind": "phone", "value": "8 495 123-45-67"})
        self.assertEqual(len(self.ask("45-67").context["hits"]), 2)
        fields = {"name": "Beta Works", "tax_id": "", "domain": "alpha.example", "note": ""}
        self.client.post(reverse("desk:organisation", args=[self.alpha.pk]), fields)
        self.assertEqual(len(self.ask("beta works").context["hits"]), 2)
        self.assertEqual(len(self.ask("alpha supply").context["hits"]), 0)

    def test_more_found_costs_no_more_queries(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                self.client.get(reverse("desk:search"), {"text": "printer "})
            return len(asked)

        note(self.ticket, by=self.ana, text="printer")
        self.ask("printer ")
        few = queries()
        for _n in range(20):
            note(make_ticket(self.bea, self.mailbox), by=self.ana, text="printer")
        self.ask("printer ")
        self.assertEqual(queries(), few)


class LessonTests(SimpleTestCase):
    def test_every_example_is_understood_in_each_language(self):
        for language in ("en", "ru"):
            with translation.override(language):
                for example, meaning in LESSONS:
                    query = search.parse(str(example))
                    self.assertFalse(query.is_empty, example)
                    self.assertEqual(query.unknown, (), example)
                    self.assertTrue(str(meaning))
                    self.assertEqual(bool(query.operators), ":" in str(example), example)
