"""`otklik staff`."""

from io import StringIO
from unittest.mock import patch

from django.core.management import CommandError, call_command

from otklik.staff.models import Member
from otklik.testing import CastTestCase


class StaffCommandTests(CastTestCase):
    def run_it(self, *words: str, typed: str = "") -> str:
        out = StringIO()
        with patch("sys.stdin", StringIO(typed)):
            call_command("staff", *words, stdout=out)
        return out.getvalue().strip()

    def test_everybody_is_listed_with_role_and_teams(self):
        self.assertIn("ana@demo.example\tAna Belova\tagent\tSupport", self.run_it("list").splitlines())

    def test_who_is_added_gets_a_link_that_signs_in_once(self):
        link = self.run_it("add", "Egor@demo.example", "--name", "Egor", "--role", "supervisor", "--team", "Sales")
        egor = Member.objects.get(email="egor@demo.example")
        self.assertEqual((egor.role, list(egor.teams.all())), ("supervisor", [self.sales]))
        token = link.partition("?token=")[2]
        path = link.partition("?")[0].removeprefix("http://127.0.0.1:8000")
        self.client.post(path, {"token": token})
        self.assertEqual(self.client.session["_auth_user_id"], str(egor.pk))

    def test_a_password_is_checked_and_set(self):
        with self.assertRaises(CommandError):
            self.run_it("password", "ana@demo.example", typed="12345\n")
        self.run_it("password", "ana@demo.example", typed="long grey river\n")
        self.assertTrue(Member.objects.get(pk=self.ana.pk).check_password("long grey river"))

    def test_somebody_is_shut_out_and_let_in(self):
        self.run_it("deactivate", "ana@demo.example")
        self.assertIn("shut out", self.run_it("list"))
        with self.assertRaises(CommandError):
            self.run_it("link", "ana@demo.example")
        self.run_it("activate", "ana@demo.example")
        self.assertTrue(Member.objects.get(pk=self.ana.pk).is_active)

    def test_what_cannot_be_is_one_clear_line(self):
        for words in (
            ("link", "nobody@demo.example"),
            ("add", "nonsense", "--name", "X"),
            ("add", "ana@demo.example", "--name", "X"),
            ("add", "x@demo.example", "--name", "X", "--team", "Nowhere"),
        ):
            with self.subTest(words), self.assertRaises(CommandError):
                self.run_it(*words)
