"""Setting a mailbox up in one screen, its test, and the sign-in at the provider."""

from unittest import mock
from urllib.parse import parse_qs, urlsplit

from django.core.cache import caches
from django.urls import reverse
from django.utils.timezone import now

from otklik.channels.email import oauth, trying
from otklik.channels.email.models import Mailbox, MailboxTest
from otklik.channels.email.presets import PRESETS
from otklik.channels.email.trial import Step
from otklik.journal.models import Event
from otklik.testing import CastTestCase, kinds
from otklik.tickets.models import Channel

TRIED = "otklik.channels.email.trying.test_connection"
HTMX = {"HX-Request": "true"}


class MailboxTestCase(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)
        self.addCleanup(caches["local"].clear)

    def form(self, **rest: object) -> dict[str, object]:
        return {
            "address": "Help@demo.example",
            "name": "Help",
            "team": self.support.pk,
            "language": "en",
            "is_active": "on",
            "incoming": "imap",
            "incoming_host": "imap.demo.example",
            "password": "pa55 word",
        } | rest

    def add(self, **rest: object):
        return self.client.post(reverse("desk:new_mailbox"), self.form(**rest))

    def change(self, channel: Channel, **rest: object):
        return self.client.post(reverse("desk:mailbox", args=[channel.pk]), self.form(**rest))

    def help(self) -> Mailbox:
        return Mailbox.objects.select_related("channel").get(channel__address="help@demo.example")


class SetUpTests(MailboxTestCase):
    def test_one_screen_makes_a_mailbox_that_begins_with_new_mail(self):
        before = now()
        answer = self.add(only_new="on")
        made = self.help()
        self.assertRedirects(answer, reverse("desk:mailbox", args=[made.channel_id]) + "#test", target_status_code=200)
        self.assertEqual((made.password, made.incoming_port, made.folders), ("pa55 word", 993, ["INBOX"]))
        self.assertGreaterEqual(made.read_from, before)

    def test_ports_follow_the_encryption(self):
        self.add(incoming="pop3", incoming_security="starttls", outgoing_security="starttls", outgoing_port="")
        self.assertEqual((self.help().incoming_port, self.help().outgoing_port), (110, 587))

    def test_by_pop3_mail_is_removed_into_no_folder(self):
        self.add(incoming="pop3", after_reading="move")
        self.assertEqual(self.help().after_reading, "move")

    def test_secrets_never_come_back_and_stay_when_nothing_is_typed(self):
        self.add(oauth_client_secret="cl1ent", outgoing_password="0utgoing")
        channel = self.help().channel
        page = self.client.get(reverse("desk:mailbox", args=[channel.pk])).content.decode()
        wrong = self.change(channel, incoming_host="", password="typed anew").content.decode()
        for secret in ("pa55", "cl1ent", "0utgoing", "typed anew"):
            with self.subTest(secret):
                self.assertNotIn(secret, page + wrong)
        self.assertIn("••••", page)
        self.change(channel, password="", name="Helpers")
        kept = self.help()
        self.assertEqual((kept.password, kept.channel.name), ("pa55 word", "Helpers"))
        self.assertEqual((kept.oauth_client_secret, kept.outgoing_password), ("cl1ent", "0utgoing"))

    def test_a_change_is_read_with_at_once(self):
        self.add()
        Mailbox.objects.update(due_at=now().replace(year=2100), failures=5)
        self.change(self.help().channel)
        self.assertLessEqual(self.help().due_at, now())
        self.assertEqual(self.help().failures, 0)

    def test_the_journal_says_who_changed_what_but_no_secret(self):
        self.add()
        changed = {"name": "Helpers", "password": "n3w", "attachment_limit": 5}
        self.change(self.help().channel, **changed)
        self.assertEqual(kinds(self.help()), ["mailbox.added", "mailbox.changed"])
        page = self.client.get(reverse("desk:mailbox", args=[self.help().channel_id]))
        self.assertContains(page, "Changed: Name, Password, Largest attachment<")
        self.assertNotIn("n3w", str(list(Event.objects.about(self.help()).values_list("facts"))))

    def test_what_is_missing_is_asked_for_in_words(self):
        for wrong, words in (
            ({"incoming_host": ""}, "Name the server"),
            ({"after_reading": "move"}, "Name a folder that is not read"),
            ({"after_reading": "move", "folders": "INBOX\nDone", "move_to": "Done"}, "Name a folder that is not read"),
            (
                {"auth": "oauth2", "incoming": "pop3", "oauth_provider": "yandex", "oauth_client_id": "1"},
                "This provider lets nobody in to POP3 by OAuth2",
            ),
            ({"auto_reply_text": "Hello, {password}"}, "There is no placeholder"),
            ({"auto_reply_text": "Hello, {opens}"}, "There is no placeholder"),
            ({"out_of_hours_text": "Hello, {password}"}, "There is no placeholder"),
            ({"auth": "oauth2"}, "OAuth2 needs"),
            ({"address": "support@demo.example"}, "in use already"),
        ):
            with self.subTest(wrong):
                self.assertContains(self.add(**wrong), words)
        self.assertFalse(Mailbox.objects.exists())

    def test_a_token_does_not_outlive_the_application_it_was_given_to(self):
        self.add(auth="oauth2", oauth_provider="google", oauth_client_id="one")
        Mailbox.objects.update(oauth_refresh_token="token")
        self.change(self.help().channel, auth="oauth2", oauth_provider="google", oauth_client_id="one")
        self.assertEqual(self.help().oauth_refresh_token, "token")
        self.change(self.help().channel, auth="oauth2", oauth_provider="google", oauth_client_id="two")
        self.assertEqual(self.help().oauth_refresh_token, "")

    def test_without_javascript_a_button_fills_the_provider_in(self):
        for preset in PRESETS:
            with self.subTest(preset.key):
                page = self.add(preset=preset.key, fill="1", incoming_host="", name="Half typed")
                self.assertContains(page, "Half typed")
                self.assertContains(page, str(preset.hint)[:40])
                self.assertEqual(page.context["form"]["incoming_host"].value(), preset.incoming_host)
                self.assertEqual(page.context["form"]["outgoing_port"].value(), preset.outgoing_port)
        self.assertFalse(Mailbox.objects.exists())

    def test_the_list_shows_every_mailbox(self):
        self.add()
        page = self.client.get(reverse("desk:mailboxes"))
        self.assertContains(page, "help@demo.example")
        self.assertContains(page, "support@demo.example")


