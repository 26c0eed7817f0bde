"""Everything that must hold, one named step a line. `bin/test` calls this inside the environment.

    bin/test              all steps        bin/test lint types      only these
    bin/test --list       their names

Three go on at a time, as some wait for much of theirs; a line comes when its step is over.
With CI=true a step that would be skipped for want of a server or a program fails instead.
"""

import getpass
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from zlib import crc32

import psycopg

from tests import stores

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
DATABASE = "OTKLIK_TEST_DATABASE_URL"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PLAIN = "not browser and not processes and not mailserver"
CI = os.environ.get("CI") == "true"
LANES = 3  # on two cores: the real programs and the browser are waited for, and meanwhile another one works

Lacks = Callable[[], str]  # what the step cannot do without, "" if nothing is missing


def nothing() -> str:
    return ""


def gettext() -> str:
    return "" if which("msgmerge") and which("xgettext") else "gettext is not installed"


def chromium() -> str:
    return "" if any(map(which, CHROMIUM)) else "Chromium is not installed"


def dovecot() -> str:
    return "" if which("dovecot") else "Dovecot is not installed (Debian: dovecot-imapd and dovecot-pop3d)"


def postgresql() -> str:
    return "" if server() else f"no PostgreSQL answers; start one or set {DATABASE}"


def dovecot_and_postgresql() -> str:
    return dovecot() or postgresql()


def servers() -> list[str]:
    """Where a PostgreSQL for tests may be; a name of its own for every clone."""
    name = f"otklik_{crc32(str(ROOT).encode()):08x}"
    users = dict.fromkeys((getpass.getuser(), "postgres"))
    local = [f"postgresql:///{name}", *(f"postgresql://{user}@127.0.0.1/{name}" for user in users)]
    return [os.environ[DATABASE]] if os.environ.get(DATABASE) else local


def server() -> str:
    """The first address of `servers` where a database can be made; "" if there is none."""
    question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    for url in servers():
        try:
            with psycopg.connect(url, dbname="postgres", connect_timeout=3) as connection:
                row = connection.execute(question).fetchone()
        except psycopg.OperationalError:
            continue
        if row and row[0]:
            return url
    return ""


def pytest(marks: str, *options: str) -> list[str]:
    return [PYTHON, "-m", "pytest", "-q", "--no-header", "-m", marks, *options]


def again_if_failed(command: Sequence[str]) -> list[str]:
    """What failed once is asked again by itself: a browser beside other steps may come too late for a test."""
    words = shlex.join(command)
    return ["sh", "-c", f"{words} || {words} --last-failed", "pytest"]


def django(*words: str) -> list[str]:
    return [PYTHON, "-m", "django", *words, "--settings=otklik.config.test_settings"]


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]
    lacks: Lacks = nothing
    environment: Callable[[], dict[str, str]] = field(default=dict)


def on_postgresql() -> dict[str, str]:
    return {DATABASE: server()}


def on_sqlite() -> dict[str, str]:
    return {DATABASE: ""}


BIN = Path(PYTHON).parent
STEPS = (
    Step("format", [str(BIN / "ruff"), "format", "--check", "."]),
    Step("lint", [str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."]),
    Step("house", [PYTHON, "tools/house.py"]),
    Step("floors", [str(BIN / "lint-imports"), "--no-cache"]),
    Step("migrations", django("makemigrations", "--check", "--dry-run")),
    Step("translations", [PYTHON, "tools/messages.py"], lacks=gettext),
    # The longest first, so that the last ones end together.
    Step("browser", again_if_failed(pytest("browser and not processes")), lacks=chromium, environment=on_sqlite),
    # What asks no store is told by `tests`.
    Step("tests-postgresql", pytest(f"{PLAIN} and store"), lacks=postgresql, environment=on_postgresql),
    Step("tests", pytest(PLAIN), environment=on_sqlite),
    Step("processes", pytest("processes"), environment=on_sqlite),
    Step("processes-postgresql", pytest("processes"), lacks=postgresql, environment=on_postgresql),
    Step("mailserver-postgresql", pytest("mailserver"), lacks=dovecot_and_postgresql, environment=on_postgresql),
    Step("mailserver", pytest("mailserver"), lacks=dovecot, environment=on_sqlite),
    Step("types", [str(BIN / "mypy"), "otklik", "tools"]),
)


@dataclass(frozen=True)
class Outcome:
    """How a step went, in words for its line; `closing` is a test run's last line."""

    step: Step
    is_fine: bool
    said: str
    closing: str = ""
    lines: Sequence[str] = ()


def shown(outcome: Outcome) -> Outcome:
    print(f"{outcome.step.name:<22}{outcome.said}  {outcome.closing}".rstrip(), flush=True)
    if not outcome.is_fine:
        print("\n".join(f"    {line}" for line in outcome.lines), flush=True)
    return outcome


@contextmanager
def common_stores() -> Iterator[None]:
    """A folder for the stores that the steps of this run copy, tests/stores.py."""
    with TemporaryDirectory(prefix="otklik-stores-") as folder:
        os.environ[stores.FOLDER] = folder
        try:
            yield
        finally:
            if (Path(folder) / stores.PATTERN).exists():
                stores.forget(Path(folder), server())


def run(step: Step) -> Outcome:
    if lacking := step.lacks():
        return Outcome(step, not CI, f"{'FAILED' if CI else 'SKIPPED'}: {lacking}")
    start = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=os.environ | step.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    took = f"{time.monotonic() - start:6.1f} s"
    lines = done.stdout.rstrip().splitlines()
    closing = lines[-1].strip("= ") if lines and "pytest" in step.command else ""
    said = f"{'FAILED' if done.returncode else 'ok    '} {took}"
    return Outcome(step, not done.returncode, said, closing, lines)


def run_all(steps: Sequence[Step]) -> Iterator[Outcome]:
    """Do the steps, LANES at a time; each outcome as soon as it is there."""
    lanes = ThreadPoolExecutor(LANES)
    try:
        for done in as_completed([lanes.submit(run, step) for step in steps]):
            yield done.result()
    finally:
        lanes.shutdown(cancel_futures=True)  # somebody stopped us: what has not begun is not begun


def chosen(names: Sequence[str]) -> list[Step]:
    known = {step.name: step for step in STEPS}
    if strange := [name for name in names if name not in known]:
        sys.exit(f"There is no step {', '.join(strange)}. Steps: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(STEPS)


def main(words: Sequence[str]) -> int:
    if words in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    if words == ["--list"]:
        print("\n".join(step.name for step in STEPS))
        return 0
    start = time.monotonic()
    with common_stores():
        outcomes = [shown(outcome) for outcome in run_all(chosen(words))]
    failed = [outcome.step.name for outcome in outcomes if not outcome.is_fine]
    minutes, seconds = divmod(int(time.monotonic() - start), 60)
    print(f"\n{len(outcomes)} steps in {minutes}:{seconds:02}; " + (f"FAILED: {', '.join(failed)}" if failed else "ok"))
    # The last line says how many tests passed: whoever reads only the end of a log reads this.
    if closing := next((outcome.closing for outcome in outcomes if outcome.step.name == "tests"), ""):
        print(closing)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
