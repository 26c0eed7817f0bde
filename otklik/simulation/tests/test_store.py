"""A simulation leaves nothing in the company's store, and takes nothing of clients out of it."""

import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from otklik.journal.models import Event
from otklik.presets.book import PRESETS
from otklik.presets.making import apply
from otklik.simulation.company import NoSuchTeam
from otklik.simulation.store import settings_of_the_company
from otklik.sla.models import Clock
from otklik.testing import CastTestCase
from otklik.tickets.models import Ticket


class StoreTests(CastTestCase):
    def simulate(self, *words: str) -> str:
        out = StringIO()
        call_command("simulate", *words, "--from", "2026-05-18", stdout=out, stderr=self.err)
        return out.getvalue()

    def setUp(self) -> None:
        self.err = StringIO()

    def test_what_is_copied_names_no_client_and_opens_nothing(self):
        models = {row["model"] for row in json.loads(settings_of_the_company())}
        self.assertIn("staff.member", models)
        self.assertFalse({model for model in models if model.startswith(("clients.", "journal.", "email."))})
        self.assertNotIn(self.ana.password, settings_of_the_company())

    def test_the_company_as_it_is_runs_beside_itself(self):
        apply(PRESETS["shop"], by=self.admin)
        before = Event.objects.count(), Ticket.objects.count(), Clock.objects.count()
        with TemporaryDirectory() as folder:
            said = self.simulate("--days", "1", "--arrivals", "3", "--json", f"{folder}/figures.json")
            figures = json.loads(Path(folder, "figures.json").read_text())
        self.assertEqual((Event.objects.count(), Ticket.objects.count(), Clock.objects.count()), before)
        self.assertEqual(figures["requests"], figures["kept"][0]["in_time"])
        self.assertIn("Ana Belova", [one["name"] for one in figures["load"]])
        self.assertIn("Everything else in the shop", said)

    def test_away_from_a_terminal_a_week_is_a_line(self):
        self.simulate("--preset", "state-portal", "--days", "15", "--arrivals", "0")
        self.assertEqual(self.err.getvalue().split(), ["2026-05-25", "2026-06-01"])

    def test_an_example_needs_no_store_that_was_prepared(self):
        words = ["--preset", "shop", "--days", "1", "--arrivals", "1"]
        with patch.object(connection.introspection, "table_names", return_value=[]):
            self.assertIn("Всё остальное в магазине", self.simulate(*words))
            with self.assertRaisesMessage(CommandError, "otklik prepare"):
                self.simulate("--days", "1")

    def test_what_cannot_be_is_said(self):
        for words in (["--days", "0"], ["--arrivals", "no-such-file"], ["--days", "1", "--staff", "Nobodies=2"]):
            with self.subTest(words), self.assertRaises((CommandError, NoSuchTeam)):
                self.simulate(*words)
