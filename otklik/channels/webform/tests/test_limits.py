"""How much may be sent, and who counts as whom."""

from datetime import timedelta

from django.test import SimpleTestCase, TestCase, override_settings
from django.utils.timezone import now

from otklik.channels.webform.limits import MOST, WINDOW, Origin, count, is_over, network_of
from otklik.channels.webform.models import Attempt
from otklik.channels.webform.opened import LONGEST, age, is_fresh, opened_note

HOME = Origin("198.51.100.7", "bea@alpha.example")


class LimitTests(TestCase):
    def send(self, times: int, origin: Origin = HOME, **rest) -> None:
        for _time in range(times):
            count(origin, **rest)

    def test_one_person_is_stopped_at_the_limit_however_the_address_is_spelt(self):
        self.send(MOST["email"] - 1)
        self.assertFalse(is_over(HOME))
        self.send(1)
        self.assertTrue(is_over(Origin("203.0.113.9", " BEA@alpha.example")))
        self.assertFalse(is_over(Origin("203.0.113.9", "carl@elsewhere.example")))

    def test_one_network_is_stopped_whatever_names_it_gives(self):
        for number in range(MOST["network"]):
            count(Origin(HOME.network, f"{number}@alpha.example"))
        self.assertTrue(is_over(Origin(HOME.network, "another@alpha.example")))

    def test_an_hour_later_all_is_forgotten(self):
        self.send(MOST["email"], at=now() - WINDOW - timedelta(seconds=1))
        self.assertFalse(is_over(HOME))
        self.send(1)
        self.assertEqual(Attempt.objects.count(), 2)

    def test_addresses_are_not_kept(self):
        self.send(1)
        keys = Attempt.objects.values_list("key", flat=True)
        self.assertNotIn("bea", "".join(keys))


class NetworkTests(SimpleTestCase):
    META = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 198.51.100.7"}

    def test_without_a_proxy_the_header_is_the_visitors_own_words(self):
        self.assertEqual(network_of(self.META), "10.0.0.1")

    @override_settings(SECURE=True)
    def test_behind_a_proxy_the_last_address_counts(self):
        self.assertEqual(network_of(self.META), "198.51.100.7")
        self.assertEqual(network_of({"REMOTE_ADDR": "10.0.0.1"}), "10.0.0.1")


class NoteTests(SimpleTestCase):
    def test_a_note_tells_how_long_ago_the_form_was_opened(self):
        note = opened_note("5", at=now() - timedelta(minutes=3))
        self.assertEqual(age(note, "5").total_seconds() // 60, 3)

    def test_notes_that_are_not_ours_tell_nothing(self):
        note = opened_note("5")
        for wrong, about in ((note, "6"), (note + "a", "5"), ("x" + note, "5"), ("", "5"), ("a.b.c-d", "a")):
            with self.subTest(note=wrong, about=about):
                self.assertIsNone(age(wrong, about))

    def test_a_note_grows_stale(self):
        self.assertTrue(is_fresh(opened_note("5"), "5"))
        self.assertFalse(is_fresh(opened_note("5", at=now() - LONGEST - timedelta(minutes=1)), "5"))
