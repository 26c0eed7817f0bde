import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import SimpleTestCase

from otklik import __version__, cli


class CommandLineTests(SimpleTestCase):
    def run_here(self, *words: str) -> tuple[int, str, str]:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = cli.main(list(words))
        return code, out.getvalue(), err.getvalue()

    def run_apart(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        home = TemporaryDirectory()
        self.addCleanup(home.cleanup)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "DJANGO_"))}
        return subprocess.run(
            [sys.executable, "-m", "otklik", *words],
            env=kept | {"OTKLIK_HOME": home.name} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_help_lists_our_commands_with_a_line_each_and_not_all_of_djangos(self) -> None:
        code, out, _ = self.run_here("--help")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"(?m)^    serve +Run everything")
        self.assertRegex(out, r"(?m)^    worker +Do the work behind the pages")
        self.assertNotIn("sqlsequencereset", out)

    def test_without_a_command_it_helps(self) -> None:
        self.assertEqual(self.run_here()[1], self.run_here("--help")[1])

    def test_it_tells_its_version(self) -> None:
        self.assertEqual(self.run_here("--version")[1].strip(), __version__)

    def test_an_unknown_command_is_one_clear_line(self) -> None:
        code, _, err = self.run_here("sevre")
        self.assertEqual(code, 1)
        self.assertEqual(err, "otklik: There is no command “sevre”; “otklik --help” lists all.\n")

    def test_a_wrong_option_is_one_clear_line(self) -> None:
        code, _, err = self.run_here("web", "--port", "eight")
        self.assertEqual(code, 1)
        self.assertEqual(err.count("\n"), 1)
        self.assertIn("invalid int value: 'eight'", err)

    def test_a_bad_setting_is_one_clear_line_for_every_command(self) -> None:
        for command in ("web", "serve"):
            with self.subTest(command):
                done = self.run_apart(command, OTKLIK_PORT="eighty")
                self.assertEqual(done.returncode, 1)
                self.assertEqual(
                    done.stderr, "otklik: OTKLIK_PORT is 'eighty'; a port number from 1 to 65535 is wanted.\n"
                )

    def test_a_home_that_nothing_can_be_written_to_is_one_clear_line(self) -> None:
        for command in ("doctor", "serve"):
            with self.subTest(command):
                done = self.run_apart(command, OTKLIK_HOME="/dev/null/otklik")
                self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
                self.assertIn("nothing can be written there: Not a directory", done.stderr)

    def test_what_cannot_be_read_in_the_home_is_one_clear_line(self) -> None:
        for name in ("otklik.env", "secret_key"):
            with self.subTest(name), TemporaryDirectory() as home:
                (Path(home) / name).mkdir()
                done = self.run_apart("doctor", OTKLIK_HOME=home)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)

    def test_a_store_that_is_none_is_one_clear_line(self) -> None:
        with TemporaryDirectory() as home:
            (Path(home) / "otklik.sqlite3").write_bytes(b"not a store" * 1000)
            done = self.run_apart("migrate", OTKLIK_HOME=home)
            self.assertEqual(done.stderr, "otklik migrate: the store does not answer: file is not a database\n")

    def test_an_address_that_is_none_is_one_clear_line_without_its_password(self) -> None:
        wrong = {
            "OTKLIK_URL": "support.example",
            "OTKLIK_SMTP_URL": "smtp://me:hidden@mail.example:port",
            "OTKLIK_DATABASE_URL": "postgresql://me:hidden@127.0.0.1:port/otklik",
        }
        for name, address in wrong.items():
            with self.subTest(name):
                done = self.run_apart("doctor", **{name: address})
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, rf"\Aotklik: {name} is not the address of a server.*\n\Z")
                self.assertNotIn("hidden", done.stderr)

    def test_what_it_writes_is_nobody_else_s(self) -> None:
        with TemporaryDirectory() as home:
            self.run_apart("migrate", OTKLIK_HOME=home)
            modes = {file.stat().st_mode & 0o077 for file in Path(home).iterdir()}
        self.assertEqual(modes, {0})

    def test_a_store_that_does_not_answer_is_one_clear_line(self) -> None:
        done = self.run_apart("migrate", OTKLIK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.startswith("otklik migrate: "), done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_the_supervisor_starts_without_django(self) -> None:
        code = "import sys, otklik.cli, otklik.serve; print([m for m in sys.modules if m.startswith('django')])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "[]\n")
