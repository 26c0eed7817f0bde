"""Who is given a ticket, case by case."""

from django.test import SimpleTestCase

from otklik.routing.choosing import Candidate, Reason, Wish, choose

IN_TURN, LEAST, BY_HAND = "in_turn", "least_loaded", "by_hand"
ANA, OLEG, PIA = 1, 2, 3


def person(number: int, **rest) -> Candidate:
    return Candidate(number, **rest)


def skilled(number: int, *skills: int, **rest) -> Candidate:
    return Candidate(number, skills=frozenset(skills), **rest)


THREE = (person(ANA, turn=7), person(OLEG, turn=5), person(PIA, turn=6))
LOADED = (person(ANA, load=3, turn=1), person(OLEG, load=2, turn=9), person(PIA, load=2, turn=8))
FULL = (person(ANA, load=2, limit=2), person(OLEG, load=1, limit=2, turn=4), person(PIA, load=9, turn=5))
SKILLED = (skilled(ANA, 1), skilled(OLEG, 1, 2, turn=4), skilled(PIA, 2, turn=2))
WANTS_ANA = Wish(first=((ANA, Reason.LOOKS_AFTER),))

CASES = (
    ("nobody is there", IN_TURN, (), Wish(), None),
    ("whose turn was the longest ago", IN_TURN, THREE, Wish(), (OLEG, "in_turn")),
    ("who never had one comes first", IN_TURN, (*THREE, person(4)), Wish(), (4, "in_turn")),
    ("of those who never had one the first", IN_TURN, (person(OLEG), person(ANA)), Wish(), (ANA, "in_turn")),
    ("who has the least to do", LEAST, (person(ANA, load=3), person(OLEG, load=1)), Wish(), (OLEG, "least_loaded")),
    ("of equals whose turn was the longest ago", LEAST, LOADED, Wish(), (PIA, "least_loaded")),
    ("nobody by hand", BY_HAND, THREE, Wish(), None),
    ("whom it is meant for, whatever the turn", IN_TURN, THREE, WANTS_ANA, (ANA, "looks_after")),
    ("whom it is meant for, by hand too", BY_HAND, THREE, WANTS_ANA, (ANA, "looks_after")),
    ("another if that one is not there", IN_TURN, THREE[1:], WANTS_ANA, (OLEG, "in_turn")),
    (
        "the first that is there",
        IN_TURN,
        THREE[1:],
        Wish(first=((ANA, Reason.LOOKS_AFTER), (PIA, Reason.STANDS_IN))),
        (PIA, "stands_in"),
    ),
    ("nobody who is full", IN_TURN, FULL, Wish(), (OLEG, "in_turn")),
    ("not even if it is meant for them", IN_TURN, FULL, WANTS_ANA, (OLEG, "in_turn")),
    ("nothing that would be too much", LEAST, FULL, Wish(weight=2), (PIA, "least_loaded")),
    ("what is too much for anybody, to the idle", IN_TURN, (person(ANA, limit=2),), Wish(weight=5), (ANA, "in_turn")),
    ("nothing to a limit of nothing", IN_TURN, (person(ANA, limit=0),), Wish(weight=5), None),
    ("who can do it", IN_TURN, SKILLED, Wish(needs=frozenset({2})), (PIA, "in_turn")),
    ("who can do all of it", IN_TURN, SKILLED, Wish(needs=frozenset({1, 2})), (OLEG, "in_turn")),
    ("nobody can do it", IN_TURN, SKILLED, Wish(needs=frozenset({3})), None),
    ("nobody who put it back", IN_TURN, THREE, Wish(besides=OLEG), (PIA, "in_turn")),
)


class ChoosingTests(SimpleTestCase):
    def test_who_is_given_it_and_why(self):
        for name, way, candidates, wish, expected in CASES:
            with self.subTest(name):
                chosen = choose(way, candidates, wish)
                self.assertEqual(chosen and (chosen[0].number, chosen[1].value), expected)

    def test_in_turn_spreads_evenly(self):
        desk = {number: person(number) for number in (ANA, OLEG, PIA)}
        given = []
        for turn in range(1, 8):
            candidate, _why = choose(IN_TURN, desk.values(), Wish())
            desk[candidate.number] = candidate.given(Wish(), turn)
            given.append(candidate.number)
        self.assertEqual(given, [ANA, OLEG, PIA, ANA, OLEG, PIA, ANA])

    def test_a_ticket_weighs_on_whoever_has_it(self):
        self.assertEqual(person(ANA, load=1).given(Wish(weight=3), 5), person(ANA, load=4, turn=5))
