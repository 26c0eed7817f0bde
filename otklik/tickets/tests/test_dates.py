"""A date in a field that has come is noted once, on its day by the company's clock, while the ticket is open."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.testing import CastTestCase
from otklik.tickets import dates
from otklik.tickets.models import Ticket, TicketField

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
        self.noted(local(20))
        self.assertFalse(dates._note(self.ticket.pk, self.field, local(20)))
        self.assertEqual(self.noted(local(20)), ["2026-05-20"])

    def test_where_no_field_is_a_date_nothing_is_looked_at(self):
        TicketField.objects.update(kind="text")
        self.fill_in("2026-05-20")
        with self.assertNumQueries(1):
            self.assertFalse(dates.note_due(now()))
        self.assertIsNone(dates.next_due(now()))

    def test_the_next_can_come_when_the_next_day_begins(self):
        self.assertEqual(dates.next_due(local(19, 0, 1)), local(20))
        self.assertEqual(dates.next_due(local(20)), local(21))
