"""Whoever a note names is told and watches; a name is a name only where it stands whole."""

# cyrillic: names are folded
from otklik.staff.models import Member, Team
from otklik.testing import CastTestCase, kinds, make_member
from otklik.tickets.mentioning import mentioned
from otklik.tickets.merging import merge
from otklik.tickets.models import Watch
from otklik.tickets.models.together import unwatch, watch
from otklik.tickets.replying import note
from otklik.tickets.revising import revise


class MentionTests(CastTestCase):
    def named(self, text: str) -> set[str]:
        return {member.name for member in mentioned(text, self.ticket)}

    def test_a_name_behind_the_sign_names_whoever_sees_the_ticket(self):
        for text, names in {
            "Look, @Ana Belova!": {"Ana Belova"},
            "(@ana belova) and @Vera\xa0Chief": {"Ana Belova", "Vera Chief"},
            "@Olga Watcher reads along": {"Olga Watcher"},
            "@Omar Kotov is of another team": set(),
            "write to x@Ana Belova": set(),
            "@Ana Belovanova": set(),
            "@Ana": set(),
            "no sign: Ana Belova": set(),
        }.items():
            with self.subTest(text):
                self.assertEqual(self.named(text), names)

    def test_a_team_names_those_of_it_who_see_the_ticket(self):
        self.assertEqual(self.named("@support: mind this"), {"Ana Belova", "Olga Watcher"})
        both = make_member("Bo Both", self.support, self.sales)
        self.assertEqual(self.named("@Sales?"), {both.name})

    def test_the_longest_name_counts_and_those_who_share_one_are_all_meant(self):
        for number, name in enumerate(("Ana Belova Junior", "Ana Belova")):
            Member.objects.create_user(f"ana{number}@demo.example", name=name).teams.add(self.support)
        self.assertEqual(self.named("@Ana Belova Junior"), {"Ana Belova Junior"})
        self.assertEqual(len(mentioned("@Ana Belova", self.ticket)), 2)

    def test_letters_that_are_written_in_two_ways_are_one(self):
        make_member("Семён Ежов", self.support)
        self.assertEqual(self.named("@Семен Ежов"), {"Семён Ежов"})

    def test_whoever_is_named_watches_and_the_journal_tells_whom(self):
        note(self.ticket, by=self.admin, text="@Ana Belova @Ana Belova see this, @Vera Chief too")
        self.assertEqual([row.member for row in Watch.objects.all()], [self.ana])
        self.assertEqual(kinds(self.ticket)[-3:], ["message.noted", "ticket.watched", "message.mentioned"])

    def test_a_changed_note_tells_only_whom_it_did_not_name_before(self):
        kept = note(self.ticket, by=self.admin, text="@Ana Belova, look")
        revise(kept, by=self.admin, text="@Ana Belova and @Olga Watcher, look")
        told = [kind for kind in kinds(self.ticket) if kind == "message.mentioned"]
        self.assertEqual((len(told), Watch.objects.count()), (2, 2))

    def test_a_note_without_the_sign_asks_nobody(self):
        Team.objects.create(name="mind")
        with self.assertNumQueries(0):
            mentioned("mind the cat", self.ticket)


class WatchTests(CastTestCase):
    def test_watching_begins_and_ends_once(self):
        self.assertTrue(watch(self.ticket, self.ana, by=self.ana))
        self.assertFalse(watch(self.ticket, self.ana, by=self.ana))
        self.assertTrue(unwatch(self.ticket, self.ana, by=self.ana))
        self.assertFalse(unwatch(self.ticket, self.ana, by=self.ana))
        self.assertEqual(kinds(self.ticket)[-2:], ["ticket.watched", "ticket.unwatched"])

    def test_whoever_watches_a_merged_ticket_watches_where_it_went(self):
        watch(self.ticket, self.olga, by=self.olga)
        merge(self.ticket, self.other, by=self.ana)
        self.assertTrue(Watch.objects.filter(ticket=self.other, member=self.olga).exists())
