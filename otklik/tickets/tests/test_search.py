"""What is found, and by whom."""

from datetime import UTC, datetime, timedelta
from unittest import skipUnless
from unittest.mock import patch

from django.db import connection
from django.utils.timezone import now

from otklik.clients.models import Address
from otklik.testing import make_ticket
from otklik.tickets import search
from otklik.tickets.models import Attachment, Message, Tag, Ticket, TicketField
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note
from otklik.tickets.search import finding, store
from otklik.tickets.search.eras import ERA_BITS
from otklik.tickets.search.hits import PAGE_SIZE
from otklik.tickets.search.words import of_team

from .searching import SearchTestCase


class WordTests(SearchTestCase):
    def test_words_are_found_in_any_form(self):
        self.say("Клиенту вернули деньги по двум счетам, накладная у Анны. Invoices were returned.")
        for text in ("вернуть", "вернули", "вернём", "деньгами", "деньга", "счёт", "счетами", "накладную", "анне",
                     "invoice", "returns", "клиентов вернуть деньги", "СЧЁТ"):  # fmt: skip
            self.assert_found(f"{text} ", self.ticket)
        for text in ("возврат", "счётчик", "ананас", "voice"):
            self.assert_found(f"{text} ")

    def test_all_words_must_stand_there_wherever_they_do(self):
        self.say("Прошивка обновлена.")
        self.assert_found("printer прошивку orlova ", self.ticket)
        self.assert_found("printer прошивку lukin ")

    def test_a_word_that_is_being_typed_is_found_by_its_beginning(self):
        self.say("Перезагрузили маршрутизатор")
        for text in ("марш", "маршрутиз", "маршрутизаторо", "перез марш", "маршр* перезагрузить "):
            with self.subTest(text=text):
                self.assert_found(text, *([self.ticket] if text not in ("перез марш", "маршрутизаторо") else []))

    def test_a_phrase_stands_as_it_is_within_one_message(self):
        self.say("Касса не печатает чеки")
        self.say("чеки касса")
        self.assert_found('"не печатает чеки"', self.ticket)
        self.assert_found("«печатает не»")
        self.assert_found('"чеки чеки"')  # of two messages
        self.assert_found('"печатать чеки"')

    def test_what_is_left_out_is_not_found(self):
        self.say("касса")
        self.say("касса и принтер", ticket=self.other)
        self.assert_found("касса -принтеры ", self.ticket)
        self.assert_found('касса -"и принтер"', self.ticket)
        with self.assertRaises(search.BadQuery):
            self.find("-касса ")

    def test_names_of_files_are_words(self):
        message = self.say("см. вложение")
        Attachment.objects.create(message=message, file="a/b", name="Акт_сверки-2026.pdf", type="x/y", size_bytes=1)
        for text in ("сверка", "акт сверки", "2026", '"акт сверки"', "pdf "):
            self.assert_found(text, self.ticket)

    def test_fields_are_words(self):
        field = TicketField.objects.create(key="order", label="Order")
        self.ticket.set_field(field, "ЗК-000123", by=self.ana)
        self.assert_found("000123", self.ticket)

    def test_letters_of_files_from_other_systems_are_composed(self):
        self.say("Мои\u0306 заказ")
        self.assert_found("мой ", self.ticket)

    def test_the_wrong_layout_is_read_as_it_was_meant(self):
        self.say("Принтер")
        self.read()
        found = search.find("ghbynth", member=self.admin)
        self.assertEqual((list(found.tickets), found.text), ([self.ticket.pk], "принтер"))
        self.assertTrue(found.is_other_layout)
        self.assert_found("зкштеук ", self.ticket, self.other)
        self.assert_found("cjcnjzybt^jnrhsnj ghbynth ")
        self.assertFalse(search.find("printer ", member=self.admin).is_other_layout)


