"""Every route as somebody who may not: without a token, with a wrong scope, of another team, only looking."""

import re

from ninja.openapi.schema import get_schema

from otklik.api.models import SCOPES, ApiToken
from otklik.api.urls import v1
from otklik.tickets.asides import Letter, ask
from otklik.tickets.models import Attachment, Message

from .cast import BASE, ApiTestCase

BODIES = {
    "tickets": {"client": {"address": "new@new.example"}, "subject": "x", "text": "x"},
    "clients": {"name": "New", "addresses": [{"value": "new@new.example"}]},
    "tickets/{number}": {"subject": "x"},
    "tickets/{number}/replies": {"text": "x"},
    "tickets/{number}/notes": {"text": "x"},
    "tickets/{number}/callback": {"phone": "+79160000001"},
    "tickets/{number}/callback/calls": {"reached": True},
    "tickets/{number}/asides": {"to": ["zoya@parts.example"], "subject": "A drum", "text": "On stock?"},
    "asides/{number}/messages": {"text": "On stock?"},
    "asides/{number}": {"is_open": False},
}
# Routes about one thing: what is Sales' own and not Ana's.
FOREIGN = {
    ("GET", "tickets/{number}"),
    ("PATCH", "tickets/{number}"),
    ("GET", "tickets/{number}/messages"),
    ("POST", "tickets/{number}/replies"),
    ("POST", "tickets/{number}/notes"),
    ("POST", "tickets/{number}/callback"),
    ("DELETE", "tickets/{number}/callback"),
    ("POST", "tickets/{number}/callback/calls"),
    ("GET", "attachments/{number}"),
    ("GET", "tickets/{number}/asides"),
    ("POST", "tickets/{number}/asides"),
    ("GET", "asides/{number}/messages"),
    ("POST", "asides/{number}/messages"),
    ("PATCH", "asides/{number}"),
}


# What anybody may read; otklik/api/tests/test_articles.py walks these.
OPEN = {("GET", "public/articles"), ("GET", "public/articles/{number}")}


def routes() -> list[tuple[str, str]]:
    paths = get_schema(v1, path_prefix=BASE)["paths"]
    every = [(method.upper(), path.removeprefix(BASE)) for path, methods in paths.items() for method in methods]
    return [route for route in every if route not in OPEN]


class WalkTests(ApiTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        message = cls.foreign.messages.get()
        cls.attachment = Attachment.objects.create(
            message=message, file="aa/bb", name="price.pdf", type="application/pdf", size_bytes=1
        )

        letter = Letter(to=("zoya@parts.example",), text="On stock?")
        cls.aside = ask(cls.foreign, letter, by=cls.omar, subject="A drum", channel=cls.sales_box).aside

    def refused(self, method: str, path: str, token: str) -> tuple[int, str]:
        things = {"attachments": self.attachment, "asides": self.aside}
        number = things.get(path.partition("/")[0], self.foreign).pk
        return self.refusal(method, re.sub(r"{\w+}", str(number), path), BODIES.get(path), token=token)

    def test_there_are_routes(self):
        self.assertEqual(len(routes()), 34)

    def test_nobody_gets_in_without_a_token_or_with_a_wrong_one(self):
        gone = ApiToken.issue("old", self.ana, scopes=SCOPES)
        gone[0].revoke()
        for method, path in routes():
            for token in ("", "otk_wrong", gone[1]):
                with self.subTest(f"{method} {path}", token=token):
                    self.assertEqual(self.refused(method, path, token), (401, "token_wanted"))

    def test_a_token_without_the_scope_does_nothing(self):
        scopes = {scope: self.token_of(self.admin, *(set(SCOPES) - {scope})) for scope in SCOPES}
        for method, path in routes():
            first = path.partition("/")[0]
            kind = {"clients": "clients", "organisations": "clients", "articles": "articles"}.get(first, "tickets")
            act = "read" if method == "GET" else "write"
            with self.subTest(f"{method} {path}"):
                self.assertEqual(self.refused(method, path, scopes[f"{kind}:{act}"]), (403, "scope_missing"))

    def test_an_observers_token_changes_nothing(self):
        token = self.token_of(self.olga)
        for method, path in [route for route in routes() if route[0] != "GET"]:
            with self.subTest(f"{method} {path}"):
                self.assertEqual(self.refused(method, path, token), (403, "observer"))

    def test_what_is_another_teams_does_not_exist(self):
        before = Message.objects.count()
        for method, path in FOREIGN:
            with self.subTest(f"{method} {path}"):
                self.assertEqual(self.refused(method, path, self.token), (404, "not_found"))
        self.assertEqual(Message.objects.count(), before)

    def test_lists_show_no_more_than_is_visible(self):
        numbers = [row["number"] for row in self.get("tickets")["items"]]
        self.assertEqual(sorted(numbers), [self.ticket.pk, self.other.pk])

    def test_the_token_of_who_left_lets_nobody_in(self):
        self.ana.deactivate(by=self.admin)
        self.assertEqual(self.refusal("GET", "tickets"), (401, "token_wanted"))

    def test_the_description_is_served_and_there_is_no_page_from_a_foreign_host(self):
        self.assertEqual(self.client.get(BASE + "openapi.json").json()["info"]["title"], "Otklik")
        self.assertEqual(self.client.get(BASE + "docs").status_code, 404)

    def test_the_use_of_a_token_is_noted_not_every_time(self):
        with self.assertNumQueries(5):
            self.get("tickets?client=999")
        with self.assertNumQueries(4):
            self.get("tickets?client=999")
        self.assertIsNotNone(ApiToken.objects.usable().get(member=self.ana).last_used_at)
