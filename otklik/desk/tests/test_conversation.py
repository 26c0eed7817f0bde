"""What of a ticket's conversation is shown: a page of it, or one kind of entries."""

from datetime import timedelta
from unittest import mock

from django.http import QueryDict
from django.utils.timezone import now

from otklik.desk.conversation import NEWEST, Window, conversation
from otklik.testing import CastTestCase
from otklik.tickets.models import Message
from otklik.tickets.replying import note, reply


class ConversationTests(CastTestCase):
    def said(self, window: Window = NEWEST) -> list[str]:
        """The texts and the kinds of events that a window shows, in order."""
        shown = conversation(self.ticket, window).entries
        parts = (
            [entry.message.text] if entry.message else [line.event.kind for line in entry.lines] for entry in shown
        )
        return [part for entry in parts for part in entry]

    def asked(self, query: str) -> list[str]:
        return self.said(Window.of(QueryDict(query)))

    def test_one_kind_only(self):
        reply(self.ticket, by=self.ana, text="Pour water.")
        note(self.ticket, by=self.ana, text="Again!")
        self.assertEqual(self.asked("only=messages"), ["It is on fire.", "Pour water."])
        self.assertEqual(self.asked("only=notes"), ["Again!"])
        events = ["ticket.opened", "ticket.assigned", "ticket.state_changed", "ticket.state_changed"]
        self.assertEqual(self.asked("only=events"), events)
        self.assertEqual(
            sorted(self.asked("only=nonsense")), sorted(["It is on fire.", "Pour water.", "Again!", *events])
        )

    def test_going_back_page_by_page_shows_everything_once(self):
        opened = now() - timedelta(days=1)
        Message.objects.filter(ticket=self.ticket).update(at=opened)
        # Three of them at one moment, across the edge of a page.
        for number, minute in enumerate([1, 2, 2, 2, 3, 4]):
            Message.objects.create(ticket=self.ticket, text=str(number), at=opened + timedelta(minutes=minute))
        note(self.ticket, by=self.ana, text="Again!")
        self.ticket.set_priority(4, by=self.ana)
        whole = self.said()
        with mock.patch("otklik.desk.conversation.SHOWN", 3):
            window, pages = NEWEST, []
            while True:
                talk = conversation(self.ticket, window)
                pages = self.said(window) + pages
                if not talk.earlier:
                    break
                window = Window(before=talk.earlier)
        self.assertEqual(sorted(pages), sorted(whole))
        self.assertEqual([text for text in pages if text.isdecimal()], list("012345"))

    def test_events_go_back_page_by_page_too(self):
        for priority in (3, 4, 1, 3):
            self.ticket.set_priority(priority, by=self.ana)
        with mock.patch("otklik.desk.conversation.SHOWN", 2):
            newest = conversation(self.ticket, Window("events"))
            older = conversation(self.ticket, Window("events", newest.earlier))
        lines = [line.event.pk for talk in (older, newest) for entry in talk.entries for line in entry.lines]
        self.assertEqual((len(lines), lines), (4, sorted(lines)))

    def test_a_part_does_not_tell_what_never_happened(self):
        self.assertFalse(conversation(self.ticket).may_have("callback.promised"))
        self.assertTrue(conversation(self.ticket, Window("notes")).may_have("callback.promised"))

    def test_a_number_of_nowhere_shows_the_newest(self):
        foreign = self.foreign.messages.get()
        for query in (
            f"before={foreign.pk}",
            "before=999999999999999999",
            "before=-1",
            "before=x",
            "before=" + "9" * 40,
        ):
            with self.subTest(query):
                self.assertIn("It is on fire.", self.asked(query))
        self.client.force_login(self.ana)
        page = self.client.get(self.ticket.get_absolute_url(), {"only": "events", "before": "9" * 18})
        self.assertContains(page, "Ticket opened")
