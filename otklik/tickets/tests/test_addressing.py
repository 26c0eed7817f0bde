"""One answer may go to others than usual: some left out, some added in the open or hidden."""

from django.utils.timezone import now

from otklik.channels.email.rendering import render
from otklik.testing import CastTestCase
from otklik.tickets.addressing import Wishes, recipients_of, wishes_behind
from otklik.tickets.errors import NobodyToAnswer
from otklik.tickets.models import Delivery, Draft
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import UNDO, reply
from otklik.tickets.revising import revise
from otklik.tickets.undoing import undo


class WishesTests(CastTestCase):
    def setUp(self) -> None:
        add_participant(self.ticket, self.carl, by=self.ana)

    def answer(self, **wishes: tuple[object, ...]):
        return reply(self.ticket, by=self.ana, text="Hello", wishes=Wishes(**wishes), send_at=now() + UNDO)

    def addresses(self) -> dict[str, bool]:
        return dict(Delivery.objects.order_by("pk").values_list("address", "is_hidden"))

    def test_somebody_is_left_out_and_others_are_added(self):
        self.answer(without=(self.carl.pk,), cc=("dan@x.example",), bcc=("eve@x.example",))
        expected = {"bea@alpha.example": False, "dan@x.example": False, "eve@x.example": True}
        self.assertEqual(self.addresses(), expected)

    def test_each_address_once_and_nobody_is_hidden_who_is_named(self):
        self.answer(cc=("bea@alpha.example", "dan@x.example"), bcc=("dan@x.example",))
        expected = {"bea@alpha.example": False, "carl@elsewhere.example": False, "dan@x.example": False}
        self.assertEqual(self.addresses(), expected)

    def test_an_answer_to_nobody_is_refused(self):
        with self.assertRaises(NobodyToAnswer):
            self.answer(without=(self.bea.pk, self.carl.pk))

    def test_the_mail_names_those_in_the_open_to_everybody_and_the_hidden_to_nobody(self):
        self.answer(without=(self.carl.pk,), cc=("dan@x.example",), bcc=("eve@x.example",))
        for delivery in Delivery.objects.all():
            with self.subTest(delivery.address):
                mail = render(delivery)
                headers = mail.message()
                self.assertEqual(mail.to, [delivery.address])
                self.assertEqual(headers["To"], '"Bea Orlova" <bea@alpha.example>')
                self.assertEqual(headers["Cc"], "dan@x.example")
                self.assertNotIn("eve@", headers.as_string())
                self.assertEqual("/help/t/" in mail.body, delivery.person == self.bea)

    def test_an_answer_to_hidden_readers_alone_names_nobody(self):
        self.answer(without=(self.bea.pk, self.carl.pk), bcc=("eve@x.example",))
        self.assertEqual(render(Delivery.objects.get()).message()["To"], "undisclosed-recipients:;")

    def test_undo_puts_the_wishes_back(self):
        message = self.answer(without=(self.carl.pk,), cc=("dan@x.example",), bcc=("eve@x.example",))
        undo(message, by=self.ana)
        wishes = {"without": [self.carl.pk], "cc": ["dan@x.example"], "bcc": ["eve@x.example"]}
        self.assertEqual(Draft.objects.get().wishes, wishes)

    def test_what_was_wanted_is_known_from_who_got_it(self):
        usual = recipients_of(self.ticket)
        self.assertEqual(wishes_behind(usual, usual), Wishes())

    def test_a_correction_hides_whom_its_message_hid(self):
        message = self.answer(without=(self.carl.pk,), bcc=("eve@x.example",))
        for delivery in Delivery.objects.all():
            delivery.mark_sent()
        revise(message, by=self.ana, text="Hello again")
        hidden = Delivery.objects.filter(message__corrects=message).values_list("address", "is_hidden")
        self.assertEqual(dict(hidden), {"bea@alpha.example": False, "eve@x.example": True})
