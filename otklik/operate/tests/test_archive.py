import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.test import SimpleTestCase

from tests import stores

pytestmark = pytest.mark.processes

ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
KEY = "a key that is long enough to be one, and kept"


def packed(files: dict[str, bytes]) -> bytes:
    with io.BytesIO() as content:
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for name, body in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(body)
                archive.addfile(entry, io.BytesIO(body))
        return content.getvalue()


class BackupTests(SimpleTestCase):
    """The real commands on a store of their own: backed up in one home, restored into another."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.first, self.second = self.home("first"), self.home("second")

    def home(self, name: str) -> Path:
        home = self.folder / name
        home.mkdir()
        if url := self.url_of(name):
            database = url.rpartition("/")[2]
            stores.on_server(url, f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database}")
            self.addCleanup(stores.on_server, url, f"DROP DATABASE {database}")
            (home / "otklik.env").write_text(f"OTKLIK_DATABASE_URL={url}\n")
        return home

    def url_of(self, name: str) -> str:
        """Where the store of a home is on PostgreSQL; "" on SQLite."""
        server = os.environ["OTKLIK_TEST_DATABASE_URL"].rpartition("/")[0] if ON_POSTGRESQL else ""
        return f"{server}/otklik_backup_{name}_{os.getpid()}" if ON_POSTGRESQL else ""

    def otklik(self, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "DJANGO_"))}
        command = [sys.executable, "-m", "otklik", *words]
        return subprocess.run(
            command, env=kept | {"OTKLIK_HOME": str(home)}, capture_output=True, text=True, check=False
        )

    def python(self, home: Path, code: str) -> str:
        done = self.otklik(home, "shell", "--no-imports", "-c", code)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def fill(self) -> None:
        (self.first / "secret_key").write_text(KEY)
        (self.first / "secret_key.old").write_text("older\noldest")
        (self.first / "files" / "1").mkdir(parents=True)
        (self.first / "files" / "1" / "act.pdf").write_bytes(b"%PDF \x00\xff")
        stores.migrate(self.first, self.url_of("first"))
        self.python(self.first, "from otklik.staff.models import Team; Team.objects.create(name='Support')")

    def backed_up(self) -> Path:
        self.fill()
        done = self.otklik(self.first, "backup", "--to", str(self.folder / "kept"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return Path(done.stdout.split()[0])

    def test_store_files_and_key_come_back_in_an_empty_home(self) -> None:
        archive = self.backed_up()
        done = self.otklik(self.second, "restore", str(archive))
        self.assertEqual(done.returncode, 0, done.stderr)
        names = self.python(self.second, "from otklik.staff.models import Team; print(*Team.objects.all())")
        self.assertEqual(names, "Support")
        self.assertEqual((self.second / "files" / "1" / "act.pdf").read_bytes(), b"%PDF \x00\xff")
        self.assertEqual((self.second / "secret_key").read_text(), KEY)
        self.assertEqual((self.second / "secret_key.old").read_text(), "older\noldest")
        self.assertEqual([path.name for path in self.second.glob(".restore-*")], [])

    def test_nobody_else_can_read_a_backup(self) -> None:
        archive = self.backed_up()
        self.assertEqual(archive.stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in archive.parent.iterdir()], [archive.name])

    def test_nothing_is_restored_over_a_store_in_use(self) -> None:
        archive = self.backed_up()
        done = self.otklik(self.first, "restore", str(archive))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_a_file_that_is_no_backup_is_refused_in_one_line_and_changes_nothing(self) -> None:
        wrong = self.folder / "holiday.tar.gz"
        wrong.write_bytes(b"not an archive")
        done = self.otklik(self.second, "restore", str(wrong))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse((self.second / "files").exists())

    def test_one_that_is_damaged_or_holds_another_store_is_refused_in_one_line(self) -> None:
        whole = self.backed_up().read_bytes()
        about = json.dumps(
            {"version": "0", "store": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]}
        ).encode()
        store = "store.dump" if ON_POSTGRESQL else "store.sqlite3"
        wrong = {
            "overwritten": whole[:2000] + b"\xff" * 400 + whole[2400:],
            "cut short": whole[: len(whole) // 2],
            "a list": packed({"otklik.json": b"[1]"}),
            "no store": packed({"otklik.json": about}),
            "an empty store": packed({"otklik.json": about, store: b""}),
            "a store of letters": packed({"otklik.json": about, store: b"a store" * 1000}),
        }
        for name, content in wrong.items():
            with self.subTest(name):
                (self.folder / "wrong.tar.gz").write_bytes(content)
                done = self.otklik(self.second, "restore", str(self.folder / "wrong.tar.gz"))
                self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)

    def test_an_archive_that_points_elsewhere_is_refused(self) -> None:
        evil = self.folder / "evil.tar.gz"
        with tarfile.open(evil, "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("../elsewhere"), io.BytesIO())
        self.assertEqual(self.otklik(self.second, "restore", str(evil)).returncode, 1)
        self.assertFalse((self.second / "elsewhere").exists())

    def test_a_backup_of_another_kind_of_store_is_refused(self) -> None:
        other = self.folder / "other.tar.gz"
        about = json.dumps({"version": "0", "store": "abacus", "made_at": ""}).encode()
        entry = tarfile.TarInfo("otklik.json")
        entry.size = len(about)
        with tarfile.open(other, "w:gz") as archive:
            archive.addfile(entry, io.BytesIO(about))
        done = self.otklik(self.second, "restore", str(other))
        self.assertEqual(done.returncode, 1)
        self.assertIn("abacus", done.stderr)


class CopyTests(SimpleTestCase):
    def test_a_copy_made_while_somebody_writes_is_whole(self) -> None:
        with TemporaryDirectory() as folder:
            home = Path(folder)
            path = home / "otklik.sqlite3"
            with closing(sqlite3.connect(path)) as writer:
                writer.executescript("PRAGMA journal_mode=WAL; CREATE TABLE one (n); INSERT INTO one VALUES (1);")
                writer.execute("INSERT INTO one VALUES (2)")  # not committed
                code = (
                    "import sys, pathlib; from otklik.cli import set_up; set_up();"
                    "from otklik.operate.archive import copy_store; copy_store(pathlib.Path(sys.argv[1]))"
                )
                kept = {name: text for name, text in os.environ.items() if not name.startswith(("OTKLIK_", "DJANGO_"))}
                copy = home / "copy.sqlite3"
                command = [sys.executable, "-c", code, str(copy)]
                subprocess.run(command, env=kept | {"OTKLIK_HOME": folder}, check=True)
            with closing(sqlite3.connect(copy)) as reader:
                self.assertEqual(reader.execute("SELECT n FROM one").fetchall(), [(1,)])