class TestingTests(MailboxTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.add(test="1")
        self.url = reverse("desk:mailbox_test", args=[self.help().channel_id])

    def piece(self) -> str:
        return self.client.get(self.url, headers=HTMX).content.decode()

    def test_it_is_asked_for_once_and_watched(self):
        self.client.post(self.url, headers=HTMX)
        self.assertEqual(MailboxTest.objects.count(), 1)
        self.assertIn("load delay:1s", self.piece())

    def test_settings_saved_meanwhile_are_tested_anew(self):
        MailboxTest.objects.get().claim()
        self.change(self.help().channel, test="1")
        self.assertEqual(MailboxTest.objects.filter(started_at=None).count(), 1)

    def test_only_the_last_is_kept(self):
        with mock.patch(TRIED, return_value=[Step("We are in.")]):
            trying.try_due()
        self.client.post(self.url)
        self.assertIsNone(MailboxTest.objects.get().finished_at)

    def test_each_step_is_seen_as_it_ends(self):
        seen = []

        def steps(_mailbox: Mailbox):
            yield Step("We are in.")
            seen.append(self.piece())
            yield Step("No mail left.", is_ok=False, advice="Name a server.")

        with mock.patch(TRIED, steps):
            self.assertTrue(trying.try_due())
        self.assertIn("We are in.", seen[0])
        self.assertIn("load delay:1s", seen[0])
        piece = self.piece()
        self.assertIn("Name a server.", piece)
        self.assertNotIn("load delay:1s", piece)
        self.assertFalse(MailboxTest.objects.get().is_good)
        self.assertFalse(trying.try_due())

    def test_all_good_is_said(self):
        with mock.patch(TRIED, return_value=[Step("We are in.")]):
            trying.try_due()
        self.assertIn("works both ways", self.piece())

    def test_one_that_breaks_off_is_over_and_said(self):
        def tried(_mailbox):
            yield Step("We are in.")
            raise RuntimeError("Oh")

        with mock.patch(TRIED, tried), self.assertRaises(RuntimeError):
            trying.try_due()
        piece = self.piece()
        self.assertIn("The test broke off: RuntimeError: Oh", piece)
        self.assertNotIn("works both ways", piece)

    def test_nobody_to_do_it_is_said(self):
        MailboxTest.objects.update(asked_at=now().replace(year=2020))
        self.assertIn("No worker has taken", self.piece())


class SignInTests(MailboxTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.add(auth="oauth2", oauth_provider="yandex", oauth_client_id="client-1", oauth_client_secret="cl1ent")
        self.channel = self.help().channel

    def state(self) -> str:
        answer = self.client.get(reverse("desk:mailbox_sign_in", args=[self.channel.pk]))
        asked = parse_qs(urlsplit(answer.url).query)
        self.assertTrue(answer.url.startswith("https://oauth.yandex.ru/authorize?"))
        self.assertTrue(asked["redirect_uri"][0].endswith(reverse("desk:mailbox_signed_in")))
        return asked["state"][0]

    def come_back(self, **query: str):
        return self.client.get(reverse("desk:mailbox_signed_in"), query, follow=True)

    def test_the_code_becomes_tokens_and_a_test_begins(self):
        state = self.state()
        with mock.patch.object(oauth, "exchange") as exchange:
            self.assertContains(self.come_back(state=state, code="c0de"), "lets Otklik into")
        self.assertEqual(exchange.call_args.kwargs["code"], "c0de")
        self.assertTrue(MailboxTest.objects.exists())

    def test_a_foreign_or_used_state_is_refused(self):
        state = self.state()
        with mock.patch.object(oauth, "exchange") as exchange:
            self.assertContains(self.come_back(state="other", code="c0de"), "not begun here")
            self.assertContains(self.come_back(state=state, code="c0de"), "not begun here")
        exchange.assert_not_called()

    def test_a_no_of_the_provider_is_shown(self):
        answer = self.come_back(state=self.state(), error="access_denied")
        self.assertContains(answer, "did not agree: access_denied")

    def test_a_failed_exchange_is_shown(self):
        fault = oauth.ConsentNeeded(provider="Yandex", mailbox="help@demo.example", why="invalid_client")
        with mock.patch.object(oauth, "exchange", side_effect=fault):
            self.assertContains(self.come_back(state=self.state(), code="c0de"), "invalid_client")

    def test_an_application_must_be_named_first(self):
        Mailbox.objects.update(oauth_client_id="")
        answer = self.client.get(reverse("desk:mailbox_sign_in", args=[self.channel.pk]), follow=True)
        self.assertContains(answer, "Save the provider")
