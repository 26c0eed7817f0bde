"""When a mailbox counts as silent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from otklik.channels.email.models import MailboxWatch
from otklik.channels.email.silence import hour_of, is_unusual, watch_due
from otklik.testing import CastTestCase
from otklik.tickets.models import RawMessage

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=MOSCOW)


def office_hours(until: datetime) -> list[int]:
    """Mail in each hour from 9 to 18 on working days, for four weeks."""
    hours = [until - timedelta(hours=back) for back in range(28 * 24, 0, -1)]
    return [hour_of(each) for each in hours if each.weekday() < 5 and 9 <= each.astimezone(MOSCOW).hour < 18]


class SilenceTests(SimpleTestCase):
    def silent(self, hours: list[int], at: datetime) -> bool:
        return is_unusual(hours, hour_of(at), zone=MOSCOW)

    def test_a_weekend_is_no_silence(self):
        self.assertFalse(self.silent(office_hours(MONDAY), MONDAY + timedelta(hours=9)))

    def test_a_morning_without_mail_is(self):
        self.assertFalse(self.silent(office_hours(MONDAY), MONDAY + timedelta(hours=11, minutes=59)))
        self.assertTrue(self.silent(office_hours(MONDAY), MONDAY + timedelta(hours=12)))

    def test_a_mailbox_that_was_silent_for_a_day_before_may_be_again(self):
        gap = range(hour_of(MONDAY - timedelta(days=6)), hour_of(MONDAY - timedelta(days=5)))
        hours = [hour for hour in office_hours(MONDAY) if hour not in gap]
        self.assertFalse(self.silent(hours, MONDAY + timedelta(hours=17)))
        self.assertFalse(self.silent(hours, MONDAY + timedelta(days=1, hours=17)))
        self.assertTrue(self.silent(hours, MONDAY + timedelta(days=2, hours=11)))

    def test_of_a_new_mailbox_nothing_is_said(self):
        self.assertFalse(self.silent([hour_of(MONDAY - timedelta(days=5))], MONDAY))
        self.assertFalse(self.silent([], MONDAY))


class WatchTests(CastTestCase):
    def setUp(self) -> None:
        this_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        came = [this_hour - timedelta(hours=back, days=day) for day in range(1, 28) for back in range(24)]
        RawMessage.objects.bulk_create(
            RawMessage(channel=self.mailbox, digest=str(n), body=b"", received_at=at, due_at=None)
            for n, at in enumerate(sorted(came))
        )
        self.last = max(came)

    def look(self) -> MailboxWatch:
        MailboxWatch.objects.update(due_at=self.last)
        self.assertTrue(watch_due())
        return MailboxWatch.objects.get(channel=self.mailbox)

    def come(self) -> None:
        RawMessage.objects.create(channel=self.mailbox, digest="new", body=b"")

    def test_a_day_without_mail_is_noticed_and_ends_with_the_next_mail(self):
        self.assertEqual(self.look().silent_since, self.last)
        self.come()
        self.assertIsNone(self.look().silent_since)

    def test_a_silence_that_somebody_called_usual_is_told_no_more(self):
        self.assertTrue(self.look().accept())
        self.assertIsNone(self.look().silent_since)
        self.assertFalse(self.look().accept())

    def test_a_look_is_taken_in_turns(self):
        watch_due()
        self.assertFalse(watch_due())

    def test_a_mailbox_that_never_got_mail_is_left_in_peace(self):
        self.look()
        self.assertIsNone(MailboxWatch.objects.get(channel=self.sales_box).silent_since)
