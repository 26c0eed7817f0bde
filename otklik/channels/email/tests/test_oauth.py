"""OAuth2: the tokens, against a token server of our own; signing in with them, against a real Dovecot."""

from dataclasses import replace
from datetime import timedelta
from threading import Event
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from django.utils.timezone import now
from imapclient.exceptions import LoginError

from otklik.channels.email import oauth, pop3
from otklik.channels.email.models import Mailbox
from otklik.channels.email.trouble import EXPECTED, code
from otklik.channels.email.watch import Watch
from otklik.lib.http import post_form
from otklik.testing import CastTestCase
from tests import dovecot
from tests.installation import free_port
from tests.token_server import TokenServer

from .test_imap import IMAPTestCase, mails


def provided_by(case, server: TokenServer) -> None:
    """Let “Yandex” be this server."""
    ours = replace(oauth.PROVIDERS["yandex"], token_url=f"{server.url}/token")
    patch = mock.patch.dict(oauth.PROVIDERS, {"yandex": ours})
    patch.start()
    case.addCleanup(patch.stop)


OAUTH = {
    "auth": "oauth2",
    "oauth_provider": "yandex",
    "oauth_client_id": "otklik",
    "oauth_client_secret": "client secret",
    "oauth_refresh_token": "refresh",
}


class TokenTests(CastTestCase):
    def setUp(self) -> None:
        self.server = TokenServer("support@demo.example")
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        provided_by(self, self.server)
        self.box = Mailbox.objects.create(channel=self.mailbox, **OAUTH)

    def fresh(self) -> Mailbox:
        return Mailbox.objects.get()

    def test_a_token_is_asked_for_once_and_kept(self) -> None:
        self.assertEqual(oauth.access_token(self.fresh()), "token-1")
        self.assertEqual(oauth.access_token(self.fresh()), "token-1")
        (asked,) = self.server.asked
        self.assertEqual(
            asked,
            {
                "grant_type": "refresh_token",
                "refresh_token": "refresh",
                "client_id": "otklik",
                "client_secret": "client secret",
            },
        )

    def test_one_that_ends_soon_is_replaced(self) -> None:
        oauth.access_token(self.fresh())
        Mailbox.objects.update(oauth_expires_at=now() + timedelta(seconds=60))
        self.assertEqual(oauth.access_token(self.fresh()), "token-2")

    def test_one_that_the_server_did_not_take_is_replaced(self) -> None:
        oauth.access_token(self.fresh())
        oauth.forget_token(self.fresh())
        self.assertEqual(oauth.access_token(self.fresh()), "token-2")

    def test_a_new_refresh_token_is_kept(self) -> None:
        self.server.answers.append((200, {"access_token": "a", "refresh_token": "newer", "expires_in": "3600"}))
        oauth.access_token(self.fresh())
        self.assertEqual(self.fresh().oauth_refresh_token, "newer")

    def test_the_code_of_a_consent_becomes_tokens(self) -> None:
        self.server.answers.append((200, {"access_token": "a", "refresh_token": "first", "expires_in": 3600}))
        oauth.exchange(self.fresh(), code="7", redirect_uri="https://help.demo.example/back")
        self.assertEqual((self.fresh().oauth_access_token, self.fresh().oauth_refresh_token), ("a", "first"))
        self.assertEqual(self.server.asked[0]["code"], "7")

    def test_a_withdrawn_consent_is_told(self) -> None:
        self.server.answers.append((400, {"error": "invalid_grant"}))
        with self.assertRaisesMessage(oauth.ConsentNeeded, "Connect the mailbox again"):
            oauth.access_token(self.fresh())

    def test_a_mailbox_that_nobody_signed_in_to_says_what_to_do(self) -> None:
        Mailbox.objects.update(oauth_refresh_token="")
        with self.assertRaisesMessage(oauth.ConsentNeeded, "Press “Sign in at the provider”"):
            oauth.access_token(self.fresh())
        self.assertEqual(self.server.asked, [])

    def test_a_provider_out_of_order_is_tried_later(self) -> None:
        self.server.answers.append((503, {}))
        with self.assertRaisesMessage(oauth.TokenUnavailable, "HTTP 503"):
            oauth.access_token(self.fresh())

    def test_a_provider_that_does_not_answer_is_tried_later(self) -> None:
        ours = replace(oauth.PROVIDERS["yandex"], token_url=f"http://127.0.0.1:{free_port()}/")
        with mock.patch.dict(oauth.PROVIDERS, {"yandex": ours}), self.assertRaises(oauth.TokenUnavailable) as caught:
            oauth.access_token(self.fresh())
        self.assertEqual(code(caught.exception), "unreachable")

    def test_secrets_are_not_taken_to_where_a_redirection_points(self) -> None:
        self.server.answers.append((307, {"location": f"{self.server.url}/elsewhere"}))
        with self.assertRaisesMessage(oauth.TokenUnavailable, "HTTP 307"):
            oauth.access_token(self.fresh())
        self.assertEqual(len(self.server.asked), 1)

    def test_other_machines_are_spoken_to_encrypted_only(self) -> None:
        with self.assertRaisesMessage(ValueError, "only https"):
            post_form("http://provider.example/token", {})

    def test_the_link_for_the_owner_names_what_is_asked_for(self) -> None:
        link = oauth.authorization_url(self.fresh(), redirect_uri="https://help.demo.example/back", state="s")
        asked = parse_qs(urlsplit(link).query)
        self.assertEqual(asked["scope"], ["mail:imap_full mail:smtp"])
        self.assertEqual((asked["state"], asked["client_id"]), (["s"], ["otklik"]))

    def test_microsoft_is_asked_at_the_organisations_own_address(self) -> None:
        Mailbox.objects.update(oauth_provider="microsoft", oauth_tenant="demo.example")
        link = oauth.authorization_url(self.fresh(), redirect_uri="https://help.demo.example/back", state="s")
        self.assertTrue(link.startswith("https://login.microsoftonline.com/demo.example/oauth2/v2.0/authorize?"))

    def test_pop3_is_asked_for_by_its_own_name(self) -> None:
        Mailbox.objects.update(oauth_provider="microsoft", incoming="pop3")
        link = oauth.authorization_url(self.fresh(), redirect_uri="https://help.demo.example/back", state="s")
        (scope,) = parse_qs(urlsplit(link).query)["scope"]
        self.assertIn("https://outlook.office.com/POP.AccessAsUser.All", scope.split())
        self.assertNotIn("IMAP", scope)


