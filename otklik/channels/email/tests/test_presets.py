"""The list of providers is whole."""

from django.test import SimpleTestCase

from otklik.channels.email.models import Mailbox
from otklik.channels.email.oauth import PROVIDERS
from otklik.channels.email.presets import PRESETS, by_key, preset_of


class PresetTests(SimpleTestCase):
    def test_each_has_a_name_a_hint_and_settings_that_a_mailbox_knows(self):
        self.assertEqual(len({each.key for each in PRESETS}), 7)
        columns = {field.name for field in Mailbox._meta.fields}
        for preset in PRESETS:
            with self.subTest(preset.key):
                self.assertTrue(preset.label)
                self.assertGreater(len(str(preset.hint)), 80)
                self.assertLessEqual(preset.values.keys(), columns)
                self.assertIn(preset.oauth_provider, {"", *PROVIDERS})

    def test_each_provider_names_both_servers(self):
        for preset in PRESETS[:-2]:
            with self.subTest(preset.key):
                self.assertTrue(preset.incoming_host)
                self.assertTrue(preset.outgoing_host)

    def test_a_mailbox_is_known_by_its_server(self):
        self.assertIsNone(preset_of(Mailbox()))
        self.assertEqual(preset_of(Mailbox(pk=1)), by_key("intake"))
        self.assertEqual(preset_of(Mailbox(pk=1, incoming="imap", incoming_host="imap.yandex.ru")), by_key("yandex"))
        self.assertEqual(preset_of(Mailbox(pk=1, incoming="pop3", incoming_host="pop.demo.example")), by_key("own"))
