"""A test that asks the search, with the index read anew before each question."""

from otklik.testing import CastTestCase, react_to_all
from otklik.tickets import search
from otklik.tickets.models import Message, Ticket
from otklik.tickets.replying import note


class SearchTestCase(CastTestCase):
    """Messages are written by `say`; before each question the index reads what happened."""

    def say(self, text: str, *, ticket: Ticket | None = None, **more: object) -> Message:
        return note(ticket or self.ticket, by=more.pop("by", self.ana), text=text, **more)

    def find(self, text: str, member=None) -> list[int]:
        self.read()
        return list(search.find(text, member=member or self.admin).tickets)

    def read(self) -> None:
        react_to_all("search")
        while search.index_due():
            pass

    def assert_found(self, text: str, *tickets: Ticket, member=None) -> None:
        self.assertEqual(sorted(self.find(text, member)), sorted(ticket.pk for ticket in tickets), text)
