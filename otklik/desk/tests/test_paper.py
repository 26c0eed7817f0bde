"""A ticket on paper."""

from django.urls import reverse

from otklik.testing import CastTestCase
from otklik.tickets.replying import note, reply


class PaperTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        reply(self.ticket, by=self.ana, text="Use sand.", html="<div>Use <strong>sand</strong>.</div>")
        note(self.ticket, by=self.ana, text="They always say so.")

    def paper(self, notes: str = ""):
        return self.client.get(reverse("desk:paper", args=[self.ticket.pk]), {"notes": notes} if notes else {})

    def test_what_was_said_stands_there_and_notes_only_when_asked_for(self):
        answer = self.paper()
        self.assertContains(answer, "It is on fire.")
        self.assertContains(answer, "<strong>sand</strong>")
        self.assertContains(answer, "Printed by Ana Belova")
        self.assertNotContains(answer, "They always say so.")
        self.assertContains(self.paper("yes"), "They always say so.")

    def test_it_is_no_way_around_what_one_may_see(self):
        self.client.force_login(self.omar)
        self.assertEqual(self.paper("yes").status_code, 404)

    def test_the_questions_do_not_grow_with_the_messages(self):
        self.paper()
        for number in range(30):
            note(self.ticket, by=self.ana, text=f"Note {number}")
        with self.assertNumQueries(8):
            self.paper("yes")
