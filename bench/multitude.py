"""Messages for the search, straight into the store: `python -m bench.multitude COUNT`, in an installation with a demo.

Words are as frequent as words are (Zipf and Mandelbrot), in their forms; documents are those that the index would have
made. Prints questions of several sorts, as JSON.
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from otklik.clients.models import Address, Person  # noqa: E402
from otklik.demo.phrases import LAST, MEN  # noqa: E402
from otklik.demo.pouring import Pool, keep_counting, last_key, stamper  # noqa: E402
from otklik.lib.layout import other_layout  # noqa: E402
from otklik.lib.morphology import fold  # noqa: E402
from otklik.tickets.models import Channel, Message, Ticket  # noqa: E402
from otklik.tickets.search import store  # noqa: E402
from otklik.tickets.search.documents import Document  # noqa: E402
from otklik.tickets.search.words import GAP, ending_in, of_team  # noqa: E402
from pymorphy3 import MorphAnalyzer  # noqa: E402

BEGINNINGS = [
    "вер",
    "воз",
    "дог",
    "зак",
    "кас",
    "нак",
    "обн",
    "ошиб",
    "пар",
    "печ",
    "пол",
    "пос",
    "пре",
    "при",
    "про",
    "раз",
    "рас",
    "рем",
    "сер",
    "скл",
    "соз",
    "сче",
    "усл",
]
TEXT = 3_000_000  # words of the text from which all messages are cut
LENGTHS = (8, 15, 25, 40, 60, 120)  # words
MESSAGES_A_TICKET, TICKETS_A_PERSON = 4, 6
CHUNK = 2000  # messages
QUESTIONS = 40  # of each sort
choose = random.Random(5)


def lexemes() -> list[list[str]]:
    """Words with all their forms, in no order."""
    analyzer, found = MorphAnalyzer(lang="ru"), {}
    for beginning in BEGINNINGS:
        for word, _tag, normal, *_rest in analyzer.dictionary.iter_known_words(beginning):
            if word == normal and len(word) > 3 and choose.random() < 0.5:
                found[word] = sorted({fold(form.word) for form in analyzer.parse(word)[0].lexeme})
    every = list(found.values())
    choose.shuffle(every)
    return every


def endless(words: list[list[str]]) -> list[str]:
    shares = list(accumulate(1 / (place + 2.7) for place in range(1, len(words) + 1)))
    chosen = choose.choices(words, cum_weights=shares, k=TEXT)
    return [forms[min(int(choose.expovariate(0.4)), len(forms) - 1)] for forms in chosen]


class Client:
    def __init__(self, person: int, address: int) -> None:
        self.person, self.address = person, address
        self.first, self.last = choose.choice(MEN), choose.choice(LAST)
        self.phone = f"+7{choose.randrange(9_000_000_000, 9_999_999_999)}"
        words = [fold(self.first), fold(self.last), GAP, GAP, f"client{person}", "pochta", "example"]
        self.words = [*words, GAP, self.phone[1:], ending_in(self.phone[1:])]


def pour(count: int, text: list[str]) -> list[Client]:
    mailboxes = list(Channel.objects.filter(kind="email"))
    first, person, address = last_key(Message) + 1, last_key(Person), last_key(Address)
    clients: list[Client] = []
    begun = datetime.now(UTC) - timedelta(days=1000)
    number = last_key(Ticket)
    for chunk in range(0, count, CHUNK):
        pools, found = Pools(), []
        for key in range(first + chunk, first + min(chunk + CHUNK, count)):
            at = begun + timedelta(days=999) * ((key - first) / count)
            if (key - first) % MESSAGES_A_TICKET == 0:
                number += 1
                if (number % TICKETS_A_PERSON == 0) or not clients:
                    clients.append(Client(person + len(clients) + 1, address + 2 * len(clients) + 1))
                    pools.introduce(clients[-1], at)
                client, mailbox = choose.choice(clients), choose.choice(mailboxes)
                subject = _cut(text, 4)
                pools.open(number, " ".join(subject), client, mailbox, at=at)
            said = _cut(text, choose.choice(LENGTHS))
            pools.messages.add(key, number, client.person, " ".join(said), pools.stamp(at))
            words = [*subject, GAP, GAP, *said, GAP]
            found.append(Document(key, words, client.words, [of_team(mailbox.team_id)]))
        with transaction.atomic():
            pools.pour()
            store.remember(found)
        if chunk % 100_000 == 0:
            print(chunk, file=sys.stderr, flush=True)
    keep_counting((Person, Address, Ticket, Message))
    return clients


class Pools:
    def __init__(self) -> None:
        self.stamp = stamper()
        self.people = Pool(Person, "id", "name", "created_at")
        self.addresses = Pool(Address, "id", "person", "kind", "value")
        self.tickets = Pool(Ticket, "id", "subject", "state", "team", "client", "channel", "opened_at", "active_at")
        self.messages = Pool(Message, "id", "ticket", "person", "text", "at")

    def introduce(self, client: Client, at: datetime) -> None:
        self.people.add(client.person, f"{client.first} {client.last}", self.stamp(at))
        self.addresses.add(client.address, client.person, "email", f"client{client.person}@pochta.example")
        self.addresses.add(client.address + 1, client.person, "phone", client.phone)

    def open(self, number: int, subject: str, client: Client, mailbox: Channel, *, at: datetime) -> None:
        state = choose.choice(("open", "new", "waiting_client", *("closed",) * 37))
        stamp = self.stamp(at)
        self.tickets.add(number, subject, state, mailbox.team_id, client.person, mailbox.pk, stamp, stamp)

    def pour(self) -> None:
        for pool in (self.people, self.addresses, self.tickets, self.messages):
            pool.pour()


def _cut(text: list[str], length: int) -> list[str]:
    place = int(choose.random() * (len(text) - length))
    return text[place : place + length]


def questions(words: list[list[str]], text: list[str], clients: list[Client]) -> dict[str, list[str]]:
    """What agents ask; the sort of a word is how often it occurs."""

    def any_of(first: int, last: int) -> str:
        return choose.choice(words[min(first, len(words) - 2) : min(last, len(words))])[0]

    def common() -> str:
        return any_of(20, 150)

    sorts = {
        "a common word": lambda: f"{common()} ",
        "a rare word": lambda: f"{any_of(3000, 15000)} ",
        "two words": lambda: f"{common()} {any_of(150, 2000)} ",
        "three common words": lambda: f"{common()} {common()} {common()} ",
        "a phrase": lambda: f"«{' '.join(_cut(text, 2))}»",
        "a word being typed": lambda: any_of(20, 2000)[:5],
        "the end of a phone": lambda: choose.choice(clients).phone[-4:],
        "a client and a word": lambda: f"от:{choose.choice(clients).last} {common()} ",
        "an open ticket and a word": lambda: f"состояние:открыто {common()} ",
        "the wrong layout": lambda: other_layout(f"{common()} "),
        "nothing": lambda: f"{any_of(3000, 15000)} {any_of(3000, 15000)} {any_of(3000, 15000)} ",
    }
    return {sort: [ask() for _ in range(QUESTIONS)] for sort, ask in sorts.items()}


def learn() -> None:
    """Let PostgreSQL know how much of what there is, as its autovacuum would within minutes, where that is on."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def main(count: int) -> None:
    words = lexemes()
    text = endless(words)
    clients = pour(count, text)
    while store.tidy():
        pass
    learn()
    print(json.dumps(questions(words, text, clients)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