class SigningInTests(IMAPTestCase):
    pytestmark = dovecot.pytestmark

    def setUp(self) -> None:
        self.tokens = TokenServer(dovecot.ADDRESS)
        self.tokens.__enter__()
        self.addCleanup(self.tokens.__exit__)
        self.dovecot_options = {"tokens_at": f"{self.tokens.url}/tokeninfo?access_token="}
        super().setUp()
        provided_by(self, self.tokens)
        self.change(**OAUTH)

    def test_a_mailbox_is_read_with_a_token(self) -> None:
        self.dovecot.deliver(mails(2))
        self.read()
        self.assertEqual(self.subjects(), ["Mail 0", "Mail 1"])

    def test_a_token_that_was_withdrawn_is_replaced(self) -> None:
        self.read()
        self.tokens.good_tokens.clear()
        self.read()
        self.assertEqual(len(self.tokens.asked), 2)

    def test_tokens_that_the_server_does_not_take_are_a_refused_login(self) -> None:
        self.tokens.answers += [(200, {"access_token": "bad"}), (200, {"access_token": "worse"})]
        with self.assertRaises(LoginError) as caught:
            self.read()
        self.assertEqual(code(caught.exception), "login_refused")

    def read_by_pop3(self) -> None:
        self.change(incoming="pop3", incoming_port=self.dovecot.pop3_port)
        box = Mailbox.objects.select_related("channel").get(pk=self.box.pk)
        box.begin_anew()
        self.assertTrue(box.take())
        pop3.read(box, Watch(box, Event()))

    def test_pop3_is_read_with_a_token_and_with_a_fresh_one(self) -> None:
        self.dovecot.deliver(mails(2))
        self.read_by_pop3()
        self.tokens.good_tokens.clear()
        self.dovecot.deliver(mails(1, start=2))
        self.read_by_pop3()
        self.assertEqual(self.subjects(), ["Mail 0", "Mail 1", "Mail 2"])
        self.assertEqual(len(self.tokens.asked), 2)

    def test_tokens_that_pop3_does_not_take_are_a_refused_login(self) -> None:
        self.tokens.answers += [(200, {"access_token": "bad"}), (200, {"access_token": "worse"})]
        with self.assertRaises(EXPECTED) as caught:
            self.read_by_pop3()
        self.assertEqual(code(caught.exception), "login_refused")
