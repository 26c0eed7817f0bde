"""What staff write from their own mail programs; a member never becomes a client by accident."""

from otklik.clients.models import Address
from otklik.lib.inbound import Dropped, Forwarded, Inbound, Nature, Reason, Sender
from otklik.testing import CastTestCase
from otklik.tickets.dictating import taken_apart
from otklik.tickets.intake import receive
from otklik.tickets.models import Delivery, Message, Ticket
from otklik.tickets.replying import reply

ANA = Sender("email", "Ana@Demo.example", "Ana Belova")
CARL = Sender("email", "carl@elsewhere.example", "Carl Lukin")


class StaffMailTestCase(CastTestCase):
    def arrive(self, **rest):
        mail = {
            "external_id": "<one@demo.example>",
            "sender": ANA,
            "text": "Pour water over it.",
            "subject": "Re: Fire",
        }
        return receive(Inbound(**(mail | rest)), channel=self.mailbox)

    def dictate(self, text: str, **rest):
        return self.arrive(**({"text": text, "staff_token": (self.ticket.pk, self.ana.pk)} | rest))

    def state(self) -> str:
        return Ticket.objects.get(pk=self.ticket.pk).state


class DictatingTests(StaffMailTestCase):
    def test_an_answer_to_a_notice_goes_to_the_client(self):
        message = self.dictate("Pour water over it.", rest="> It is on fire.").message
        self.assertEqual((message.member, message.text, message.is_note), (self.ana, "Pour water over it.", False))
        self.assertEqual([each.address for each in message.deliveries.all()], ["bea@alpha.example"])
        self.assertEqual(self.state(), "waiting_client")

    def test_the_same_mail_again_answers_once(self):
        self.dictate("Pour water over it.")
        self.assertEqual(self.dictate("Pour water over it."), Dropped(Reason.DUPLICATE))
        self.assertEqual(Delivery.objects.count(), 1)

    def test_a_note_stays_in_the_house(self):
        for text in ("#note\nA difficult client.", "#заметка A difficult client."):
            with self.subTest(text):
                message = self.dictate(text, external_id=f"<{len(text)}@demo.example>").message
                self.assertEqual((message.is_note, message.text), (True, "A difficult client."))
        self.assertFalse(Delivery.objects.exists())

    def test_commands_close_and_assign(self):
        self.dictate("#assign ana\n#close\n\nDone.")
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((ticket.state, ticket.assignee), ("closed", self.ana))

    def test_commands_alone_send_nothing(self):
        self.dictate("#закрыть")
        self.assertEqual(self.state(), "closed")
        self.assertFalse(Delivery.objects.exists())

    def test_a_name_that_is_nobody_s_is_told_in_a_note(self):
        self.dictate("#assign omar\nDone.")
        self.assertNotEqual(Ticket.objects.get(pk=self.ticket.pk).assignee, self.omar)
        self.assertIn("omar", self.ticket.messages.filter(is_note=True).get().text)

    def test_only_the_member_who_was_told_may_answer_there(self):
        cases = {
            "another member": {"staff_token": (self.ticket.pk, self.omar.pk)},
            "a ticket that they do not see": {"staff_token": (self.foreign.pk, self.ana.pk)},
            "one who only looks": {
                "staff_token": (self.ticket.pk, self.olga.pk),
                "sender": Sender("email", self.olga.email),
            },
        }
        for case, rest in cases.items():
            with self.subTest(case):
                self.assertEqual(self.dictate("Hello", **rest), Dropped(Reason.STAFF_REFUSED))
        self.assertFalse(Delivery.objects.exists())

    def test_from_another_address_it_is_a_note_and_sent_to_nobody(self):
        private = Sender("email", "ana@home.example")
        message = self.dictate("Pour water over it.", sender=private).message
        self.assertEqual((message.is_note, message.member, message.ticket), (True, self.ana, self.ticket))
        self.assertEqual(message.cards, [{"kind": "unproven", "address": "ana@home.example"}])
        self.assertFalse(Delivery.objects.exists() or Address.objects.filter(value="ana@home.example").exists())
        again = self.dictate("I am away.", sender=private, nature=Nature.AWAY, external_id="<two@home.example>")
        self.assertEqual(again, Dropped(Reason.STAFF_REFUSED))

    def test_a_client_whom_a_member_copied_is_heard_there(self):
        bea = Sender("email", "bea@alpha.example")
        message = self.dictate("Water did it.", sender=bea).message
        self.assertEqual((message.person, message.is_note, message.ticket), (self.bea, False, self.ticket))

    def test_a_member_s_mail_program_answers_nobody(self):
        self.assertEqual(self.dictate("I am away.", nature=Nature.AWAY), Dropped(Reason.STAFF_AUTOMATIC))

    def test_commands_stand_on_the_first_lines_only(self):
        cases = {
            "#close": ((("close", ""),), ""),
            "#Assign  Ana Belova \n\nHello\n#close": ((("assign", "Ana Belova"),), "Hello\n#close"),
            "#1042 is the number": ((), "#1042 is the number"),
            "#note keep this\n#close": ((("note", ""),), "keep this\n#close"),
        }
        for text, expected in cases.items():
            with self.subTest(text):
                found = taken_apart(text)
                self.assertEqual((found.commands, found.text), expected)


