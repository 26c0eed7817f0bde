"""Changing many tickets: each once, with the rights of that moment, and a report of what was refused."""

import uuid
from datetime import timedelta
from unittest import mock

from django.db import OperationalError
from django.test import override_settings
from django.utils.timezone import now

from otklik.staff.models import Member
from otklik.testing import CastTestCase, kinds, make_ticket
from otklik.tickets import bulking
from otklik.tickets.bulking import forget, work_off, work_on
from otklik.tickets.merging import merge
from otklik.tickets.models import Bulk, Delivery, Message, Ticket
from otklik.tickets.models.bulk import KEPT


def hold(_ticket: Ticket, _state: str, _by: object, _at: object) -> bool:
    """A gate that lets nothing through."""
    return True


class BulkTests(CastTestCase):
    def begin(self, *steps: dict[str, str], by: Member | None = None, tickets: list[Ticket] | None = None) -> Bulk:
        numbers = [ticket.pk for ticket in tickets or [self.ticket, self.other]]
        return Bulk.begin(list(steps), numbers, by=by or self.ana, press=uuid.uuid4(), at=now())

    def run_all(self) -> None:
        while work_on():
            pass

    def outcomes(self, bulk: Bulk) -> list[str]:
        return list(bulk.rows.order_by("ticket").values_list("outcome", flat=True))

    def test_steps_are_done_in_their_order_by_the_member(self):
        bulk = self.begin(
            {"do": "assignee", "value": "me"}, {"do": "tag", "value": "Fire"}, {"do": "priority", "value": "4"}
        )
        self.run_all()
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.assignee, self.ticket.priority), (self.ana, 4))
        self.assertEqual(kinds(self.ticket)[-3:], ["ticket.state_changed", "ticket.tagged", "ticket.priority_changed"])
        bulk.refresh_from_db()
        self.assertEqual((self.outcomes(bulk), bulk.ended_at is None), (["changed", "changed"], False))

    def test_an_answer_is_the_member_s_own_with_words_filled_in(self):
        self.begin({"do": "answer", "value": "{client}, the works are over."}, {"do": "state", "value": "resolved"})
        self.run_all()
        message = Message.objects.filter(ticket=self.ticket).latest("pk")
        self.assertEqual((message.text, message.member), ("Bea Orlova, the works are over.", self.ana))
        self.assertEqual(Delivery.objects.count(), 2)
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "resolved")

    def test_a_ticket_is_changed_as_wished_or_not_at_all(self):
        bulk = self.begin({"do": "priority", "value": "4"}, {"do": "assignee", "value": str(self.omar.pk)})
        self.run_all()
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.priority, self.outcomes(bulk)), (2, ["refused", "refused"]))
        self.assertIn("does not answer for the team", bulk.rows.first().why)

    def test_rights_are_those_of_the_moment_when_it_is_done(self):
        bulk = self.begin({"do": "priority", "value": "4"}, tickets=[self.ticket, self.foreign])
        self.run_all()
        self.assertEqual(self.outcomes(bulk), ["changed", "refused"])
        late = self.begin({"do": "priority", "value": "3"})
        Member.objects.filter(pk=self.ana.pk).update(role=Member.Role.OBSERVER)
        self.run_all()
        self.assertEqual(self.outcomes(late), ["refused", "refused"])
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.priority, 4)

    def test_merging_many_into_one_leaves_that_one(self):
        bulk = self.begin({"do": "into", "value": str(self.ticket.pk)})
        self.run_all()
        self.other.refresh_from_db()
        self.assertEqual((self.other.merged_into, self.outcomes(bulk)), (self.ticket, ["same", "changed"]))

    def test_a_merged_ticket_is_refused_and_says_where_it_went(self):
        merge(self.ticket, self.other, by=self.ana)
        bulk = self.begin({"do": "state", "value": "open"}, tickets=[self.ticket])
        self.run_all()
        self.assertIn("was merged into", bulk.rows.get().why)

    def test_what_was_so_already_is_told_apart(self):
        bulk = self.begin({"do": "priority", "value": "2"})
        self.run_all()
        self.assertEqual(self.outcomes(bulk), ["same", "same"])

    @override_settings(GATES=["otklik.tickets.tests.test_bulk.hold"])
    def test_a_state_that_has_to_be_approved_first_is_told_and_the_rest_is_done(self):
        bulk = self.begin({"do": "priority", "value": "4"}, {"do": "state", "value": "closed"})
        self.run_all()
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.priority, self.ticket.state, self.outcomes(bulk)[0]), (4, "new", "refused"))
        self.assertIn("is held back", bulk.rows.first().why)

    def test_pressing_twice_makes_one(self):
        press = uuid.uuid4()
        made = [
            Bulk.begin([{"do": "tag", "value": "x"}], [self.ticket.pk], by=self.ana, press=press, at=now())
            for _time in range(2)
        ]
        self.assertEqual((made[0], made[0].rows.count()), (made[1], 1))
        self.assertEqual(Bulk.objects.count(), 1)

    def test_it_goes_on_in_batches_and_stops_when_told(self):
        tickets = [make_ticket(self.bea, self.mailbox) for _n in range(7)]
        bulk = self.begin({"do": "priority", "value": "4"}, tickets=tickets)
        with mock.patch.object(bulking, "BATCH", 3):
            work_on()
            self.assertEqual(bulk.tally()["changed"], 3)
            self.assertTrue(bulk.stop())
            self.assertFalse(bulk.stop())
            self.run_all()
        bulk.refresh_from_db()
        self.assertEqual((bulk.tally()["changed"], bulk.tally()[""], bulk.ended_at is None), (3, 4, False))

    def test_two_workers_do_not_do_the_same(self):
        bulk = self.begin({"do": "priority", "value": "4"})
        rival = Bulk.objects.get()
        self.assertTrue(work_off(bulk, at=now()))
        self.assertFalse(work_off(rival, at=now()))
        self.assertEqual(kinds(self.ticket).count("ticket.priority_changed"), 1)

    def test_the_store_s_trouble_leaves_everything_to_be_tried_again(self):
        bulk = self.begin({"do": "priority", "value": "4"})
        with mock.patch.object(bulking, "do", side_effect=OperationalError), self.assertRaises(OperationalError):
            work_on()
        self.assertFalse(work_on())
        self.assertTrue(work_on(now() + timedelta(minutes=3)))
        self.assertEqual(self.outcomes(bulk), ["changed", "changed"])

    def test_a_fault_of_ours_is_a_refusal_and_not_the_end(self):
        bulk = self.begin({"do": "priority", "value": "4"})
        with mock.patch.object(bulking, "do", side_effect=[RuntimeError("?"), True]), self.assertLogs(level="ERROR"):
            self.run_all()
        self.assertEqual(sorted(self.outcomes(bulk)), ["changed", "refused"])

    def test_a_choice_that_is_gone_refuses_all_with_the_reason(self):
        bulk = self.begin({"do": "team", "value": "99999"})
        self.run_all()
        self.assertEqual(self.outcomes(bulk), ["refused", "refused"])
        self.assertIn("does not fit", bulk.rows.first().why)

    def test_it_is_forgotten_some_day(self):
        bulk = self.begin({"do": "priority", "value": "4"})
        self.run_all()
        self.assertFalse(forget())
        Bulk.objects.update(ended_at=now() - KEPT - timedelta(days=1))
        self.assertTrue(forget())
        self.assertFalse(Bulk.objects.filter(pk=bulk.pk).exists())
