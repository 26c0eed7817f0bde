"""Mail pours in and answers go out while the programs are killed at random moments; afterwards everything is there.

The real programs under the real supervisor, SMTP in and SMTP out, `kill -9` in between. A mail counts as accepted
when the intake answered 250; a client of SMTP sends it again until then, as every mail server does.
"""

import json
import random
import smtplib
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.test import SimpleTestCase

from tests.installation import Installation, eventually, free_port

pytestmark = pytest.mark.processes

FIRST_MAILS, ANSWERS, REPLIES = 140, 160, 60  # 300 mails in, 60 replies out
SEED = 20261123
VICTIMS = ("web", "worker", "intake") * 3 + ("worker",)

SET_UP = """
from otklik.staff.models import Company, Member, Team
from otklik.tickets.models import Channel
Company.objects.create(name="Demo")
team = Team.objects.create(name="Support")
ana = Member.objects.create_user("ana@demo.example", name="Ana", role="agent")
ana.teams.add(team)
Channel.objects.create(kind="email", name="Support", address="support@demo.example", team=team)
"""
LET_LEASES_END = """
from django.utils.timezone import now
from otklik.journal.models import Reader
from otklik.tickets.models import Delivery, RawMessage
for work in (RawMessage.objects.exclude(due_at=None), Delivery.objects.exclude(due_at=None), Reader.objects.all()):
    work.update(due_at=now())
"""
STILL_DUE = """
from otklik.journal.models import Event, Reader
from otklik.tickets.models import Delivery, RawMessage
newest = Event.objects.order_by("-tx", "-id").first()
behind = [reader.name for reader in Reader.objects.all() if reader.position != newest.position]
print(RawMessage.objects.exclude(due_at=None).count(), Delivery.objects.exclude(due_at=None).count(), len(behind))
"""
REPORT = """
import json
from django.db import connection
from otklik.journal.models import Event, Parked
from otklik.tickets.models import Delivery, Message, RawMessage, Ticket
from otklik.tickets.search import find
from otklik.staff.models import Member
events = [[event.kind, event.about_id, event.facts] for event in Event.objects.order_by("id")]
print(json.dumps({
    "messages": [[m.external_id, m.ticket_id, m.member_id is not None] for m in Message.objects.order_by("id")],
    "tickets": list(Ticket.objects.values_list("pk", flat=True)),
    "found": len(find("first", member=Member.objects.get(email="ana@demo.example")).tickets),
    "unsent": Delivery.objects.filter(sent_at=None).count(),
    "deliveries": Delivery.objects.count(),
    "odd": list(RawMessage.objects.exclude(outcome="received").values_list("outcome", "reason")),
    "parked": Parked.objects.count(),
    "events": events,
}))
"""


