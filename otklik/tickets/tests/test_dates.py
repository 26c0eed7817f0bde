"""A date in a field that has come is noted once, on its day by the company's clock, while the ticket is open."""

from datetime import datetime
from unittest import mock
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.testing import CastTestCase, make_ticket
from otklik.tickets import dates
from otklik.tickets.merging import merge, separate
from otklik.tickets.models import AwaitedDate, Ticket, TicketField
from otklik.tickets.opening import Wish, open_ticket

VLADIVOSTOK = ZoneInfo("Asia/Vladivostok")


def local(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=VLADIVOSTOK)


class DateTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.company.time_zone = "Asia/Vladivostok"
        cls.company.save(update_fields=["time_zone"])
        cls.field = TicketField.objects.create(key="answer_by", label="Answer by", kind="date")

    def fill_in(self, value: str) -> None:
        Ticket.objects.get(pk=self.ticket.pk).set_field(self.field, value, by=self.ana)

    def noted(self, at: datetime) -> list[str]:
        while dates.note_due(at):
            pass
        return list(Event.objects.filter(kind=dates.CAME).order_by("id").values_list("facts__date", flat=True))

    def test_it_is_noted_once_as_its_day_begins(self):
        self.fill_in("2026-05-20")
        self.assertEqual(self.noted(local(19, 23, 59)), [])
        self.assertEqual(self.noted(local(20)), ["2026-05-20"])
        self.assertEqual(self.noted(local(25)), ["2026-05-20"])

    def test_it_reads_as_a_sentence(self):
        self.fill_in("2026-05-20")
        self.noted(local(20))
        event = Event.objects.get(kind=dates.CAME)
        self.assertEqual(
            (event.about_id, narrate([event])[0].sentence), (self.ticket.pk, "Answer by: 20 May 2026 has come")
        )

    def test_another_day_is_noted_too_and_the_same_again_is_not(self):
        for value in ("2026-05-20", "2026-05-21", "", "2026-05-20"):
            self.fill_in(value)
            self.noted(local(21))
        self.assertEqual(self.noted(local(21)), ["2026-05-20", "2026-05-21"])

    def test_a_day_that_was_past_when_it_was_filled_in_has_come(self):
        self.fill_in("2026-05-01")
        self.assertEqual(self.noted(local(20)), ["2026-05-01"])

    def test_a_ticket_that_is_over_waits_for_nothing(self):
        self.fill_in("2026-05-20")
        self.ticket.set_state("closed", by=self.ana)
        self.assertEqual(self.noted(local(20)), [])

    def test_what_a_worker_found_and_another_noted_meanwhile_is_not_noted_again(self):
        self.fill_in("2026-05-20")
        awaited = AwaitedDate.objects.get()
        self.noted(local(20))
        self.assertFalse(dates._note(awaited, local(20)))
        self.assertEqual(self.noted(local(20)), ["2026-05-20"])

    def test_what_is_opened_with_a_date_waits_for_it(self):
        open_ticket(Wish(client=self.bea, team=self.support, fields={"answer_by": "2026-05-20"}), by=None)
        self.assertEqual(self.noted(local(20)), ["2026-05-20"])

    def test_a_ticket_that_is_open_again_waits_again_but_for_nothing_twice(self):
        for value in ("2026-05-20", "2026-05-22"):
            self.fill_in(value)
            self.ticket.set_state("closed", by=self.ana)
            self.noted(local(23))
            self.ticket.set_state("open", by=self.ana)
            self.noted(local(23))
            self.assertEqual(self.noted(local(24)).count(value), 1)

    def test_one_that_was_merged_waits_for_nothing_until_it_stands_by_itself(self):
        self.fill_in("2026-05-20")
        merge(self.ticket, self.other, by=self.admin)
        self.assertEqual(self.noted(local(20)), [])
        separate(Ticket.objects.get(pk=self.ticket.pk), by=self.admin)
        self.assertEqual(self.noted(local(20)), ["2026-05-20"])

    def test_a_field_that_becomes_a_date_is_looked_for_on_all_tickets_in_portions(self):
        TicketField.objects.update(kind="text")
        for _n in range(3):
            make_ticket(self.bea, self.mailbox)
        for number, value in zip(
            Ticket.objects.order_by("pk"), ("2026-05-20", "soon", "20260520", "2026-05-21"), strict=False
        ):
            number.set_field(TicketField.objects.get(), value, by=self.ana)
        self.assertEqual(self.noted(local(21)), [])
        TicketField.objects.update(kind="date")
        dates.lay_anew(self.field)
        with mock.patch.object(dates, "BATCH", 2):
            self.assertEqual(self.noted(local(21)), ["2026-05-20", "2026-05-21"])
        TicketField.objects.update(kind="text")
        dates.lay_anew(self.field)
        self.fill_in("2026-05-22")
        self.assertEqual(len(self.noted(local(23))), 2)

    def test_looking_costs_the_same_however_many_tickets_wait(self):
        self.noted(local(1))
        for value in ("", "2026-05-20"):
            self.fill_in(value)
            with self.assertNumQueries(3):
                self.assertFalse(dates.note_due(local(1)))

    def test_where_no_field_is_a_date_no_day_is_waited_for(self):
        TicketField.objects.update(kind="text")
        self.assertIsNone(dates.next_due(now()))

    def test_the_next_can_come_when_the_next_day_begins(self):
        self.assertEqual(dates.next_due(local(19, 0, 1)), local(20))
        self.assertEqual(dates.next_due(local(20)), local(21))
