"""What the state portal promises to whoever fills in its form: a mail with the link by which they may change it."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from otklik.channels.email.rendering import render
from otklik.lib.inbound import Inbound, Sender
from otklik.presets.book import PRESETS
from otklik.presets.making import apply
from otklik.rules.running import run_due
from otklik.testing import CastTestCase, react_to_all, standing_clock
from otklik.tickets.intake import receive
from otklik.tickets.models import Channel, Delivery, Message

MOSCOW = ZoneInfo("Europe/Moscow")


class LinkTests(CastTestCase):
    def sent(self, at: datetime) -> Delivery:
        """What goes out to somebody who fills in the form at a moment."""
        apply(PRESETS["state-portal"], by=self.admin, at=at - timedelta(days=1))
        form = Channel.objects.get(kind="webform", address="portal")
        sender = Sender("email", "dina@elsewhere.example", "Dina")
        receive(Inbound(external_id="x", sender=sender, text="Help", subject="Help"), channel=form, at=at)
        with standing_clock(at):
            react_to_all("rules")
            run_due(at + timedelta(seconds=1))
        return Delivery.objects.get()

    def test_at_any_hour_one_mail_comes_with_the_link_that_opens_the_form_to_change_it(self):
        self.company.time_zone = "Europe/Moscow"
        self.company.save(update_fields=["time_zone"])
        delivery = self.sent(datetime(2026, 3, 11, 12, 0, tzinfo=MOSCOW))
        body = str(render(delivery).body)
        self.assertIn("You can correct it for 30 minutes", body)
        link = re.search(r"https?://\S+/help/t/\S+", body)[0]
        message = Message.objects.get(person__name="Dina")
        self.assertContains(self.client.get(link), "Help")
        token = link.rstrip("/").rpartition("/")[2]
        self.assertEqual(self.client.get(reverse("portal:ticket-message", args=[token, message.pk])).status_code, 200)

    def test_on_a_sunday_the_automatic_answer_is_the_only_one_and_carries_it_too(self):
        delivery = self.sent(datetime(2026, 3, 15, 12, 0, tzinfo=MOSCOW))
        body = str(render(delivery).body)
        self.assertIn("nobody is there but this automatic answer", body)
        self.assertRegex(body, r"/help/t/\S+")
