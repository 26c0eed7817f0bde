"""The chat’s addresses: who may ask them, what they answer, and what a hostile visitor gets."""

import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from otklik.calendars.models import Calendar
from otklik.channels.chat.hub import EACH, hub
from otklik.channels.chat.models import Visitor
from otklik.channels.chat.options import ChatOptions
from otklik.channels.chat.passes import look_pass
from otklik.portal.views import chat
from otklik.testing import CastTestCase
from otklik.tickets.models import Attachment, Channel, Ticket
from otklik.tickets.replying import reply
from otklik.tickets.sending import send_now

OURS = "http://testserver"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
    '"><iframe srcdoc=x>',
    'https://a.example/"onmouseover=alert(1)//',
)


class ChatPagesTestCase(CastTestCase):
    def setUp(self) -> None:
        options = ChatOptions(origins=("https://shop.example",), greeting="Good day!").as_json()
        self.chat = Channel.objects.create(
            kind="chat", name="Shop", address="shop", team=self.support, language="en", options=options
        )

    def url(self, name: str, *more: int) -> str:
        return reverse(f"portal:{name}", args=["shop", *more])

    def post(self, name: str, said: dict | None = None, *, origin: str = OURS, **headers: str):
        return self.client.post(self.url(f"chat-{name}"), said or {}, headers={"Origin": origin} | headers)

    def enter(self, **said: str) -> dict[str, str]:
        return {"X-Chat-Pass": self.post("begin", said).json()["pass"]}

    def says(self, visitor: dict[str, str], text: str, number: int = 1, **rest):
        return self.post("say", {"id": f"{number:032x}", "text": text} | rest, **visitor)


class DoorTests(ChatPagesTestCase):
    def test_only_named_sites_may_show_the_frame_and_it_runs_only_our_script(self):
        answer = self.client.get(self.url("chat"))
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors 'self' https://shop.example;", policy + ";")
        self.assertIn("default-src 'none';", policy)
        self.assertNotIn("X-Frame-Options", answer.headers)
        self.assertNotRegex(answer.content.decode(), r"<script(?![^>]*(src=|json))|<style|\son\w+=")

    def test_no_other_origin_may_ask_and_nobody_without_a_pass(self):
        for name in ("begin", "say", "doing", "end", "transcript"):
            for origin in ("https://shop.example", "null", "http://testserver.evil.example"):
                with self.subTest(name, origin=origin):
                    self.assertEqual(self.post(name, origin=origin).status_code, 403)
        for name in ("say", "doing", "end", "transcript"):
            self.assertEqual(self.post(name, **{"X-Chat-Pass": "aa.99999999999-bb"}).status_code, 401)
        self.assertNotIn("talk", self.client.get(self.url("chat-talk")).json())
        self.assertFalse(Visitor.objects.exists())

    def test_the_script_of_a_chat_that_is_switched_off_is_gone(self):
        script = self.client.get(self.url("chat-widget"))
        self.assertEqual(script.headers["Content-Type"], "text/javascript")
        self.assertIn(f'"frame": "{OURS}{self.url("chat")}"', script.content.decode())
        Channel.objects.filter(pk=self.chat.pk).update(is_active=False)
        for name in ("chat-widget", "chat", "chat-preview", "chat-talk"):
            self.assertEqual(self.client.get(self.url(name)).status_code, 404)

    def test_what_is_wrong_is_said_beside_its_field(self):
        options = ChatOptions(asks_email="required").as_json()
        Channel.objects.filter(pk=self.chat.pk).update(options=options)
        answer = self.post("begin", {"email": "no"})
        self.assertEqual((answer.status_code, answer.json()["field"]), (422, "email"))
        visitor = self.enter(email="lev@visitor.example")
        program = SimpleUploadedFile("run.exe", b"MZ")
        self.assertIn("run.exe", self.says(visitor, "See", files=program).json()["error"])