class PeopleTests(SearchTestCase):
    def test_by_name_address_and_organisation(self):
        for text in (
            "Lukin",
            "carl@elsewhere.example",
            "elsewhere",
            "from:carl",
            "от:lukin",
            "client:elsewhere.example",
        ):
            self.assert_found(text, self.foreign)
        self.assert_found("alpha supply", self.ticket, self.other)

    def test_who_wrote_is_not_who_is_spoken_of(self):
        self.say("Спросите Лукина и Lukin", ticket=self.ticket)
        self.assert_found("Lukin ", self.ticket, self.foreign)
        self.assert_found("from:lukin", self.foreign)
        self.assert_found("from:lukin,orlova", self.ticket, self.other, self.foreign)
        self.assert_found("printer -from:orlova")

    def test_by_the_end_of_a_telephone_number(self):
        Address.objects.create(person=self.bea, kind="phone", value="+74951234567")
        self.say("Звонил с 8 (916) 765-43-21", ticket=self.foreign)
        for text in ("45-67", "4567", "123-45-67", "+7 495 123-45-67", "84951234567", "8 (495) 123 45 67"):
            self.assert_found(text, self.ticket, self.other)
        self.assert_found("89167654321", self.foreign)
        self.assert_found("43-21", self.foreign)
        self.assert_found("0-67")

    def test_a_participant_is_found(self):
        add_participant(self.foreign, self.bea, by=self.ana)
        self.assert_found("orlova", self.ticket, self.other, self.foreign)

    def test_a_new_name_is_found_and_the_old_one_is_not(self):
        self.find("orlova")
        self.bea.rename("Bea Zimina", by=self.ana)
        self.assert_found("zimina", self.ticket, self.other)
        self.assert_found("orlova")

    def test_two_people_who_became_one_are_found_by_both_addresses(self):
        self.find("orlova")
        self.bea.absorb(self.carl, by=self.ana)
        self.assert_found("carl@elsewhere.example", self.ticket, self.other, self.foreign)


class NumberTests(SearchTestCase):
    def test_by_number(self):
        self.assert_found(f"#{self.foreign.pk}", self.foreign)
        self.assert_found(f"№ {self.foreign.pk}", self.foreign)
        self.assertEqual(self.find(str(self.foreign.pk))[0], self.foreign.pk)
        self.assert_found(f"#{self.foreign.pk} price", self.foreign)
        self.assert_found(f"#{self.foreign.pk} printer")
        self.assert_found("#999999999999999999")

    def test_a_number_of_anothers_ticket_is_not_found(self):
        for text in ("#%s", "%s", "price #%s"):
            self.assertEqual(self.find(text % self.foreign.pk, self.ana), [])


