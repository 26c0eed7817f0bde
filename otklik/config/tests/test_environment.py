"""What an operator may write, and what is refused in one line."""

from pathlib import Path

from django.test import SimpleTestCase

from otklik.config.environment import BadConfiguration, database

HOME = Path("/nowhere")


class DatabaseTests(SimpleTestCase):
    def test_a_server_by_name_and_one_on_the_local_socket(self):
        cases = {
            "postgresql://ana:a%40b@db.example:5433/desk": ("desk", "ana", "a@b", "db.example", "5433"),
            "postgresql:///desk": ("desk", "", "", "", ""),
            "postgres://ana@127.0.0.1/desk": ("desk", "ana", "", "127.0.0.1", ""),
        }
        for url, wanted in cases.items():
            with self.subTest(url):
                found = database(url, HOME)
                self.assertEqual(tuple(found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")), wanted)

    def test_nothing_and_a_path_mean_sqlite(self):
        self.assertEqual(database("", HOME)["NAME"], "/nowhere/otklik.sqlite3")
        self.assertEqual(database("sqlite:////srv/desk.db", HOME)["NAME"], "/srv/desk.db")

    def test_anything_else_is_refused_without_its_password(self):
        for url in ("mysql://a:secret@b/c", "postgresql://a:secret@b/", "postgresql://a:secret@b:port/c", "desk.db"):
            with self.subTest(url), self.assertRaises(BadConfiguration) as refusal:
                database(url, HOME)
            self.assertNotIn("secret", str(refusal.exception))
