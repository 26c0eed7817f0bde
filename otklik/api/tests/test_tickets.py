"""Tickets over the API: found, read, opened, answered, changed."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils.timezone import now

from otklik.api.models import ApiToken
from otklik.testing import kinds, react_to_all
from otklik.tickets.merging import merge
from otklik.tickets.models import Delivery, Message, Terms, Ticket, TicketField
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note

from .cast import ApiTestCase


class ListTests(ApiTestCase):
    def numbers(self, query: str) -> list[int]:
        return sorted(row["number"] for row in self.get(f"tickets?{query}")["items"])

    def test_the_search_takes_what_agents_type_and_tells_what_it_cannot_understand(self):
        react_to_all("search")
        self.assertEqual(self.numbers("q=printers%20from:orlova"), [self.ticket.pk, self.other.pk])
        self.assertEqual(self.numbers("q=price"), [])
        self.assertEqual(self.numbers("q=printers&state=resolved"), [])
        for query, code in {
            "state:purple": "search_unknown_value",
            "team:": "search_no_value",
            "after:soon": "search_unknown_day",
            "-printer": "search_nothing_wanted",
        }.items():
            with self.subTest(query=query):
                answer = self.ask("GET", f"tickets?q={query}")
                self.assertEqual((answer.status_code, answer.json()["code"]), (422, code))

    def test_every_filter_narrows(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.ticket.set_priority(Ticket.Priority.HIGH, by=self.ana)
        self.ticket.set_type("incident", by=self.ana)
        self.ticket.tag("urgent", by=self.ana)
        self.other.set_state("resolved", by=self.ana)
        Ticket.objects.filter(pk=self.other.pk).update(opened_at=now() - timedelta(days=9))
        react_to_all("search")
        week = (now() - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
        one, two, both = [self.ticket.pk], [self.other.pk], [self.ticket.pk, self.other.pk]
        for query, wanted in {
            "": both,
            "is_open=true": one,
            "state=resolved": two,
            "state=resolved&state=open": both,
            f"team={self.support.pk}": both,
            f"team={self.sales.pk}": [],
            f"assignee={self.ana.pk}": one,
            "assignee=none": two,
            f"client={self.bea.pk}": both,
            "tag=urgent": one,
            "type=incident": one,
            "priority=high": one,
            "q=second": two,
            f"opened_after={week}": one,
            f"opened_before={week}": two,
            f"active_after={week}": both,
            f"active_before={week}": [],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.numbers(query), wanted)

    def test_pages_follow_each_other(self):
        for sort in ("activity", "created", "priority"):
            with self.subTest(sort):
                first = self.get(f"tickets?limit=1&sort={sort}")
                second = self.get(f"tickets?limit=1&sort={sort}&cursor={first['next']}")
                self.assertIsNone(second["next"])
                seen = {row["number"] for row in first["items"] + second["items"]}
                self.assertEqual(seen, {self.ticket.pk, self.other.pk})

    def test_what_makes_no_sense_is_said_to_be_wrong(self):
        self.assertEqual(self.refusal("GET", "tickets?cursor=x"), (400, "bad_cursor"))
        beyond = "opened_after=0001-01-01T00:00:00%2B14:00"
        for query in ("state=sleepy", "limit=1000", "assignee=somebody", "sort=random", "opened_after=now", beyond):
            with self.subTest(query):
                answer = self.ask("GET", f"tickets?{query}")
                self.assertEqual(answer.status_code, 422)
                self.assertIn(query.split("=")[0], answer.json()["fields"].popitem()[0])

    def test_a_page_costs_the_same_whatever_stands_on_it(self):
        Ticket.objects.bulk_create(
            Ticket(subject=str(n), team=self.support, client=self.bea, assignee=self.ana) for n in range(30)
        )
        self.get("tickets")
        with self.assertNumQueries(5):  # company, token, teams, tickets, tags
            self.assertEqual(len(self.get("tickets")["items"]), 32)


class ReadTests(ApiTestCase):
    def test_a_ticket_has_all_that_belongs_to_it(self):
        add_participant(self.ticket, self.carl, by=self.ana)
        self.ticket.tag("urgent", by=self.ana)
        self.ticket.link(self.other, "parent", by=self.ana)
        self.foreign.link(self.ticket, "related", by=self.omar)
        self.post(f"tickets/{self.ticket.pk}/notes", {"text": "Ask the fire brigade."})
        seen = self.get(f"tickets/{self.ticket.pk}")
        self.assertEqual(seen["subject"], "Printer")
        self.assertEqual(seen["client"]["organisation"]["name"], "Alpha Supply")
        self.assertEqual(seen["priority"], "normal")
        self.assertEqual(seen["tags"], ["urgent"])
        self.assertEqual([one["name"] for one in seen["participants"]], ["Carl Lukin"])
        link = {"number": self.other.pk, "subject": "Second printer", "kind": "parent", "outgoing": True}
        self.assertEqual(seen["links"], [link])
        texts = [(one["text"], one["is_note"], one["author"]["kind"]) for one in seen["messages"]["items"]]
        self.assertEqual(texts, [("Ask the fire brigade.", True, "member"), ("It is on fire.", False, "person")])

    def test_reading_costs_the_same_however_much_was_said(self):
        self.get(f"tickets/{self.ticket.pk}")
        with self.assertNumQueries(13):
            self.get(f"tickets/{self.ticket.pk}")
        Message.objects.bulk_create(Message(ticket=self.ticket, member=self.ana, text=str(n)) for n in range(30))
        with self.assertNumQueries(13):
            self.assertEqual(len(self.get(f"tickets/{self.ticket.pk}")["messages"]["items"]), 31)

    def test_older_messages_follow(self):
        Message.objects.bulk_create(Message(ticket=self.ticket, member=self.ana, text=str(n)) for n in range(60))
        first = self.get(f"tickets/{self.ticket.pk}")["messages"]
        second = self.get(f"tickets/{self.ticket.pk}/messages?cursor={first['next']}")
        self.assertEqual(len({one["id"] for one in first["items"] + second["items"]}), 61)
        self.assertIsNone(second["next"])


class OpenTests(ApiTestCase):
    wish = {"client": {"address": "Dora@New.example", "name": "Dora"}, "subject": "Lamp", "text": "It blinks."}

    def test_a_stranger_becomes_a_client_with_a_ticket(self):
        made = self.post("tickets", self.wish | {"priority": "high", "tags": ["Light"], "type": "incident"})
        self.assertEqual(made["client"]["name"], "Dora")
        self.assertEqual(
            (made["state"], made["priority"], made["type"], made["tags"]), ("new", "high", "incident", ["light"])
        )
        self.assertEqual(made["team"]["name"], "Support")
        self.assertEqual(made["messages"]["items"][0]["text"], "It blinks.")
        ticket = Ticket.objects.get(pk=made["number"])
        self.assertEqual(kinds(ticket), ["ticket.opened", "ticket.tagged", "message.received"])
        self.assertEqual(ticket.address.value, "dora@new.example")

    def test_a_known_client_is_named_by_number(self):
        made = self.post("tickets", self.wish | {"client": {"id": self.bea.pk}, "channel": self.mailbox.pk})
        self.assertEqual(made["client"]["name"], "Bea Orlova")
        self.assertEqual(made["channel"]["name"], "Support")

    def test_custom_fields_are_checked(self):
        TicketField.objects.create(key="order", label="Order", kind="number")
        made = self.post("tickets", self.wish | {"fields": {"order": "12"}})
        self.assertEqual(made["fields"], {"order": 12})

    def test_what_cannot_be_is_refused_and_leaves_nothing(self):
        TicketField.objects.create(key="order", label="Order", kind="number")
        before = Ticket.objects.count()
        for change, field in (
            ({"client": {"id": 999}}, "client.id"),
            ({"client": {}}, "client"),
            ({"client": {"address": "nonsense"}}, "client.address"),
            ({"client": {"address": "12", "kind": "phone"}}, "client.address"),
            ({"team": self.sales.pk}, "team"),
            ({"channel": 999}, "channel"),
            ({"text": ""}, "text"),
            ({"priority": "extreme"}, "priority"),
            ({"colour": "red"}, "colour"),
            ({"fields": {"order": "many"}}, "fields.order"),
            ({"fields": {"size": 1}}, "fields.size"),
            ({"files": ["x"]}, "files"),
        ):
            with self.subTest(change):
                answer = self.ask("POST", "tickets", self.wish | change)
                self.assertEqual(answer.status_code, 422)
                self.assertEqual(list(answer.json()["fields"]), [field])
        self.assertEqual(Ticket.objects.count(), before)

    def test_letters_that_no_store_keeps_are_left_out(self):
        made = self.post("tickets", self.wish | {"subject": "a\0b", "text": "c\ud800d", "tags": ["e\0"]})
        self.assertEqual((made["subject"], made["excerpt"], made["tags"]), ("ab", "c?d", ["e"]))
        self.assertEqual(self.get("tickets?tag=%00e")["items"][0]["number"], made["number"])

    def test_a_number_that_no_store_knows_is_nothing(self):
        self.assertEqual(self.refusal("GET", "tickets/99999999999999999999"), (404, "not_found"))
        for name in ("client", "team", "assignee"):
            with self.subTest(name):
                self.assertEqual(self.refusal("GET", f"tickets?{name}=99999999999999999999"), (422, "invalid"))

    def test_a_broken_body_is_a_bad_request(self):
        answer = self.client.post(
            "/api/v1/tickets", "{", content_type="application/json", headers={"authorization": f"Bearer {self.token}"}
        )
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "bad_request"))


class AnswerTests(ApiTestCase):
    def test_a_reply_sets_out_and_the_ticket_waits(self):
        made = self.post(f"tickets/{self.ticket.pk}/replies", {"text": "Use water.", "state": "resolved"})
        self.assertEqual(made["author"], {"id": self.ana.pk, "name": "Ana Belova", "kind": "member"})
        delivery = {"address": "bea@alpha.example", "status": "waiting", "error": ""}
        self.assertEqual(made["deliveries"], [delivery])
        self.assertEqual(self.get(f"tickets/{self.ticket.pk}")["state"], "resolved")

    def test_a_reply_that_was_written_past_something_new_is_refused(self):
        seen = self.get(f"tickets/{self.ticket.pk}")["newest"]
        note(self.ticket, by=self.admin, text="Mind the cat.")
        words = {"text": "Use water.", "seen": seen}
        refused = self.ask("POST", f"tickets/{self.ticket.pk}/replies", words)
        self.assertEqual((refused.status_code, refused.json()["code"]), (409, "something_new"))
        words["seen"] = self.get(f"tickets/{self.ticket.pk}")["newest"]
        self.post(f"tickets/{self.ticket.pk}/replies", words)

    def test_a_note_stays_inside(self):
        made = self.post(f"tickets/{self.ticket.pk}/notes", {"text": "Hm."})
        self.assertTrue(made["is_note"])
        self.assertEqual(Delivery.objects.count(), 0)

    def test_nothing_to_say_is_refused(self):
        for path in ("replies", "notes"):
            with self.subTest(path):
                self.assertEqual(self.refusal("POST", f"tickets/{self.ticket.pk}/{path}", {}), (422, "empty_message"))

    def test_a_merged_ticket_takes_no_answer_and_no_change(self):
        merge(self.other, self.ticket, by=self.ana)
        path = f"tickets/{self.other.pk}"
        self.assertEqual(self.refusal("POST", f"{path}/replies", {"text": "x"}), (409, "ticket_merged"))
        self.assertEqual(self.refusal("PATCH", path, {"subject": "x"}), (409, "ticket_merged"))
        self.assertEqual(self.get(path)["merged_into"], self.ticket.pk)

    def test_a_file_goes_up_then_along_and_comes_down(self):
        answer = self.client.post(
            "/api/v1/files",
            {"file": SimpleUploadedFile("../Счёт.pdf", b"%PDF", "application/pdf")},
            headers={"authorization": f"Bearer {self.token}"},
        )
        self.assertEqual(answer.status_code, 201, answer.content)
        made = self.post(f"tickets/{self.ticket.pk}/replies", {"files": [answer.json()["id"]]})
        attachment = made["attachments"][0]
        self.assertEqual((attachment["name"], attachment["size_bytes"]), ("Счёт.pdf", 4))
        down = self.ask("GET", attachment["url"].removeprefix("http://127.0.0.1:8000"))
        self.assertEqual(b"".join(down.streaming_content), b"%PDF")
        self.assertEqual(down.headers["Content-Type"], "application/octet-stream")
        self.assertTrue(down.headers["Content-Disposition"].startswith("attachment"))

    @override_settings(MESSAGE_MAX_BYTES=3)
    def test_a_file_over_the_limit_is_refused(self):
        answer = self.client.post(
            "/api/v1/files",
            {"file": SimpleUploadedFile("a.txt", b"four")},
            headers={"authorization": f"Bearer {self.token}"},
        )
        self.assertEqual((answer.status_code, answer.json()["code"]), (413, "file_too_large"))


class ChangeTests(ApiTestCase):
    def change(self, body: dict[str, object]) -> dict[str, object]:
        return self.patch(f"tickets/{self.ticket.pk}", body)

    def test_everything_that_is_named_changes_and_the_rest_stays(self):
        TicketField.objects.create(key="order", label="Order", kind="number")
        self.ticket.tag("old", by=self.ana)
        seen = self.change(
            {
                "state": "waiting_third_party",
                "priority": "critical",
                "type": "incident",
                "subject": "Printers",
                "assignee": self.ana.pk,
                "tags": {"add": ["new"], "remove": ["old"]},
                "fields": {"order": 5},
            }
        )
        self.assertEqual((seen["state"], seen["priority"]), ("waiting_third_party", "critical"))
        self.assertEqual((seen["type"], seen["subject"]), ("incident", "Printers"))
        self.assertEqual((seen["assignee"]["id"], seen["tags"]), (self.ana.pk, ["new"]))
        self.assertEqual(seen["fields"], {"order": 5})
        self.assertEqual(self.change({"subject": "Again"})["assignee"]["id"], self.ana.pk)

    def test_an_assignee_of_null_takes_the_ticket_away(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.assertIsNone(self.change({"assignee": None})["assignee"])

    def test_a_ticket_handed_over_is_shown_a_last_time(self):
        self.assertEqual(self.change({"team": self.sales.pk})["team"]["name"], "Sales")
        self.assertEqual(self.refusal("GET", f"tickets/{self.ticket.pk}"), (404, "not_found"))

    def test_what_a_team_wants_goes_along_or_nothing_is_handed_over(self):
        serial = TicketField.objects.create(key="serial", label="Serial number")
        Terms.objects.create(team=self.sales, wants_reason=True, confirm="The client knows.").fields.add(serial)
        wanted = {"team": self.sales.pk, "why": "A contract", "confirmed": True}
        self.assertEqual(self.refusal("PATCH", f"tickets/{self.ticket.pk}", wanted), (422, "not_filled_in"))
        self.assertEqual(self.change(wanted | {"fields": {"serial": "X-1"}})["team"]["name"], "Sales")

    def test_all_or_nothing(self):
        path = f"tickets/{self.ticket.pk}"
        wish = {"team": self.support.pk, "subject": "Half", "assignee": self.omar.pk}
        self.assertEqual(self.refusal("PATCH", path, wish), (422, "not_in_team"))
        self.assertEqual(self.refusal("PATCH", path, {"subject": "Half", "fields": {"no": 1}}), (422, "invalid"))
        self.assertEqual(self.refusal("PATCH", path, {"team": 999}), (422, "invalid"))
        self.assertEqual(kinds(self.ticket), ["ticket.opened"])

    def test_a_ticket_is_put_off_and_woken(self):
        path, until = f"tickets/{self.ticket.pk}", (now() + timedelta(days=1)).isoformat()
        self.assertIsNotNone(self.patch(path, {"asleep": {"until": until}, "assignee": self.ana.pk})["asleep"]["until"])
        self.assertEqual(self.patch(path, {"asleep": {}})["asleep"], {"until": None})
        self.assertEqual([row["number"] for row in self.get("tickets?asleep=true")["items"]], [self.ticket.pk])
        self.assertEqual(self.patch(path, {"priority": "high"})["asleep"], {"until": None})
        self.assertIsNone(self.patch(path, {"asleep": None})["asleep"])
        self.assertEqual(self.refusal("PATCH", path, {"asleep": {"until": "2001-01-01T00:00:00Z"}})[0], 409)
        self.assertEqual(self.refusal("PATCH", path, {"asleep": {"until": "9999-12-31T23:59:59-12:00"}})[0], 422)


class RepeatTests(ApiTestCase):
    def test_a_repeated_key_answers_with_the_first_result(self):
        for path, body in (
            ("tickets", OpenTests.wish),
            (f"tickets/{self.ticket.pk}/replies", {"text": "Use water."}),
            (f"tickets/{self.ticket.pk}/notes", {"text": "Hm."}),
            ("clients", {"name": "Egor", "addresses": [{"value": "egor@new.example"}]}),
        ):
            with self.subTest(path):
                first = self.post(path, body, key=f"key of {path}")
                messages = Message.objects.count()
                self.assertEqual(self.post(path, body, key=f"key of {path}"), first)
                self.assertEqual(Message.objects.count(), messages)

    def test_a_key_with_another_request_is_refused(self):
        path = f"tickets/{self.ticket.pk}/notes"
        self.post(path, {"text": "One."}, key="k")
        self.assertEqual(self.refusal("POST", path, {"text": "Two."}, key="k"), (409, "idempotency_key_reused"))

    def test_a_failed_request_leaves_its_key_free(self):
        path = f"tickets/{self.ticket.pk}/notes"
        self.refusal("POST", path, {}, key="k")
        self.post(path, {"text": "One."}, key="k")

    def test_keys_of_two_tokens_do_not_meet(self):
        path = f"tickets/{self.ticket.pk}/notes"
        token = ApiToken.issue("second", self.ana, scopes=["tickets:write"])[1]
        first = self.post(path, {"text": "One."}, key="k")
        self.assertNotEqual(self.post(path, {"text": "One."}, key="k", token=token)["id"], first["id"])
