"""Putting tickets off: they leave the lists and come back, once, with a word to whoever put them off."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Nature, Sender
from otklik.notices.models import Notice
from otklik.sla.models import Clock
from otklik.testing import CastTestCase, react_to_all
from otklik.tickets import listing
from otklik.tickets.errors import TimeHasPassed
from otklik.tickets.intake import receive
from otklik.tickets.models import Macro, Sleep
from otklik.tickets.models.sleep import put_off, wake
from otklik.tickets.waking import wake_due

HOUR = timedelta(hours=1)


class PutOffTests(CastTestCase):
    def setUp(self) -> None:
        self.ticket.assign_to(self.ana, by=self.ana)
        self.at = now()

    def kinds(self) -> list[str]:
        events = Event.objects.about(self.ticket).filter(kind__in=("ticket.put_off", "ticket.woken"))
        return list(events.values_list("kind", flat=True))

    def listed(self, key: str) -> bool:
        view = listing.find(key, self.ana)
        return self.ticket in listing.Listing(view, self.ana, view.sort).tickets

    def hear(self, **rest) -> None:
        sender = Sender("email", "bea@alpha.example")
        receive(
            Inbound("<again@alpha.example>", sender, "And?", ticket_number=self.ticket.pk, **rest), channel=self.mailbox
        )

    def test_it_leaves_the_lists_and_comes_back_in_its_time_once(self):
        self.assertTrue(put_off(self.ticket, until=self.at + HOUR, by=self.ana))
        self.assertFalse(put_off(self.ticket, until=self.at + HOUR, by=self.ana))
        self.assertEqual((self.listed("mine"), self.listed("asleep"), self.listed("open")), (False, True, True))
        self.assertFalse(wake_due(self.at + HOUR / 2))
        self.assertTrue(wake_due(self.at + HOUR))
        self.assertFalse(wake_due(self.at + HOUR))
        self.assertTrue(self.listed("mine"))
        self.assertEqual(self.kinds(), ["ticket.put_off", "ticket.woken"])
        react_to_all("notices")
        self.assertEqual(Notice.objects.get(topic="woken").member, self.ana)

    def test_the_client_wakes_it_but_no_program(self):
        put_off(self.ticket, until=None, by=self.ana)
        self.assertFalse(wake_due(self.at + 1000 * HOUR))
        self.hear(nature=Nature.AUTO_REPLY)
        self.assertTrue(Sleep.objects.exists())
        sender = Sender("email", "bea@alpha.example")
        receive(Inbound("<b@alpha.example>", sender, "And?", ticket_number=self.ticket.pk), channel=self.mailbox)
        self.assertFalse(Sleep.objects.exists())

    def test_whoever_gets_it_finds_it_awake(self):
        for change in (
            lambda: self.ticket.assign_to(None, by=self.ana),
            lambda: self.ticket.hand_to(self.sales, by=self.admin),
            lambda: self.ticket.set_state("resolved", by=self.admin),
        ):
            put_off(self.ticket, until=None, by=self.ana)
            change()
            self.assertFalse(Sleep.objects.exists())

    def test_what_is_over_or_a_time_that_passed_is_refused(self):
        with self.assertRaises(TimeHasPassed):
            put_off(self.ticket, until=self.at - HOUR, by=self.ana)
        self.ticket.set_state("closed", by=self.ana)
        self.assertFalse(put_off(self.ticket, until=None, by=self.ana))
        self.assertFalse(wake(self.ticket, by=self.ana))
        self.assertEqual(self.kinds(), [])

    def test_promises_go_on(self):
        before = set(Clock.objects.values_list("due_at", flat=True))
        put_off(self.ticket, until=self.at + HOUR, by=self.ana)
        self.assertEqual(set(Clock.objects.values_list("due_at", flat=True)), before)


class DeskTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def change(self, value: str):
        return self.client.post(f"/desk/tickets/{self.ticket.pk}/change/", {"name": "asleep", "value": value})

    def test_it_is_put_off_by_a_choice_or_a_time_and_woken(self):
        for value in ("hour", "evening", "morning", "monday", "client", "2099-05-01T10:00"):
            with self.subTest(value):
                self.change(value)
                self.assertContains(self.client.get(self.ticket.get_absolute_url()), "put off until")
                self.assertEqual(Sleep.objects.get().until is None, value == "client")
        self.assertContains(self.client.get("/desk/queue/asleep/"), "Printer")
        self.change("wake")
        self.assertFalse(Sleep.objects.exists())

    def test_what_is_no_time_is_refused_in_words(self):
        for value in ("", "soon", "2001-01-01T10:00", "<b>"):
            with self.subTest(value):
                self.change(value)
                self.assertContains(self.client.get(self.ticket.get_absolute_url()), "flash--error")
                self.assertFalse(Sleep.objects.exists())

    def test_it_is_put_off_among_many_by_a_macro_and_from_the_palette(self):
        macro = Macro.objects.create(title="Wait", steps=[{"do": "put_off", "value": "client"}])
        self.client.post("/desk/bulk/", {"ticket": [self.ticket.pk], "macro": macro.pk})
        self.assertIsNone(Sleep.objects.get(ticket=self.ticket).until)
        both = {"ticket": [self.ticket.pk, self.other.pk]}
        self.client.post("/desk/bulk/", {**both, "put_off": "hour", "assignee": "me"})
        self.assertEqual(Sleep.objects.filter(until__isnull=False).count(), 2)
        page = self.client.get("/desk/palette/", {"text": "put off", "ticket": self.ticket.pk})
        self.assertContains(page, "until the client writes")
        self.assertContains(page, "Wake it now")
        self.client.post("/desk/bulk/", {**both, "wake": "on"})
        self.assertFalse(Sleep.objects.exists())