class OverheardTests(StaffMailTestCase):
    def test_a_mail_under_a_member_s_address_is_a_note_that_says_it_is_not_proven(self):
        message = self.arrive(replies_to=(self.ticket.messages.get().external_id,)).message
        self.assertEqual((message.is_note, message.member, message.person), (True, self.ana, None))
        self.assertEqual(message.cards, [{"kind": "unproven", "address": "Ana@Demo.example"}])
        self.assertFalse(Address.objects.filter(value="ana@demo.example").exists())

    def test_copied_staff_do_not_take_part(self):
        mail = {"sender": Sender("email", "bea@alpha.example"), "copied": (ANA, CARL)}
        ticket = self.arrive(**mail).message.ticket
        self.assertEqual([row.person for row in ticket.participants.all()], [self.carl])

    def test_a_member_who_asks_for_something_has_a_ticket_of_their_own(self):
        ticket = self.arrive().message.ticket
        self.assertEqual(ticket.client.name, "Ana Belova")
        answer = reply(ticket, by=self.omar, text="What kind of fire?")
        again = self.arrive(external_id="<two@demo.example>", replies_to=(answer.external_id,), text="A hot one.")
        self.assertFalse(again.message.is_note)
        self.assertEqual(again.message.ticket, ticket)


class ForwardedTests(StaffMailTestCase):
    letter = Forwarded(CARL, "No paper", "The paper is out.", "", "Please look at this.")

    def test_a_client_s_mail_passed_on_by_a_member_is_the_client_s_ticket(self):
        received = self.arrive(forwarded=self.letter, text="Please look at this.\n\nForwarded…")
        ticket, message = received.message.ticket, received.message
        self.assertTrue(received.opened)
        self.assertEqual((ticket.client, ticket.subject), (self.carl, "No paper"))
        self.assertEqual((message.person, message.text), (self.carl, "The paper is out."))
        note = ticket.messages.get(is_note=True)
        self.assertEqual((note.text, note.member), ("Please look at this.", self.ana))

    def test_passed_on_again_it_stays_one(self):
        self.arrive(forwarded=self.letter)
        self.assertEqual(self.arrive(forwarded=self.letter), Dropped(Reason.DUPLICATE))

    def test_what_a_client_passes_on_stays_the_client_s(self):
        message = self.arrive(sender=Sender("email", "bea@alpha.example"), forwarded=self.letter).message
        self.assertEqual((message.person, message.text), (self.bea, "Pour water over it."))

    def test_a_colleague_s_mail_passed_on_makes_no_client_of_the_colleague(self):
        omars = Forwarded(Sender("email", "omar@demo.example"), "x", "y")
        self.arrive(forwarded=omars, replies_to=(self.ticket.messages.get().external_id,))
        self.assertFalse(Address.objects.filter(value="omar@demo.example").exists())
        self.assertTrue(Message.objects.get(external_id="<one@demo.example>").is_note)
