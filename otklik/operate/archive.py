"""One file that holds everything: a consistent copy of the store, the files, the secret key."""

import io
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from otklik import __version__
from otklik.config.environment import KEY, OLD_KEYS
from otklik.journal.restoring import rebase
from otklik.lib.errors import OtklikError
from otklik.lib.whole_files import DRAFT

ABOUT = "otklik.json"
FILES = "files"
BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError, AttributeError)
STORES = {"sqlite": "store.sqlite3", "postgresql": "store.dump"}


class ToolFailed(OtklikError):
    code = "backup_tool_failed"
    message = _("%(tool)s did not do its part: %(why)s Install the PostgreSQL client programs of the server’s version.")


class NotABackup(OtklikError):
    code = "not_a_backup"
    message = _("%(path)s is not a backup of Otklik, or is damaged: %(why)s.")


class OtherStore(OtklikError):
    code = "backup_of_other_store"
    message = _("This backup is of a store in %(theirs)s, and OTKLIK_DATABASE_URL names one in %(ours)s.")


class NotEmpty(OtklikError):
    code = "restore_needs_empty_home"
    message = _(
        "%(what)s is not empty. A backup is restored only where nothing can be lost; choose another OTKLIK_HOME."
    )


def back_up(folder: Path, *, at: datetime) -> Path:
    """Write a backup into `folder` while everything runs; answers the file, readable by its owner alone.

    The store is copied before the files: a file is written before the row that names it, so every row of the
    copy finds its file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / f"otklik-{at:%Y%m%d-%H%M%S}.tar.gz"
    draft = folder / f".{done.name}.{secrets.token_hex(4)}"
    try:
        with tempfile.TemporaryDirectory(dir=folder) as scratch, open_private(draft) as target:
            copy = Path(scratch) / STORES[connection.vendor]
            copy_store(copy)
            with tarfile.open(fileobj=target, mode="w:gz", compresslevel=6) as archive:
                add_text(archive, ABOUT, json.dumps(about(at)), at=at)
                add_text(archive, KEY, settings.SECRET_KEY, at=at)
                add_text(archive, OLD_KEYS, "\n".join(settings.SECRET_KEY_FALLBACKS), at=at)
                archive.add(copy, copy.name)
                for file in whole_files():
                    archive.add(file, f"{FILES}/{file.relative_to(settings.MEDIA_ROOT)}")
        draft.replace(done)
    finally:
        draft.unlink(missing_ok=True)
    return done


def whole_files() -> Iterator[Path]:
    """Every file of the file store but those that are being written, which may be gone the next moment."""
    found = Path(settings.MEDIA_ROOT).rglob("*")
    return (path for path in found if not path.name.startswith(DRAFT) and path.is_file())


def open_private(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def about(at: datetime) -> dict[str, str]:
    return {"version": __version__, "store": connection.vendor, "made_at": at.isoformat()}


def add_text(archive: tarfile.TarFile, name: str, text: str, *, at: datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(text.encode()), 0o600, int(at.timestamp())
    archive.addfile(entry, io.BytesIO(text.encode()))


def copy_store(to: Path) -> None:
    """A copy of the store as it is at one moment; nobody waits for it."""
    if connection.vendor == "postgresql":
        postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={to}")
        return
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)  # in one step, hence one read transaction


def postgresql(tool: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on the configured database. Raises ToolFailed."""
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {name: str(given[key]) for name, key in names.items() if given[key]}
    try:
        subprocess.run([tool, *options], env=os.environ | environment, capture_output=True, text=True, check=True)
    except FileNotFoundError as fault:
        raise ToolFailed(tool=tool, why="it is not installed.") from fault
    except subprocess.CalledProcessError as fault:
        raise ToolFailed(tool=tool, why=" ".join(fault.stderr.split())[:500]) from fault


def restore(path: Path) -> dict[str, str]:
    """Put a backup back into an empty store and home; answers what the backup says about itself.

    Raises NotABackup, OtherStore, NotEmpty, ToolFailed; the first three before anything was changed.
    """
    refuse_full()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as folder:
        scratch = Path(folder)
        try:
            unpack(path, scratch)
            told = {name: str(value) for name, value in json.loads((scratch / ABOUT).read_text()).items()}
            theirs = told["store"]
        except BROKEN as fault:
            raise NotABackup(path=path, why=fault) from fault
        if theirs != connection.vendor:
            raise OtherStore(theirs=theirs, ours=connection.vendor)
        check_store(scratch / STORES[theirs], path)
        put_store(scratch / STORES[theirs])
        put_files(scratch)
    return told


def check_store(copy: Path, path: Path) -> None:
    """Raises NotABackup unless a whole store of Otklik lies in there. PostgreSQL's own program looks at its dumps."""
    if not copy.exists():
        raise NotABackup(path=path, why=_("there is no store in it"))
    if connection.vendor == "postgresql":
        return
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as store:
            (found,) = store.execute("PRAGMA quick_check(1)").fetchone()
            is_ours = store.execute("SELECT 1 FROM django_migrations WHERE app = 'journal'").fetchone()
    except sqlite3.DatabaseError as fault:
        raise NotABackup(path=path, why=fault) from fault
    if found != "ok" or not is_ours:
        raise NotABackup(path=path, why=found if found != "ok" else _("the store in it is another program’s"))


def refuse_full() -> None:
    if connection.introspection.table_names():
        raise NotEmpty(what=_("The store"))
    connection.close()
    if any(Path(settings.MEDIA_ROOT).glob("*")):
        raise NotEmpty(what=settings.MEDIA_ROOT)


def unpack(path: Path, to: Path) -> None:
    """Write out the plain files of an archive below `to`. Raises NotABackup for a name that points elsewhere."""
    with tarfile.open(path, "r:gz") as archive:
        for entry, content in plain_files(archive):
            name = PurePosixPath(entry.name)
            if name.is_absolute() or ".." in name.parts:
                raise NotABackup(path=path, why=entry.name)
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                shutil.copyfileobj(content, copy)


def plain_files(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, Any]]:
    for entry in archive:
        if entry.isreg():
            yield entry, archive.extractfile(entry)


def put_store(copy: Path) -> None:
    if connection.vendor == "postgresql":
        database = connection.settings_dict["NAME"]
        postgresql(
            "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={database}", str(copy)
        )
        rebase()
        return
    name = Path(connection.settings_dict["NAME"])
    # A store that was merely looked at is an empty file with a log beside it; both must not mix with the copy.
    for leftover in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.move(copy, name)


def put_files(scratch: Path) -> None:
    """The files and the keys. A key given by the environment stays in force whatever the backup holds."""
    if (scratch / FILES).exists():
        shutil.copytree(scratch / FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)
    for key in (KEY, OLD_KEYS):
        if (scratch / key).exists():  # backups of before keys were replaced have no old ones
            (scratch / key).chmod(0o600)
            shutil.move(scratch / key, settings.HOME / key)
