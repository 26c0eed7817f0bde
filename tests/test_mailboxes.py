"""Two thousand mails in a real IMAP mailbox, while the programs and the mail server are killed and restarted.

The real programs under the real supervisor; afterwards each mail is there exactly once.
"""

import json
import time
from collections import Counter

from django.test import SimpleTestCase

from tests.dovecot import ADDRESS, PASSWORD, Dovecot, pytestmark  # noqa: F401 marks these tests
from tests.installation import Installation, eventually

MAILS = 2000
SET_UP = f"""
from otklik.channels.email.models import Mailbox
from otklik.staff.models import Company, Team
from otklik.tickets.models import Channel
Company.objects.create(name="Demo")
team = Team.objects.create(name="Support")
channel = Channel.objects.create(kind="email", name="Support", address="{ADDRESS}", team=team)
Mailbox.objects.create(
    channel=channel, incoming="imap", incoming_host="127.0.0.1", incoming_port=PORT, incoming_security="none",
    password="{PASSWORD}", **MORE
)
"""
LET_LEASES_END = """
from django.utils.timezone import now
from otklik.channels.email.models import Mailbox
from otklik.tickets.models import RawMessage
Mailbox.objects.update(due_at=now())
RawMessage.objects.exclude(due_at=None).update(due_at=now())
"""
REPORT = """
import json
from email import message_from_bytes
from otklik.channels.email.models import Mailbox
from otklik.tickets.models import Message, RawMessage
bodies = RawMessage.objects.values_list("body", flat=True)
print(json.dumps({
    "stored": [message_from_bytes(bytes(body))["Message-ID"] for body in bodies],
    "messages": list(Message.objects.values_list("external_id", "ticket")),
    "error": Mailbox.objects.get().error_code,
}))
"""


def letter(number: int) -> bytes:
    return (
        f"From: Client {number} <c{number}@alpha.example>\r\nTo: {ADDRESS}\r\nSubject: Mail {number}\r\n"
        f"Message-ID: <{number}@alpha.example>\r\n\r\nText of mail {number}.\r\n"
    ).encode()


class MailboxTests(SimpleTestCase):
    def setUp(self) -> None:
        self.dovecot = self.enterContext(Dovecot())
        self.here = self.enterContext(Installation())
        self.here.migrate()

    def begin(self, **more: str) -> None:
        self.here.python(SET_UP.replace("PORT", str(self.dovecot.imap_port)).replace("MORE", repr(more)))
        self.here.serve()

    def report(self) -> dict:
        return json.loads(self.here.python(REPORT))

    def test_each_mail_is_there_once_whatever_is_killed(self) -> None:
        self.dovecot.deliver(map(letter, range(MAILS)))
        self.begin(after_reading="move", move_to="Read")
        for left in (1900, 1300):
            self.assertTrue(eventually(lambda most=left: self.dovecot.waiting() <= most))
            self.here.kill("worker")
            # The first was killed in the middle. Before one looks again, a quick one may have read all the rest.
            self.assertTrue(left < 1900 or self.dovecot.waiting())
            self.here.python(LET_LEASES_END)
        self.assertTrue(eventually(lambda: self.dovecot.waiting() <= 700))
        self.dovecot.stop()
        self.dovecot.start()
        self.here.python(LET_LEASES_END)
        self.assertTrue(eventually(lambda: self.dovecot.count() == 0))
        self.dovecot.number_anew()
        self.dovecot.deliver(map(letter, range(MAILS - 10, MAILS + 10)))  # ten of them once more
        self.here.python(LET_LEASES_END)
        self.assertTrue(eventually(lambda: self.dovecot.count() == 0))
        told = self.report()
        self.assertEqual(Counter(told["stored"]), Counter(f"<{number}@alpha.example>" for number in range(MAILS + 10)))
        # What the worker has made of them by now; the rest is the spine's matter.
        names, tickets = (Counter(column) for column in zip(*told["messages"], strict=True))
        self.assertEqual({*names.values(), *tickets.values()}, {1})
        self.assertEqual(told["error"], "")

    def test_a_new_mail_is_a_ticket_within_seconds_and_stopping_is_quick(self) -> None:
        self.begin()
        self.assertTrue(eventually(lambda: "Logged in" in self.log() or "Login:" in self.log()))
        time.sleep(4)  # the first look and the short first wait are over
        begun = time.monotonic()
        self.dovecot.deliver([letter(1)])
        self.assertTrue(eventually(lambda: self.dovecot.count(criterion="SEEN")))
        self.assertLess(time.monotonic() - begun, 8)
        self.assertTrue(eventually(lambda: self.report()["messages"]))
        begun = time.monotonic()
        self.here.stop()
        self.assertLess(time.monotonic() - begun, 5)

    def log(self) -> str:
        return (self.dovecot.folder / "log").read_text()
