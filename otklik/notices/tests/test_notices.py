"""Whoever is concerned is told, once, and gets one mail of much."""

from datetime import timedelta
from unittest.mock import patch

from django.core import mail
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.notices.mailing import ANSWER_HEADER, LEASE, mail_due
from otklik.notices.models import GATHERING, Notice, Topic, is_mailed, mark_seen, switch
from otklik.staff.models import Member
from otklik.testing import CastTestCase, react_to_all
from otklik.tickets.intake import receive
from otklik.tickets.models import Ticket
from otklik.tickets.models.together import watch
from otklik.tickets.replying import note, reply
from otklik.tickets.revising import revise

SOON = GATHERING + timedelta(seconds=5)


class NoticeTests(CastTestCase):
    def assign(self) -> None:
        self.ticket.assign_to(self.ana, by=self.admin)
        react_to_all("notices")

    def test_who_is_given_a_ticket_is_told_once(self):
        self.assign()
        react_to_all("notices")
        self.assertEqual([notice.topic for notice in Notice.objects.unseen(self.ana)], ["assigned"])

    def test_who_did_it_is_not_told(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        react_to_all("notices")
        self.assertFalse(Notice.objects.exists())

    def test_the_assignee_is_told_that_the_client_wrote(self):
        self.assign()
        Event.objects.create(
            kind="message.received", about="ticket", about_id=self.ticket.pk, at=now(), by="person", by_id=self.bea.pk,
            facts={"message": self.ticket.messages.get().pk, "channel": 1, "via": "email", "opened": False},
        )  # fmt: skip
        react_to_all("notices")
        wrote = Notice.objects.get(topic=Topic.CLIENT_WROTE)
        self.assertEqual((wrote.member, wrote.mail_at), (self.ana, None))

    def test_the_author_is_told_that_an_answer_was_not_delivered(self):
        delivery = reply(self.ticket, by=self.ana, text="Hello").deliveries.get()
        delivery.claim(at=now() + timedelta(minutes=1))
        delivery.mark_failed("no such mailbox", retry=False)
        react_to_all("notices")
        self.assertEqual(Notice.objects.get().topic, Topic.NOT_DELIVERED)

    def test_much_is_one_mail_and_it_is_sent_once(self):
        self.assign()
        self.other.assign_to(self.ana, by=self.admin)
        react_to_all("notices")
        self.assertFalse(mail_due(now()))
        self.assertTrue(mail_due(now() + SOON))
        self.assertFalse(mail_due(now() + SOON))
        (letter,) = mail.outbox
        self.assertEqual((letter.to, letter.subject), (["ana@demo.example"], "2 things for you to know"))
        self.assertIn(f"/desk/tickets/{self.ticket.pk}/", letter.body)
        self.assertIn("Assignee: — → Ana Belova", letter.body)

    def test_a_mail_that_failed_is_sent_when_the_lease_ends(self):
        self.assign()
        with patch("otklik.notices.mailing.EmailMessage.send", side_effect=OSError), self.assertLogs("otklik", "ERROR"):
            self.assertFalse(mail_due(now() + SOON))
        self.assertFalse(mail_due(now() + SOON))
        self.assertTrue(mail_due(now() + SOON + LEASE))
        self.assertEqual(len(mail.outbox), 1)

    def test_what_was_seen_is_not_mailed(self):
        self.assign()
        self.assertEqual(mark_seen(self.ana, ticket=self.ticket.pk), 1)
        self.assertEqual(mark_seen(self.ana), 0)
        self.assertFalse(mail_due(now() + SOON))

    def test_what_is_about_one_ticket_says_what_the_client_wrote(self):
        switch(self.ana, mailed={Topic.CLIENT_WROTE})
        Ticket.objects.filter(pk=self.ticket.pk).update(assignee=self.ana)
        wrote = Inbound("<more@alpha.example>", Sender("email", "bea@alpha.example"), "Still burning.",
                        replies_to=(self.ticket.messages.get().external_id,))  # fmt: skip
        receive(wrote, channel=self.mailbox)
        react_to_all("notices")
        self.assertTrue(mail_due(now() + SOON))
        (letter,) = mail.outbox
        self.assertEqual(letter.subject, f"#{self.ticket.pk} Printer")
        self.assertIn("Still burning.", letter.body)
        self.assertEqual(letter.extra_headers[ANSWER_HEADER], f"{self.ticket.pk}.{self.ana.pk}")

    def test_a_topic_can_be_switched(self):
        switch(self.ana, mailed=set())
        self.assertEqual(set(is_mailed(self.ana).values()), {False})
        self.assign()
        self.assertIsNone(Notice.objects.get().mail_at)

    def test_what_went_out_of_sight_before_it_was_mailed_is_not_mailed(self):
        self.assign()
        self.ticket.hand_to(self.sales, by=self.admin)
        self.assertTrue(mail_due(now() + SOON))
        self.assertEqual(mail.outbox, [])
        self.assertFalse(Notice.objects.exclude(mail_at=None).exists())

    def test_who_left_before_it_was_mailed_gets_nothing(self):
        self.assign()
        Member.objects.filter(pk=self.ana.pk).update(is_active=False)
        mail_due(now() + SOON)
        self.assertEqual(mail.outbox, [])

    def test_who_answers_for_a_team_without_being_of_it_is_told_no_more_than_the_number(self):
        event = Event.objects.about(self.foreign).latest("id")
        Notice.objects.create(member=self.ana, event=event, topic=Topic.UNNOTICED, mail_at=now())
        mail_due(now() + SOON)
        (letter,) = mail.outbox
        self.assertEqual(letter.subject, "1 thing for you to know")
        self.assertNotIn("How much?", letter.body)
        self.assertNotIn(ANSWER_HEADER, letter.extra_headers)

    def test_who_left_is_not_told(self):
        self.ana.deactivate(by=self.admin)
        self.ticket.assignee = None
        Event.objects.create(
            kind="ticket.assigned", about="ticket", about_id=self.ticket.pk, at=now(),
            facts={"before": None, "after": self.ana.pk},
        )  # fmt: skip
        react_to_all("notices")
        self.assertFalse(Notice.objects.exists())


class WatcherTests(CastTestCase):
    def told(self, member: Member) -> list[tuple[str, str]]:
        react_to_all("notices")
        notices = Notice.objects.filter(member=member).select_related("event").order_by("pk")
        return [(notice.topic, notice.event.kind) for notice in notices]

    def test_whoever_watches_is_told_what_is_said_and_how_it_ends(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        watch(self.ticket, self.olga, by=self.olga)
        reply(self.ticket, by=self.ana, text="Hello", then="resolved")
        note(self.ticket, by=self.ana, text="Hm")
        self.ticket.set_priority(4, by=self.ana)
        told = [kind for _topic, kind in self.told(self.olga)]
        self.assertEqual(told, ["ticket.assigned", "message.sent", "ticket.state_changed", "message.noted"])
        self.assertEqual(self.told(self.ana), [])

    def test_whoever_sees_the_ticket_no_more_is_told_nothing(self):
        watch(self.ticket, self.olga, by=self.olga)
        self.ticket.hand_to(self.sales, by=self.admin)
        note(self.ticket, by=self.admin, text="Hm")
        self.assertEqual(self.told(self.olga), [])

    def test_whoever_is_named_is_told_of_that_and_not_of_the_note_as_well(self):
        watch(self.ticket, self.ana, by=self.ana)
        note(self.ticket, by=self.admin, text="@Ana Belova, look. @Olga Watcher too.")
        self.assertEqual(self.told(self.ana), [("mentioned", "message.mentioned")])
        self.assertEqual(self.told(self.olga), [("mentioned", "message.mentioned")])
        self.assertTrue(is_mailed(self.ana)[Topic.MENTIONED])

    def test_the_assignee_is_told_that_the_client_changed_a_message(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        revise(self.ticket.messages.get(), by=self.bea, text="It only smokes.")
        revise(reply(self.ticket, by=self.admin, text="Hello"), by=self.admin, text="Hello!")
        self.assertEqual(self.told(self.ana), [("client_wrote", "message.revised")])

    def test_what_concerns_one_in_two_ways_is_told_once(self):
        watch(self.ticket, self.ana, by=self.ana)
        self.ticket.assign_to(self.ana, by=self.admin)
        self.assertEqual(self.told(self.ana), [("assigned", "ticket.assigned")])
