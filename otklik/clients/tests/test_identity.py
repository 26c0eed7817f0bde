"""One person, however many addresses; duplicates become one."""

from otklik.clients.models import Person, identify, normalise
from otklik.testing import CastTestCase
from otklik.tickets.models import Message, Ticket
from otklik.tickets.models.conversation import add_participant


class IdentityTests(CastTestCase):
    def test_an_address_in_any_spelling_is_one_person(self):
        self.assertEqual(identify("email", " BEA@alpha.Example "), self.bea)

    def test_a_phone_is_kept_as_e164(self):
        self.assertEqual(normalise("phone", "8 (831) 200-00-16"), "+78312000016")
        self.assertEqual(normalise("phone", "call me"), "call me")

    def test_a_stranger_is_introduced_once(self):
        dan = identify("email", "dan@beta.example", name="Dan")
        self.assertEqual(identify("email", "dan@beta.example", name="Daniel"), dan)
        self.assertIsNone(dan.organisation)

    def test_merging_brings_everything_along(self):
        twin = identify("email", "bea@home.example", name="Bea")
        add_participant(self.ticket, twin, by=self.ana)
        add_participant(self.foreign, twin, by=self.omar)
        add_participant(self.foreign, self.bea, by=self.omar)
        Ticket.objects.filter(pk=self.other.pk).update(client=twin)
        Message.objects.filter(ticket=self.other).update(person=twin)
        self.assertTrue(self.bea.absorb(twin, by=self.ana))
        self.assertEqual(identify("email", "bea@home.example"), self.bea)
        self.assertEqual(Ticket.objects.filter(client=self.bea).count(), 2)
        self.assertEqual(Message.objects.filter(person=twin).count(), 0)
        self.assertFalse(self.ticket.participants.exists())
        self.assertEqual(self.foreign.participants.get().person, self.bea)

    def test_a_person_is_merged_once_and_never_into_themselves(self):
        self.assertFalse(self.bea.absorb(self.bea, by=self.ana))
        self.assertTrue(self.bea.absorb(self.carl, by=self.ana))
        self.assertFalse(self.bea.absorb(self.carl, by=self.ana))
        self.assertFalse(self.carl.absorb(self.bea, by=self.ana))
        self.assertNotIn(self.carl, Person.objects.visible_to(self.ana))
