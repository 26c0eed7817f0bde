"""Presence: what a browser shows and a member says, by leases that run out by themselves."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.staff.models import Company, Member, Presence, Status
from otklik.staff.turning import turn_due
from otklik.testing import CastTestCase, kinds

MINUTE = timedelta(minutes=1)
ONLINE, AWAY, OFFLINE = Status


class PresenceTests(CastTestCase):
    def setUp(self) -> None:
        self.at = now()

    def presence(self) -> Presence:
        return Presence.of(self.ana)

    def told(self) -> list[tuple[str, str]]:
        events = Event.objects.filter(kind="member.presence_changed").order_by("id")
        return [(event.facts["before"], event.facts["after"]) for event in events]

    def beat(self, minutes: float, *, is_active: bool = False) -> bool:
        return self.presence().hear(is_active=is_active, at=self.at + minutes * MINUTE)

    def stands(self, minutes: float) -> Status:
        return self.presence().at(self.at + minutes * MINUTE)

    def test_somebody_who_was_never_here_is_offline(self):
        self.assertEqual(self.stands(0), OFFLINE)

    def test_an_open_page_that_is_used_is_online_and_fades_away(self):
        self.beat(0, is_active=True)
        for minute in range(1, 13):
            self.beat(minute)
        self.assertEqual([self.stands(m) for m in (0, 9.9, 10, 14.9, 15)], [ONLINE, ONLINE, AWAY, AWAY, OFFLINE])
        self.assertEqual(self.told(), [(OFFLINE, ONLINE), (ONLINE, AWAY)])

    def test_a_browser_that_was_killed_goes_offline_by_itself(self):
        self.beat(0, is_active=True)
        self.assertFalse(turn_due(self.at + 2.9 * MINUTE))
        self.assertTrue(turn_due(self.at + 3 * MINUTE))
        self.assertEqual(self.told(), [(OFFLINE, ONLINE), (ONLINE, OFFLINE)])
        self.assertFalse(turn_due(self.at + 60 * MINUTE))

    def test_who_does_nothing_is_away_and_told_so_once(self):
        self.beat(0, is_active=True)
        Presence.objects.update(open_until=self.at + 60 * MINUTE)
        Presence.objects.update(due_at=self.at + 10 * MINUTE)
        turn_due(self.at + 11 * MINUTE)
        turn_due(self.at + 11 * MINUTE)
        self.beat(12, is_active=True)
        self.assertEqual(self.told(), [(OFFLINE, ONLINE), (ONLINE, AWAY), (AWAY, ONLINE)])

    def test_the_company_says_how_long_nothing_is_away(self):
        Company.objects.update(away_minutes=2)
        self.beat(0, is_active=True)
        self.assertEqual((self.stands(1.9), self.stands(2)), (ONLINE, AWAY))

    def test_what_is_chosen_is_the_most_one_is(self):
        self.presence().choose(AWAY, at=self.at)
        self.assertEqual((self.stands(1), self.stands(3)), (AWAY, OFFLINE))
        self.beat(1, is_active=True)
        self.assertEqual(self.stands(1), AWAY)
        self.presence().choose(OFFLINE, at=self.at + MINUTE)
        self.beat(2, is_active=True)
        self.assertEqual(self.stands(2), OFFLINE)
        self.presence().choose(ONLINE, at=self.at + 2 * MINUTE)
        self.assertEqual((self.stands(2), self.stands(5.1)), (ONLINE, OFFLINE))
        self.assertEqual(self.told(), [(OFFLINE, AWAY), (AWAY, OFFLINE), (OFFLINE, ONLINE)])

    def test_the_journal_says_who_chose(self):
        self.presence().choose(AWAY, at=self.at)
        event = Event.objects.get(kind="member.presence_changed")
        self.assertEqual((event.by, event.by_id, event.about_id), ("member", self.ana.pk, self.ana.pk))

    def test_a_beat_that_says_nothing_new_writes_nothing(self):
        self.assertTrue(self.beat(0, is_active=True))
        with self.assertNumQueries(1):
            self.presence().hear(is_active=False, at=self.at + MINUTE)
        self.assertTrue(self.beat(1.5))
        self.assertFalse(self.beat(2, is_active=True))
        self.assertTrue(self.beat(5, is_active=True))

    def test_signing_out_is_leaving(self):
        self.beat(0, is_active=True)
        self.presence().leave_desk(at=self.at + MINUTE)
        self.assertEqual(self.stands(1), OFFLINE)

    def test_teams_are_joined_and_left_with_a_word_in_the_journal(self):
        ana = Member.objects.get(pk=self.ana.pk)
        self.assertTrue(ana.set_teams([self.sales], by=self.admin))
        self.assertFalse(ana.set_teams([self.sales], by=self.admin))
        self.assertEqual(kinds(ana), ["member.joined_team", "member.left_team"])
        self.assertEqual(ana.team_ids, [self.sales.pk])
