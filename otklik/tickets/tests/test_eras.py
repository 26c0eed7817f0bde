"""How far back is looked at once."""

from django.test import SimpleTestCase

from otklik.tickets.search.eras import LookBack, end_of, era_of


def look_back(*found: tuple[int, float], soon: float | None = None, era: int = 199) -> LookBack:
    """Having found so many, in so many seconds each time."""
    look = LookBack(most=1000, era=era, reach=1, soon=soon)
    for number, seconds in found:
        look.saw(number, seconds)
    return look


class LookBackTests(SimpleTestCase):
    def test_how_often_there_was_something_says_how_far_to_go(self):
        self.assertEqual(list(look_back().eras), [199])
        self.assertEqual(list(look_back((800, 0.001)).eras), [198])
        self.assertEqual(list(look_back((400, 0.001)).eras), [198, 197])
        self.assertEqual(len(look_back((1, 0.001)).eras), 4)
        self.assertEqual(len(look_back((0, 0.001), (0, 0.001)).eras), 20)

    def test_what_is_rare_is_looked_for_in_all_the_rest_at_last(self):
        rare = look_back((0, 0.001), (0, 0.001), (1, 0.001))
        self.assertIsNone(rare.eras)
        self.assertEqual((rare.era, rare.seen), (174, 25))
        rare.saw(5, 0.01)
        self.assertTrue(rare.is_over)
        self.assertEqual((rare.era, rare.seen, rare.is_hurried), (-1, 200, False))

    def test_it_ends_with_enough_or_with_the_oldest(self):
        self.assertTrue(look_back((1000, 0.001)).is_over)
        self.assertTrue(look_back((3, 0.001), era=0).is_over)
        self.assertEqual(list(look_back((3, 0.001), era=2).eras), [1, 0])

    def test_time_ends_it_only_once_there_is_something(self):
        slow = (0, 0.2), (0, 0.2)
        self.assertFalse(look_back(*slow, soon=0.05).is_over)
        self.assertTrue(look_back(*slow, (1, 0.2), soon=0.05).is_hurried)
        self.assertFalse(look_back(*slow, (1, 0.2)).is_over)
        self.assertFalse(look_back((1, 0.2), soon=0.05, era=0).is_hurried)  # that was all

    def test_it_goes_no_farther_than_time_is_left(self):
        self.assertEqual(len(look_back((10, 0.02), soon=0.07).eras), 2)
        self.assertEqual(len(look_back((10, 0.01), soon=0.07).eras), 4)

    def test_an_era_has_4096_keys_and_the_first_one_those_of_bare_tickets(self):
        self.assertEqual([era_of(key) for key in (-5, 0, 4095, 4096)], [0, 0, 0, 1])
        self.assertEqual(end_of(1), 8192)