class Sink:
    """An SMTP server that keeps what it takes: the Message-ID of every copy."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.ids.append(str(message_from_bytes(envelope.content or b"")["Message-ID"]))
        return "250 OK"


def mail(name: str, *, answers: str = "", sender: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Message-ID"] = sender, "support@demo.example", name
    letter["Subject"] = "First" if not answers else "Re: First"
    if answers:
        letter["In-Reply-To"] = answers
    letter.set_content(f"This is {name}.")
    return letter


def until_accepted(attempt: Callable[[], object]) -> None:
    """Do it again until the other side says that it has it. Bounded: two minutes are an answer too."""
    until = time.monotonic() + 120
    while True:
        try:
            attempt()
        except (OSError, smtplib.SMTPException, urllib.error.URLError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


class Killer:
    """Use as a context: kills the programs in an order and at moments that a seed decides."""

    def __init__(self, here: Installation, chance: random.Random) -> None:
        self.here, self.chance = here, chance
        self.killed: Counter[str] = Counter()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        for program in self.chance.sample(VICTIMS, k=len(VICTIMS)):
            time.sleep(self.chance.uniform(0.2, 1.2))
            if eventually(lambda program=program: self.here.kill(program)):
                self.killed[program] += 1

    def __enter__(self) -> "Killer":
        self.thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.thread.join()


class LosingNothingTests(SimpleTestCase):
    def test_every_accepted_mail_and_every_reply_survives_the_killing(self) -> None:
        self.chance = random.Random(SEED)
        self.sink, port = Sink(), free_port()
        server = Controller(self.sink, hostname="127.0.0.1", port=port)
        server.start()
        self.addCleanup(server.stop)
        with Installation(OTKLIK_SMTP_URL=f"smtp://127.0.0.1:{port}") as self.here:
            self.here.migrate()
            self.here.python(SET_UP)
            self.token = self.here.otklik("apitoken", "test", "--as", "ana@demo.example").strip()
            self.here.serve()
            killed = self.pour_and_kill()
            self.assertEqual(killed, Counter(VICTIMS * 2))
            self.check(json.loads(self.here.python(REPORT)))

    def pour_and_kill(self) -> Counter[str]:
        firsts = [mail(f"<first-{n}@a.example>", sender=f"c{n}@a.example") for n in range(FIRST_MAILS)]
        with Killer(self.here, self.chance) as first_half:
            self.in_parallel(self.send, firsts)
        self.settle()
        numbers = sorted(json.loads(self.here.python(REPORT))["tickets"])
        answers = [
            mail(
                f"<answer-{n}@a.example>",
                answers=f"<first-{n % FIRST_MAILS}@a.example>",
                sender=f"c{n % FIRST_MAILS}@a.example",
            )
            for n in range(ANSWERS)
        ]
        with Killer(self.here, self.chance) as second_half, ThreadPoolExecutor(2) as pool:
            work = pool.submit(self.in_parallel, self.send, answers)
            self.in_parallel(self.reply, numbers[:REPLIES])
            work.result()
        self.settle()
        return first_half.killed + second_half.killed

    def in_parallel(self, work: Callable[[Any], None], things: Iterable[Any]) -> None:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, things))

    def send(self, letter: EmailMessage) -> None:
        def attempt() -> None:
            with smtplib.SMTP("127.0.0.1", self.here.intake_port, timeout=10) as server:
                server.send_message(letter)

        time.sleep(0.4)
        until_accepted(attempt)

    def reply(self, number: int) -> None:
        body = json.dumps({"text": "Try water."}).encode()
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        head["Idempotency-Key"] = f"reply-{number}"
        url = f"http://127.0.0.1:{self.here.web_port}/api/v1/tickets/{number}/replies"
        request = urllib.request.Request(url, body, head)
        time.sleep(0.6)
        until_accepted(lambda: urllib.request.urlopen(request, timeout=10).close())

    def settle(self) -> None:
        """Let time pass until the leases of the dead have ended and all work is done."""

        def is_done() -> bool:
            return self.here.python(STILL_DUE) == "0 0 0"

        self.assertTrue(eventually(self.here.is_serving))
        time.sleep(1)
        self.here.python(LET_LEASES_END)
        self.assertTrue(eventually(is_done), self.here.python(STILL_DUE))

    def check(self, found: dict[str, Any]) -> None:
        tickets = {name: number for name, number, _ours in found["messages"]}
        firsts = [f"<first-{n}@a.example>" for n in range(FIRST_MAILS)]
        answers = [f"<answer-{n}@a.example>" for n in range(ANSWERS)]
        ours = [name for name, _number, is_ours in found["messages"] if is_ours]
        with self.subTest("every mail is one message, and nothing else is"):
            self.assertEqual(Counter(name for name, *_ in found["messages"]), Counter([*firsts, *answers, *ours]))
        with self.subTest("on the right ticket"):
            self.assertEqual(len({tickets[name] for name in firsts}), FIRST_MAILS)
            self.assertEqual(
                [tickets[name] for name in answers], [tickets[firsts[n % FIRST_MAILS]] for n in range(ANSWERS)]
            )
        with self.subTest("every reply left, under one name"):
            self.assertEqual(len(ours), REPLIES)
            self.assertEqual(set(self.sink.ids), set(ours))
            self.assertEqual((found["deliveries"], found["unsent"]), (REPLIES, 0))
        with self.subTest("nothing was given up or parked"):
            self.assertEqual((found["odd"], found["parked"]), ([], 0))
        with self.subTest("no event is missing, none is there twice"):
            kinds = Counter(kind for kind, *_ in found["events"])
            self.assertEqual(kinds["ticket.opened"], FIRST_MAILS)
            self.assertEqual(kinds["message.received"], FIRST_MAILS + ANSWERS)
            self.assertEqual((kinds["message.sent"], kinds["delivery.sent"]), (REPLIES, REPLIES))
            told = {facts["message"] for kind, _about, facts in found["events"] if kind == "message.received"}
            self.assertEqual(len(told), FIRST_MAILS + ANSWERS)
        with self.subTest("the readers have read it all"):
            self.assertEqual(found["found"], FIRST_MAILS)
