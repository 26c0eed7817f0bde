"""Callbacks: promised, reminded of, tried, done; their clocks; two who call at once."""

from functools import partial

from django.test import TransactionTestCase

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.notices.models import Notice
from otklik.sla.errors import CallbackOver, CallbackPromised, NoPhone
from otklik.sla.models import Callback, Metric
from otklik.sla.models.callback import TRIES, promise_callback
from otklik.sla.noticing import remind
from otklik.sla.tests.test_clocks import PromiseTestCase, at
from otklik.testing import CastTestCase, at_once, kinds, react_to_all
from otklik.tickets.merging import merge
from otklik.tickets.models import Ticket

PHONE = "8 916 000-00-01"


class CallbackTests(PromiseTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.promise(cls.usual, Metric.CALLBACK, 0.25)

    def asked(self, ticket: Ticket, when: str, **rest) -> Callback:
        return promise_callback(ticket, **{"by": self.bea, "phone": PHONE, "at": at(when)} | rest)

    def told(self) -> set[str]:
        react_to_all("notices")
        return set(Notice.objects.filter(topic="callback").values_list("member__name", flat=True))

    def test_as_soon_as_possible_counts_from_now_in_working_time(self):
        ticket = self.arrive("03-02 17:50")
        callback = self.asked(ticket, "03-02 17:50")
        self.assertEqual((callback.phone, self.due(ticket, "callback")), ("+79160000001", at("03-03 09:05")))
        self.assertEqual(Ticket.objects.get(pk=ticket.pk).due_at, at("03-03 09:05"))

    def test_a_time_that_the_client_named_is_when_it_begins_to_count(self):
        ticket = self.arrive("03-02 10:00")
        callback = self.asked(ticket, "03-02 10:00", wanted_at=at("03-02 15:00"))
        self.assertEqual(self.due(ticket, "callback"), at("03-02 15:15"))
        self.assertFalse(remind(at("03-02 14:59")))
        self.assertTrue(remind(at("03-02 15:00")))
        self.assertFalse(remind(at("03-02 15:01")))
        self.assertEqual(kinds(ticket)[-1], "callback.due")
        callback.call(is_reached=True, by=self.ana, at=at("03-02 14:00"))
        self.assertIsNone(self.clock(ticket, "callback").broken_at)

    def test_a_time_that_has_passed_is_none(self):
        callback = self.asked(self.arrive("03-02 10:00"), "03-02 10:00", wanted_at=at("03-01 10:00"))
        self.assertIsNone(callback.wanted_at)

    def test_the_first_call_keeps_the_promise_and_the_third_in_vain_ends_the_callback(self):
        ticket = self.arrive("03-02 10:00")
        callback = self.asked(ticket, "03-02 10:00")
        for tried, when in enumerate(("10:10", "10:50", "12:00"), start=1):
            self.assertIsNone(callback.ended_at)
            callback.call(is_reached=False, by=self.ana, note="Nobody answers", at=at(f"03-02 {when}"))
            self.assertEqual(callback.calls.count(), tried)
        self.assertEqual((callback.outcome, callback.remind_at, tried), ("not_reached", None, TRIES))
        clock = self.clock(ticket, "callback")
        self.assertEqual((clock.is_met, clock.ended_at, clock.broken_at), (True, at("03-02 10:10"), None))
        with self.assertRaises(CallbackOver):
            callback.call(is_reached=True, by=self.ana, at=at("03-02 13:00"))
        line = narrate(Event.objects.filter(kind="callback.called"))[-1]
        self.assertEqual(line.sentence, "Call number 3: Not reached; note: Nobody answers")

    def test_after_a_call_in_vain_it_is_time_again_half_an_hour_later(self):
        callback = self.asked(self.arrive("03-02 10:00"), "03-02 10:00")
        remind(at("03-02 10:00"))
        callback.call(is_reached=False, by=self.ana, at=at("03-02 10:10"))
        self.assertFalse(remind(at("03-02 10:39")))
        self.assertTrue(remind(at("03-02 10:40")))

    def test_everybody_of_the_team_is_told_until_somebody_has_the_ticket(self):
        ticket = self.arrive("03-02 10:00")
        self.asked(ticket, "03-02 10:00")
        remind(at("03-02 10:00"))
        self.assertEqual(self.told(), {"Ana Belova"})

    def test_whoever_promises_it_on_their_own_ticket_is_told_at_the_named_time_only(self):
        ticket = self.arrive("03-02 10:00")
        ticket.assign_to(self.ana, by=self.ana, at=at("03-02 10:01"))
        self.assertIsNone(self.asked(ticket, "03-02 10:02", by=self.ana).remind_at)

    def test_one_waits_at_a_time_and_without_a_number_none(self):
        ticket = self.arrive("03-02 10:00")
        with self.assertRaises(NoPhone):
            self.asked(ticket, "03-02 10:00", phone="")
        self.asked(ticket, "03-02 10:00")
        with self.assertRaises(CallbackPromised):
            self.asked(ticket, "03-02 10:05")
        self.bea.addresses.create(kind="phone", value="+79160000009")
        self.assertEqual(self.asked(self.arrive("03-02 11:00"), "03-02 11:00", phone="").phone, "+79160000009")

    def test_what_was_withdrawn_is_not_promised(self):
        ticket = self.arrive("03-02 10:00")
        callback = self.asked(ticket, "03-02 10:00")
        self.assertTrue(callback.withdraw(by=self.ana, at=at("03-02 10:05")))
        self.assertFalse(callback.withdraw(by=self.ana))
        self.assertFalse(self.clock(ticket, "callback").is_met)
        self.assertTrue(self.asked(ticket, "03-02 10:10"))

    def test_resolving_the_ticket_does_not_make_the_call(self):
        ticket = self.arrive("03-02 10:00")
        self.asked(ticket, "03-02 10:00")
        ticket.set_state("resolved", by=self.ana, at=at("03-02 10:05"))
        self.assertEqual(self.due(ticket, "callback"), at("03-02 10:15"))
        ticket.set_priority(Ticket.Priority.HIGH, by=self.ana, at=at("03-02 10:06"))
        self.assertEqual(list(ticket.clocks.going().values_list("metric", flat=True)), ["callback"])
        late = self.arrive("03-02 11:00")
        late.set_state("resolved", by=self.ana, at=at("03-02 11:05"))
        self.asked(late, "03-02 11:10")
        self.assertEqual(self.due(late, "callback"), at("03-02 11:25"))

    def test_it_follows_a_ticket_that_is_merged(self):
        ticket, into = self.arrive("03-02 10:00"), self.arrive("03-02 10:01")
        self.asked(ticket, "03-02 10:02")
        merge(ticket, into, by=self.ana, at=at("03-02 10:05"))
        self.assertEqual(Callback.objects.waiting().get().ticket, into)
        self.assertEqual(self.due(into, "callback"), at("03-02 10:17"))
        other = self.arrive("03-02 10:06")
        self.asked(other, "03-02 10:06")
        merge(other, into, by=self.ana, at=at("03-02 10:08"))
        self.assertEqual(Callback.objects.waiting().get().ticket, into)
        self.assertEqual(other.callbacks.get().outcome, "withdrawn")

    def test_without_an_agreement_it_waits_all_the_same(self):
        self.usual.targets.filter(metric=Metric.CALLBACK).delete()
        ticket = self.arrive("03-02 10:00")
        self.asked(ticket, "03-02 10:00").call(is_reached=True, by=self.ana, at=at("03-02 10:30"))
        self.assertFalse(ticket.clocks.filter(metric="callback").exists())


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.callback = promise_callback(self.ticket, by=self.bea, phone=PHONE)

    def at_once(self, *jobs) -> list[str]:
        return sorted(at_once(*[partial(self.outcome, job) for job in jobs]))

    def outcome(self, job) -> str:
        try:
            job(Callback.objects.select_related("ticket").get(pk=self.callback.pk))
        except (CallbackOver, CallbackPromised) as refusal:
            return refusal.code
        return "done"

    def test_two_who_reached_the_client_end_it_once(self):
        def reach(callback: Callback) -> None:
            callback.call(is_reached=True, by=self.ana)

        self.assertEqual(self.at_once(reach, reach), ["callback_over", "done"])
        self.assertEqual(Event.objects.filter(kind="callback.called").count(), 1)

    def test_two_who_promise_promise_once(self):
        self.callback.withdraw(by=self.ana)

        def promise(_callback: Callback) -> None:
            promise_callback(Ticket.objects.get(pk=self.ticket.pk), by=self.ana, phone=PHONE)

        self.assertEqual(self.at_once(promise, promise), ["callback_promised", "done"])
        self.assertEqual(Callback.objects.waiting().count(), 1)