class OperatorTests(SearchTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.ticket.tag("оплата", by=cls.ana)
        cls.ticket.assign_to(cls.ana, by=cls.ana)
        cls.other.set_state("waiting_client", by=cls.ana)
        cls.other.set_priority(4, by=cls.ana)
        cls.other.set_type("incident", by=cls.ana)
        Ticket.objects.filter(pk=cls.foreign.pk).update(opened_at=datetime(2026, 9, 1, 12, tzinfo=UTC))
        file = note(cls.other, by=cls.ana, text="x")
        Attachment.objects.create(message=file, file="a/b", name="x.png", type="x/y", size_bytes=1)

    def test_operators_narrow_what_is_found_and_stand_alone(self):
        table = {
            "состояние:открыто": [self.ticket],
            "state:open": [self.ticket],
            "состояние:ждёт": [self.other],
            'состояние:"ЖДЕТ КЛИЕНТА"': [self.other],
            "состояние:ждёт,новое": [self.other, self.foreign],
            "state:new state:open": [self.ticket, self.foreign],
            "-state:new": [self.ticket, self.other],
            "тег:оплата": [self.ticket],
            "тег:опл": [self.ticket],
            "-тег:оплата": [self.other, self.foreign],
            "исполнитель:никто": [self.other, self.foreign],
            "assignee:nobody": [self.other, self.foreign],
            "assignee:belova": [self.ticket],
            "исполнитель:ana@demo.example": [self.ticket],
            "группа:sales": [self.foreign],
            "приоритет:критический": [self.other],
            "priority:critical": [self.other],
            "тип:инцидент": [self.other],
            "channel:support": [self.ticket, self.other],
            "есть:файл": [self.other],
            "-has:file": [self.ticket, self.foreign],
            "до:02.09.2026": [self.foreign],
            "after:2026-09-02": [self.ticket, self.other],
            "после:01.09.2026 до:02.09.26": [self.foreign],
            "printer состояние:открыто": [self.ticket],
            "printer тег:оплата -состояние:новое": [self.ticket],
        }
        for text, tickets in table.items():
            self.assert_found(f"{text} ", *tickets)
        self.assertEqual(self.find("assignee:me", self.ana), [self.ticket.pk])
        self.assertEqual(self.find("исполнитель:я", self.admin), [])

    def test_what_cannot_be_understood_is_told_with_what_can(self):
        table = {
            "состояние:фиолетово": "Waiting for the client",
            "state:": "New",
            "тег:нет": "no such",
            "группа:sales": "Support",
            "до:вчера": "31.12.2026",
            "до:32.13.2026": "31.12.2026",
            "after:0001-01-01": "31.12.2026",
            "before:9999-12-31": "31.12.2026",
            "есть:совесть": "file",
            "приоритет:": "Low",
        }
        self.ticket.tag("no such", by=self.ana)
        for text, told in table.items():
            with self.subTest(text=text), self.assertRaises(search.BadQuery) as refused:
                search.find(text, member=self.ana)
            self.assertIn(told, str(refused.exception))

    def test_a_refusal_does_not_tell_what_others_have(self):
        Tag.objects.create(name="увольнение")
        self.foreign.tag("увольнение кузнецова", by=self.omar)
        with self.assertRaises(search.BadQuery) as refused:
            search.find("тег:х", member=self.ana)
        self.assertNotIn("увольнение", str(refused.exception))
        with self.assertRaises(search.BadQuery):
            search.find("тег:увольнение", member=self.ana)


class DoorTests(SearchTestCase):
    def test_texts_of_another_team_are_not_found(self):
        self.say("секретная скидка", ticket=self.foreign, by=self.omar)
        self.assert_found("скидка", self.foreign)
        self.assert_found("скидка", self.foreign, member=self.omar)
        self.assert_found("скидка", member=self.ana)
        self.assert_found("lukin", member=self.ana)

    def test_a_ticket_that_was_handed_over_is_found_where_it_is(self):
        self.say("скидка")
        self.find("скидка")
        self.ticket.hand_to(self.sales, by=self.ana)
        self.assertEqual(list(search.find("скидка", member=self.ana).tickets), [])  # before the index knows
        self.assert_found("скидка", self.ticket, member=self.omar)

    def test_somebody_of_no_team_or_shut_out_finds_nothing(self):
        self.say("скидка")
        self.ana.teams.clear()
        self.assert_found("скидка", member=type(self.ana).objects.get(pk=self.ana.pk))
        self.admin.deactivate(by=None)
        self.assert_found("скидка", member=self.admin)
        self.assert_found("state:new", member=self.admin)

    def test_other_teams_do_not_use_up_what_is_looked_at(self):
        self.say("скидка")
        for _n in range(12):
            self.say("скидка", ticket=self.foreign, by=self.omar)
        self.read()
        with patch.object(finding, "NEWEST", 10):
            found = search.find("скидка", member=self.ana)
            self.assertEqual((list(found.tickets), found.is_capped), ([self.ticket.pk], False))
            self.assertTrue(search.find("скидка", member=self.admin).is_capped)

    def test_a_hit_shows_only_what_may_be_seen(self):
        self.say("скидка", ticket=self.foreign, by=self.omar)
        moved = self.say("скидка")
        self.read()
        Message.objects.filter(pk=moved.pk).update(ticket=self.foreign)  # and the index does not know
        self.assertEqual(list(search.find("скидка", member=self.ana).tickets), [])


class HostileTests(SearchTestCase):
    def test_signs_of_the_query_languages_are_only_signs(self):
        self.read()
        for text in ("\"*()'&|!:<->", "NEAR(printer fire, 2)", "printer AND NOT", "people : x", "words:printer OR 1",
                     "'; DROP TABLE tickets_document; --", "printer:*", "\\", "\0", "a\0b", "^printer", "{people}",
                     "{words people} : printer", '""""', "((((", "* * *", "-", "--", "-:", "#", "№", "#-1", "+", "€",
                     "%s %d %(x)s", "\ud7ff\uffff", "🙂", "_", "_team1", "_era0", "_tel7", "ﬁ", "İ", "ß", "\u0301",
                     "printer " * 2000, "x" * 10_000, '"' + "a b " * 3000, "(" * 5000, "1" * 5000, "1-" * 5000,
                     "state:" * 500, "state:open " * 500, "-a " * 3000, "от:" + "a," * 5000, "до:" + "9" * 4000,
                     "#" + "9" * 18, "9" * 18, "9" * 400):  # fmt: skip
            with self.subTest(text=text[:40]):
                try:
                    search.page_of(search.find(text, member=self.ana))
                except search.BadQuery as refused:
                    self.assertTrue(str(refused))

    def test_marks_of_the_index_cannot_be_asked_for(self):
        mark = of_team(self.support.pk)
        self.say(mark, ticket=self.foreign, by=self.omar)
        self.assert_found(mark, self.foreign)
        self.assert_found(mark, member=self.ana)
        self.assert_found("team", self.foreign)

    def test_any_text_can_be_stored(self):
        for text in (
            "\\ ' \" : *",
            "a" * 3000,
            "слово " * 30_000,
            "🙂 " * 500,
            " ".join(str(n) for n in range(20_000)),
        ):
            with self.subTest(text=text[:20]):
                self.say(f"{text} последнее")
                self.read()
        self.assert_found("последние ", self.ticket)


class OrderTests(SearchTestCase):
    def test_the_younger_come_first_and_a_subject_makes_younger(self):
        ages = {self.ticket: 10, self.other: 5, self.foreign: 1}
        for ticket, days in ages.items():
            self.say("тонер", ticket=ticket)
            Ticket.objects.filter(pk=ticket.pk).update(active_at=now() - timedelta(days=days))
        self.assertEqual(self.find("тонер "), [self.foreign.pk, self.other.pk, self.ticket.pk])
        self.ticket.set_subject("Тонеры", by=self.ana)
        self.assertEqual(self.find("тонер "), [self.foreign.pk, self.ticket.pk, self.other.pk])

    def test_pages_follow_each_other(self):
        for _n in range(PAGE_SIZE):
            make_ticket(self.bea, self.mailbox, subject="Тонер")
        self.read()
        found = search.find("тонер ", member=self.ana)
        self.assertEqual(len(search.page_of(found)), PAGE_SIZE)
        self.assertEqual(search.page_of(found, 2), [])

    def test_finding_costs_the_same_however_much_is_found(self):
        self.say("тонер")
        self.read()
        # On PostgreSQL one more for each era there is: a long run of tests reaches the second one.
        eras = 1 + (Message.objects.latest("pk").pk >> ERA_BITS)
        with self.assertNumQueries(queries := 9 + (4 + eras) * (connection.vendor == "postgresql")):
            search.page_of(search.find("тонер ", member=self.ana))
        for _n in range(10):
            self.say("тонер", ticket=make_ticket(self.bea, self.mailbox))
        self.read()
        with self.assertNumQueries(queries - 1):  # the teams are known
            search.page_of(search.find("тонер ", member=self.ana))

    def test_who_waits_is_shown_what_operators_left_soon_and_with_patience_all(self):
        for ticket in (self.ticket, self.other):
            self.say("тонер", ticket=ticket)
        self.read()
        with patch.object(finding, "SIFTED_AT_ONCE", 1), patch.object(finding, "SOON", timedelta(0)):
            hurried = search.find("тонер state:new,open,waiting ", member=self.admin)
            whole = search.find("тонер state:new,open,waiting ", member=self.admin, is_patient=True)
        self.assertEqual((list(hurried.tickets), hurried.is_capped, hurried.is_hurried), ([self.other.pk], True, True))
        self.assertEqual((len(whole.tickets), whole.is_capped, whole.is_hurried), (2, False, False))

    @skipUnless(connection.vendor == "postgresql", "SQLite does not let itself be stopped in the middle of a match.")
    def test_a_question_that_takes_too_long_is_stopped_and_that_is_told(self):
        self.say("тонер")
        self.read()
        slow = store.FIND["postgresql"].replace("FROM tickets_document", "FROM pg_sleep(1), tickets_document")
        with patch.dict(store.FIND, postgresql=slow), patch.dict(store.PATIENCE, {False: timedelta(milliseconds=50)}):
            found = search.find("тонер ", member=self.admin)
        self.assertEqual((found.tickets, found.is_capped, found.is_hurried), ({}, True, True))
        self.assert_found("тонер ", self.ticket)  # and the connection goes on as ever