class TalkTests(ChatPagesTestCase):
    def test_hostile_words_do_nothing_in_the_chat_and_at_the_desk(self):
        visitor = self.enter(name=HOSTILE[0])
        for number, text in enumerate(HOSTILE):
            answer = self.says(visitor, text, number, page=f"https://shop.example/{number}", title=text)
            self.assertEqual(answer.status_code, 201)
        for message in answer.json()["talk"]["messages"]:
            bare = re.sub(r'<a href="https?://[^"<>]*" rel="noopener noreferrer">[^<]*</a>|</?p>', "", message["html"])
            self.assertNotRegex(bare, '[<>"]')
        self.client.force_login(self.ana)
        shown = self.client.get(Ticket.objects.get(channel=self.chat).get_absolute_url()).content.decode()
        for hostile in HOSTILE[:2] + HOSTILE[3:5]:
            self.assertNotIn(hostile, shown)

    def test_an_answer_from_the_editor_is_shown_clean(self):
        self.says(self.enter(), "Hello")
        html = '<p onclick="x()">Look: <b>here</b><img src="https://spy.example/1.gif"><script>x()</script></p>'
        send_now(reply(Ticket.objects.get(channel=self.chat), by=self.ana, text="", html=html))
        visitor = Visitor.objects.get()
        shown = chat._news(visitor.pk, "en", set())
        self.assertIn("Look: <b>here</b>", json.loads(shown.removeprefix("data: "))["messages"][-1]["html"])
        self.assertNotRegex(shown, "script|onclick|spy")

    def test_files_are_for_their_visitor_and_only_true_pictures_are_shown(self):
        lev, mia = self.enter(), self.enter()
        files = [SimpleUploadedFile("a.png", PNG, "image/png"),
                 SimpleUploadedFile("b.png", b"<script>alert(1)</script>", "image/png")]  # fmt: skip
        self.says(lev, "See", files=files)
        self.says(mia, "Hello", 2)
        one, other = Visitor.objects.order_by("pk")
        picture, page = Attachment.objects.filter(message__via="chat").order_by("pk")
        shown = self.client.get(self.url("chat-file", picture.pk), {"key": look_pass(one)})
        self.assertEqual(shown.headers["Content-Type"], "image/png")
        self.assertIn("sandbox", shown.headers["Content-Security-Policy"])
        kept = self.client.get(self.url("chat-file", page.pk), {"key": look_pass(one)})
        self.assertTrue(kept.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(kept.headers["Content-Type"], "application/octet-stream")
        for key in (look_pass(other), "", lev["X-Chat-Pass"]):
            self.assertEqual(self.client.get(self.url("chat-file", picture.pk), {"key": key}).status_code, 404)

    def test_older_messages_come_page_by_page(self):
        visitor = self.enter()
        for number in range(3):
            self.says(visitor, f"Message {number}", number)
        row = Visitor.objects.get().shown.order_by("pk").last()
        talk = self.client.get(self.url("chat-talk"), {"before": row.pk}, headers=visitor).json()["talk"]
        self.assertEqual([each["html"] for each in talk["messages"]], ["<p>Message 0</p>", "<p>Message 1</p>"])
        self.assertFalse(talk["earlier"])

    def test_out_of_hours_an_e_mail_is_asked_and_the_answer_goes_there(self):
        never = Calendar.objects.create(name="Never", week=[[]] * 7)
        options = ChatOptions(calendar=never.pk).as_json()
        Channel.objects.filter(pk=self.chat.pk).update(options=options)
        self.assertFalse(self.client.get(self.url("chat-talk")).json()["open"])
        visitor = self.enter()
        self.assertEqual(self.says(visitor, "Hello").json()["field"], "email")
        self.assertEqual(
            self.says(visitor, "Hello", email="lev@visitor.example").json()["talk"]["email"], "lev@visitor.example"
        )
        ticket = Ticket.objects.get(channel=self.chat)
        self.assertEqual((ticket.address.kind, ticket.address.value), ("email", "lev@visitor.example"))

    def test_what_the_visitor_does_is_seen_at_the_desk(self):
        visitor = self.enter(email="lev@visitor.example")
        self.says(visitor, "Hello")
        self.post("doing", {"typing": "1", "page": "https://shop.example/pay", "title": "Pay"}, **visitor)
        ticket = Ticket.objects.get(channel=self.chat)
        self.client.force_login(self.ana)
        for text in (
            "The visitor is writing",
            "lev@visitor.example",
            "https://shop.example/pay",
            "cannot be taken back",
        ):
            self.assertContains(self.client.get(ticket.get_absolute_url()), text)
        self.post("doing", {"gone": "1"}, **visitor)
        self.assertContains(self.client.get(reverse("desk:looking", args=[ticket.pk])), "The visitor has left")
        self.client.post(reverse("desk:visitor", args=[ticket.pk]), {"do": "block"})
        self.assertEqual(self.says(visitor, "Hello?", 2).status_code, 403)


class StreamTests(ChatPagesTestCase):
    def test_the_stream_tells_what_is_new_and_only_so_many_stand_open(self):
        self.says(self.enter(), "Hello")
        visitor = Visitor.objects.get()
        sent: set[str] = set()
        first, again = (json.loads(chat._news(visitor.pk, "en", sent).removeprefix("data: ")) for _round in "12")
        self.assertEqual([len(first["messages"]), len(again["messages"])], [1, 0])
        with self.subTest("full"):
            hub._open[visitor.pk] = EACH
            self.addCleanup(hub._open.clear)
            self.assertFalse(hub.has_room(visitor.pk))

    def test_a_stream_needs_a_short_pass(self):
        kept = self.enter()["X-Chat-Pass"]
        visitor = Visitor.objects.get()
        self.assertEqual(chat._looking("shop", look_pass(visitor)), visitor)
        for key in ("", "nothing", kept):
            self.assertIsNone(chat._looking("shop", key))
