"""Stores as `otklik migrate` leaves them: migrated once for a whole run of bin/test, and copied by whoever needs one.

To migrate an empty store takes longer than nearly every test. tools/steps.py names a folder for the run; without it
every store is migrated by itself.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

FOLDER = "OTKLIK_TEST_STORES"
STORE = "otklik.sqlite3"
PATTERN = "pattern"  # names a finished one of PostgreSQL


def migrate(home: Path, url: str = "") -> None:
    """Make a store ready: in this home, or the empty database at `url`."""
    if FOLDER not in os.environ:
        _otklik_migrate(home, url)
    elif url:
        copy_database(url)
    else:
        copy_store(home / STORE)


def copy_store(path: Path) -> None:
    folder = Path(os.environ[FOLDER])
    with _alone(folder):
        if not (folder / STORE).exists():
            _otklik_migrate(folder / "home", "")
            (folder / "home" / STORE).rename(folder / STORE)
    shutil.copyfile(folder / STORE, path)


def copy_database(url: str) -> None:
    """Let the database at `url` be a copy, whatever it was."""
    folder, (server, _, name) = Path(os.environ[FOLDER]), url.rpartition("/")
    pattern = f"otklik_pattern_{os.getpid()}"
    with _alone(folder):
        if not (folder / PATTERN).exists():
            on_server(url, f"CREATE DATABASE {pattern}")
            _otklik_migrate(folder / "home", f"{server}/{pattern}")
            (folder / PATTERN).write_text(pattern)
        pattern = (folder / PATTERN).read_text()
    on_server(url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {pattern}")


def forget(folder: Path, url: str) -> None:
    """Drop what a run leaves on the server."""
    if (folder / PATTERN).exists():
        on_server(url, f"DROP DATABASE {(folder / PATTERN).read_text()}")


def on_server(url: str, *statements: str) -> None:
    with closing(psycopg.connect(url, dbname="postgres", autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The first who needs a store makes it; others wait until it is there."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _otklik_migrate(home: Path, url: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "DJANGO_"))}
    here = {"OTKLIK_HOME": str(home)} | ({"OTKLIK_DATABASE_URL": url} if url else {})
    subprocess.run([sys.executable, "-m", "otklik", "migrate", "-v0"], env=kept | here, check=True)
