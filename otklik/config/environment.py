"""Where the machine's own matters are read: the environment and one optional file with the same names.

The file is ``OTKLIK_HOME/otklik.env``: lines ``NAME=value``, ``#`` begins a comment line. The environment wins
over the file, so one value can be changed for one start.
"""

import os
import secrets
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
KEY, OLD_KEYS = "secret_key", "secret_key.old"
NAMES = (
    "OTKLIK_HOME",
    "OTKLIK_DATABASE_URL",
    "OTKLIK_HOST",
    "OTKLIK_PORT",
    "OTKLIK_INTAKE_HOST",
    "OTKLIK_INTAKE_PORT",
    "OTKLIK_SMTP_URL",
    "OTKLIK_SPAM_URL",
    "OTKLIK_SECRET_KEY",
    "OTKLIK_SECRET_KEY_FALLBACKS",
    "OTKLIK_URL",
    "OTKLIK_WEBHOOK_HOSTS",
    "OTKLIK_DEBUG",
)


class BadConfiguration(Exception):
    """A value that the program cannot start with; the text says which and what would do."""


def home() -> Path:
    return Path(os.environ.get("OTKLIK_HOME") or ROOT / "var").resolve()


def made_home() -> Path:
    """The same, made if it is not there. Raises BadConfiguration if nothing can be written there."""
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except OSError as fault:
        told = f"OTKLIK_HOME is {folder}, and nothing can be written there: {fault.strerror}."
        raise BadConfiguration(f"{told} Name another folder, or let this user write there.") from fault


def read_file(path: Path) -> dict[str, str]:
    """The values of an env file; an absent file is an empty one. Unknown names raise BadConfiguration."""
    values: dict[str, str] = {}
    if not path.exists():
        return values
    for number, line in enumerate(_kept(path).splitlines(), 1):
        name, sign, value = line.partition("=")
        name = name.strip()
        if not name or name.startswith("#"):
            continue
        if not sign or name not in NAMES:
            raise BadConfiguration(f"{path}, line {number}: {name!r} is not a setting of Otklik.")
        values[name] = value.strip().strip("\"'")
    return values


def values() -> dict[str, str]:
    """Every setting that was given, by name."""
    given = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    return read_file(home() / "otklik.env") | given


def number(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadConfiguration(f"{name} is {text!r}; a port number from 1 to 65535 is wanted.")
    return int(text)


def address(given: dict[str, str], name: str, default: str) -> str:
    """The given address of a server, or the default. Raises BadConfiguration if scheme, host or port is wrong."""
    url = given.get(name, default).rstrip("/")
    try:
        parts = urlsplit(url)
        is_one = bool(parts.scheme and parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if url and not is_one:
        # Not the value itself: it may hold a password.
        raise BadConfiguration(f"{name} is not the address of a server, such as {default or 'smtp://host:25'}.")
    return url


def secret_key(given: dict[str, str], folder: Path) -> str:
    """The given key, or the one kept in `folder`, made on first use with mode 0600."""
    if given.get("OTKLIK_SECRET_KEY"):
        return given["OTKLIK_SECRET_KEY"]
    kept = folder / KEY
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Written aside and linked into place: two programs starting at once must end with one key.
        draft = folder / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _kept(kept).strip()


def old_keys(given: dict[str, str], folder: Path) -> list[str]:
    """Keys that no longer sign or encrypt and still open: the given ones, and those that `rotatekey` replaced."""
    kept = folder / OLD_KEYS
    return [*given.get("OTKLIK_SECRET_KEY_FALLBACKS", "").split(), *(_kept(kept).split() if kept.exists() else [])]


def renew_key(folder: Path) -> str:
    """Make a new key in `folder`, keep the one it had among the old; answers the new one."""
    old, new = secret_key({}, folder), secrets.token_urlsafe(48)
    # The old key is put aside before it is replaced: if this ends in between, there is one key too many, not too few.
    _write_private(folder / OLD_KEYS, "\n".join([old, *old_keys({}, folder)]))
    _write_private(folder / KEY, new)
    return new


def _kept(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeError) as fault:
        raise BadConfiguration(f"{path} cannot be read: {getattr(fault, 'strerror', '') or fault}.") from fault


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def database(url: str, folder: Path) -> dict[str, object]:
    """Django's DATABASES entry for a postgresql:// or sqlite:/// address; "" means SQLite in `folder`."""
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///") if url else str(folder / "otklik.sqlite3")
        return {
            "ENGINE": "otklik.lib.sqlite",
            "NAME": path,
            "CONN_MAX_AGE": None,  # of each thread; see lib/threads.py
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: what was acknowledged survives a power cut, not only a crash of the program.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise BadConfiguration(
            f"OTKLIK_DATABASE_URL is {parts.scheme}://…; postgresql://user@host/name or sqlite:///path is wanted."
        )
    if parts.hostname:  # without one the server answers on the local socket
        address({"OTKLIK_DATABASE_URL": url}, "OTKLIK_DATABASE_URL", "postgresql://user@host/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
