"""Every condition and every action that the floors offer, on a real ticket."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.lib.rulebook import events, rulebook
from otklik.lib.ruling import Subject, WrongValue
from otklik.notices.models import Notice
from otklik.sla.models import Clock, Policy, Target
from otklik.sla.models.clock import start_clock
from otklik.staff.models import Team
from otklik.testing import CastTestCase, kinds, react_to_all
from otklik.tickets.automatic import PER_HOUR, answer_automatically
from otklik.tickets.models import Delivery, Message, Ticket, TicketField
from otklik.tickets.replying import reply


class PartsTestCase(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        TicketField.objects.create(key="colour", label="Colour", kind="choice", choices=["red", "blue"])
        TicketField.objects.create(key="floor", label="Floor", kind="number")
        TicketField.objects.create(key="vip", label="VIP", kind="yes_no")
        TicketField.objects.create(key="serial", label="Serial number", kind="text")

    def fresh(self) -> Ticket:
        return Ticket.objects.select_related("client", "team", "assignee").get(pk=self.ticket.pk)


class ConditionTests(PartsTestCase):
    def holds(self, key: str, operator: str, value: object, **rest) -> bool:
        subject = Subject(self.fresh(), rest.get("event"), rest.get("at", now()))
        return rulebook().condition(key).test(subject, operator, str(value))

    def test_what_a_ticket_is(self):
        self.ticket.tag("hot", by=None)
        self.ticket.assign_to(self.ana, by=None)
        Ticket.objects.filter(pk=self.ticket.pk).update(
            fields={"colour": "red", "floor": 3, "serial": "KX-17"}, opened_at=now() - timedelta(hours=5)
        )
        cases = (
            ("type", "is", "question"),
            ("state", "is", "open"),
            ("priority", "is_not", 3),
            ("team", "is", self.support.pk),
            ("line", "is", "nobody"),
            ("answers", "less", 1),
            ("reopened", "is", "no"),
            ("callback", "is", "no"),
            ("contract", "is", "nobody"),
            ("assignee", "is", self.ana.pk),
            ("channel", "is", self.mailbox.pk),
            ("tag", "is", "hot"),
            ("client", "contains", "orlova"),
            ("client", "contains", "alpha.example"),
            ("organisation", "is", self.alpha.pk),
            ("language", "is_not", "en"),
            ("subject", "contains", "printer"),
            ("text", "contains", "fire"),
            ("author", "is", "client"),
            ("age", "more", "4.5"),
            ("silence", "less", 1),
            ("in_state", "less", 1),
            ("field:colour", "is", "red"),
            ("field:floor", "more", 2),
            ("field:vip", "is", "no"),
            ("field:serial", "contains", "kx-17"),
            ("promise", "is_not", "broken"),
        )
        for key, operator, value in cases:
            with self.subTest(key):
                self.assertTrue(self.holds(key, operator, value))

    def test_how_often_we_answered_and_whether_it_came_back(self):
        reply(self.ticket, by=self.ana, text="Water.", then="resolved")
        self.assertTrue(self.holds("reopened", "is", "no"))
        self.ticket.reopen(by=self.bea)
        self.assertTrue(self.holds("reopened", "is", "yes"))
        self.assertTrue(self.holds("answers", "more", 0))

    def test_nobody_has_a_new_ticket(self):
        self.assertTrue(self.holds("assignee", "is", "nobody"))

    def test_who_looks_after_a_client_and_where_they_are_may_be_said_of_their_organisation(self):
        self.assertTrue(self.holds("manager", "is", "nobody"))
        self.alpha.manager, self.alpha.region = self.ana, "Nizhny Novgorod"
        self.alpha.save()
        self.assertTrue(self.holds("manager", "is", self.ana.pk))
        self.assertTrue(self.holds("region", "contains", "nizhny*"))
        self.bea.manager, self.bea.region = self.omar, "Kazan"
        self.bea.save()
        self.assertTrue(self.holds("manager", "is", self.omar.pk))
        self.assertTrue(self.holds("region", "contains", "kazan"))

    def test_who_wrote_and_who_did_it_are_told_by_the_event(self):
        reply(self.ticket, by=self.ana, text="Water.")
        event = Event.objects.get(kind="message.sent")
        self.assertTrue(self.holds("author", "is", "staff", event=event))
        self.assertTrue(self.holds("doer", "is", "member", event=event))
        self.assertTrue(self.holds("text", "contains", "water", event=event))

    def test_promises_and_working_hours(self):
        office = Calendar.objects.create(name="Office")
        policy = Policy.objects.create(name="Usual", calendar=office)
        target = Target.objects.create(policy=policy, metric="resolution", length=timedelta(hours=5))
        monday = now().replace(year=2026, month=3, day=2, hour=6, minute=0)  # 9:00 in Moscow
        Clock.objects.all().delete()
        start_clock(self.ticket, policy, target, at=monday)
        cases = ((0, "is_not", "is_not"), (4, "is", "is_not"), (5, "is_not", "is"))
        for hours, nearly, broken in cases:
            with self.subTest(hours=hours):
                moment = monday + timedelta(hours=hours, minutes=1)
                self.assertTrue(self.holds("promise", nearly, "nearly", at=moment))
                self.assertTrue(self.holds("promise", broken, "broken", at=moment))
        self.assertTrue(self.holds("working_time", "is", office.pk, at=monday))
        self.assertTrue(self.holds("working_time", "is_not", office.pk, at=monday - timedelta(hours=1)))


class ActionTests(PartsTestCase):
    def do(self, key: str, **given: object) -> bool:
        action, wanted = rulebook().action(key), {name: str(value) for name, value in given.items()}
        action.check(wanted)
        return action.do(Subject(self.fresh(), None, now()), wanted, None, now())

    def test_each_action_changes_the_ticket_once(self):
        cases = (
            ("state", {"value": "open"}),
            ("priority", {"value": 4}),
            ("type", {"value": "complaint"}),
            ("tag", {"value": "hot"}),
            ("untag", {"value": "hot"}),
            ("assignee", {"value": self.ana.pk}),
            ("assignee", {"value": "nobody"}),
            ("participant", {"value": "carl@elsewhere.example"}),
            ("link", {"number": self.other.pk, "value": "related"}),
            ("field:colour", {"value": "blue"}),
            ("field:floor", {"value": "7"}),
            ("field:vip", {"value": "yes"}),
            ("team", {"value": self.sales.pk}),
        )
        for key, given in cases:
            with self.subTest(key, **given):
                self.assertEqual((self.do(key, **given), self.do(key, **given)), (True, False))
        self.assertEqual(self.fresh().fields, {"colour": "blue", "floor": 7, "vip": True})

    def test_the_priority_rises_by_one_up_to_critical(self):
        done = [self.do("raise_priority") for _step in range(3)]
        self.assertEqual((done, self.fresh().priority), ([True, True, False], 4))

    def test_the_next_line_gets_it_with_a_reason_if_one_is_given(self):
        self.assertFalse(self.do("next_line"))
        Team.objects.filter(pk=self.support.pk).update(line=1)
        Team.objects.filter(pk=self.sales.pk).update(line=2)
        self.assertTrue(self.do("next_line", why="Silence"))
        self.assertEqual(self.fresh().team, self.sales)
        self.assertEqual(Event.objects.get(kind="ticket.handed_over").facts["why"], "Silence")

    def test_a_callback_is_promised_once_and_without_a_number_a_note_says_so(self):
        self.assertTrue(self.do("callback"))
        self.assertIn("There is no phone number", Message.objects.get(is_note=True).text)
        self.bea.addresses.create(kind="phone", value="+79160000001")
        self.assertEqual((self.do("callback"), self.do("callback")), (True, False))

    def test_what_could_not_be_done_is_refused_beforehand(self):
        cases = (
            ("participant", {"value": "nobody at all"}),
            ("link", {"number": "999999", "value": "related"}),
            ("field:floor", {"value": "high"}),
            ("field:colour", {"value": "green"}),
            ("answer", {"value": "Hello, {name}"}),
        )
        for key, given in cases:
            with self.subTest(key), self.assertRaises(WrongValue):
                self.do(key, **given)

    def test_an_answer_goes_to_the_client_and_changes_nothing_else(self):
        self.do("answer", value="Hello, {client}: #{number}.")
        message = Message.objects.get(is_automatic=True)
        self.assertEqual(message.text, f"Hello, Bea Orlova: #{self.ticket.pk}.")
        self.assertTrue(message.is_ours)
        self.assertEqual(Delivery.objects.get().address, "bea@alpha.example")
        self.assertEqual((self.fresh().state, kinds(self.ticket)[-1]), ("new", "message.sent_by_rule"))

    def test_a_program_that_wrote_gets_no_answer(self):
        Message.objects.filter(ticket=self.ticket).update(is_automatic=True)
        self.assertFalse(self.do("answer", value="Hello."))

    def test_one_client_gets_no_more_than_some_in_an_hour(self):
        for _number in range(PER_HOUR):
            answer_automatically(self.other, by=None, text="Hello.", at=now())
        self.assertFalse(self.do("answer", value="Hello."))
        self.assertEqual(Delivery.objects.count(), PER_HOUR)

    def test_what_a_value_says_in_braces_is_not_filled_in(self):
        self.ticket.set_subject("{team}", by=None)
        self.do("note", value="About {subject}")
        self.assertEqual(Message.objects.get(is_note=True).text, "About {team}")

    def test_whom_a_rule_tells_is_told(self):
        self.assertFalse(self.do("tell", value="assignee"))
        self.do("tell", value=self.ana.pk)
        react_to_all("notices")
        notice = Notice.objects.get()
        self.assertEqual((notice.member, notice.topic), (self.ana, "pointed_out"))
        self.assertIsNotNone(notice.mail_at)

    def test_every_part_reads_as_words(self):
        book = rulebook()
        parts = [*book.conditions.values(), *book.actions.values(), *book.reckonings.values()]
        self.assertTrue(all(str(part.label) for part in parts))
        self.assertIn("clock.broken", events())
