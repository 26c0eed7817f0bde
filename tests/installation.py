"""A whole Otklik for tests with the real programs: a home of its own, ports of its own, a store of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from otklik.lib.ports import answers

from . import stores

PATIENCE = 180.0  # seconds: preparing a store takes ten alone, and many times that beside a busy suite
TEST_DATABASE = "OTKLIK_TEST_DATABASE_URL"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def eventually(question: Callable[[], object], *, within: float = PATIENCE) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.05)
    return bool(question())


class Installation:
    """Use as a context: it ends with every program stopped and the store gone."""

    def __init__(self, **settings: str) -> None:
        self.folder = TemporaryDirectory(prefix="otklik-test-")
        self.home = Path(self.folder.name)
        self.web_port, self.intake_port = free_port(), free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "DJANGO_"))}
        self.environment = kept | {
            "OTKLIK_HOME": str(self.home),
            "OTKLIK_PORT": str(self.web_port),
            "OTKLIK_INTAKE_PORT": str(self.intake_port),
            **settings,
        }
        self.database = f"otklik_processes_{os.getpid()}_{self.web_port}"
        self.supervisor: subprocess.Popen[str] | None = None
        self.said = self.home / "said.txt"

    def __enter__(self) -> "Installation":
        if server := os.environ.get(TEST_DATABASE):
            stores.on_server(server, f"CREATE DATABASE {self.database}")
            self.environment["OTKLIK_DATABASE_URL"] = f"{server.rpartition('/')[0]}/{self.database}"
        return self

    def __exit__(self, *failure: object) -> None:
        if self.supervisor:
            self.stop()
        if server := os.environ.get(TEST_DATABASE):
            stores.on_server(server, f"DROP DATABASE {self.database} WITH (FORCE)")
        self.folder.cleanup()

    def otklik(self, *words: str) -> str:
        """Run one command to its end; answers what it wrote. Raises CalledProcessError."""
        command = [sys.executable, "-m", "otklik", *words]
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    def migrate(self) -> None:
        stores.migrate(self.home, self.environment.get("OTKLIK_DATABASE_URL", ""))

    def python(self, code: str) -> str:
        return self.otklik("shell", "--no-imports", "-c", code).strip()

    def serve(self, *words: str) -> None:
        """Start everything and wait until it answers. What it says goes to `said`."""
        command = [sys.executable, "-m", "otklik", "serve", *words]
        with self.said.open("a") as out:
            self.supervisor = self._start(command, out)
        if not eventually(self.is_serving):
            raise AssertionError(f"It does not answer. It said:\n{self.said.read_text()}")

    def _start(self, command: list[str], out: TextIO) -> subprocess.Popen[str]:
        return subprocess.Popen(command, env=self.environment, stdout=out, stderr=subprocess.STDOUT, text=True)

    def is_serving(self) -> bool:
        return answers(("127.0.0.1", self.web_port)) and answers(("127.0.0.1", self.intake_port))

    def pid_of(self, program: str) -> int | None:
        """The process of "web", "worker" or "intake"; None while it does not run."""
        if self.supervisor is None:
            return None
        pid = self.supervisor.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended since it was listed
            if command.split(b"\0")[-2:-1] == [program.encode()]:
                return int(child)
        return None

    def kill(self, program: str) -> int | None:
        """kill -9; answers the process that was killed, None if there was none at the moment."""
        if (pid := self.pid_of(program)) is not None:
            os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self) -> int:
        if self.supervisor is None:
            return 0
        self.supervisor.terminate()
        code = self.supervisor.wait(PATIENCE)
        self.supervisor = None
        return code
