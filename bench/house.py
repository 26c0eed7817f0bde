"""A throw-away installation with the real programs, and what they cost."""

import http.client
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0  # seconds for a program to answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


class House:
    """One store in a folder of its own, or in a PostgreSQL database of its own; gone afterwards."""

    def __init__(self, server: str = "") -> None:
        self.home = Path(tempfile.mkdtemp(prefix="otklik-bench-"))
        self.port, self.intake_port = free_port(), free_port()
        self.server, self.database = server, f"otklik_bench_{secrets.token_hex(4)}" if server else ""
        self.environment = os.environ | {
            "OTKLIK_HOME": str(self.home),
            "OTKLIK_PORT": str(self.port),
            "OTKLIK_INTAKE_PORT": str(self.intake_port),
            "OTKLIK_DATABASE_URL": f"{server}/{self.database}" if server else "",
            "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
        }
        self._on_server(f"CREATE DATABASE {self.database}")

    def close(self) -> None:
        self._on_server(f"DROP DATABASE {self.database} WITH (FORCE)")
        shutil.rmtree(self.home)

    def _on_server(self, statement: str) -> None:
        if self.server:
            with psycopg.connect(self.server, dbname="postgres", autocommit=True) as connection:
                connection.execute(statement.encode())

    def run(self, *words: str) -> str:
        """One command to its end; its output. Raises CalledProcessError."""
        return self.python("-m", "otklik", *words)

    def python(self, *words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    def count(self, table: str, where: str = "true") -> int:
        """Rows of a table, asked for past the programs, so that asking costs them little."""
        question = f"SELECT count(*) FROM {table} WHERE {where}"
        if self.server:
            with psycopg.connect(self.server, dbname=self.database) as connection:
                row = connection.execute(question.encode()).fetchone()
                return int(row[0]) if row else 0
        with closing(sqlite3.connect(self.home / "otklik.sqlite3", timeout=30)) as store:
            return int(store.execute(question).fetchone()[0])

    @contextmanager
    def running(self, *names: str) -> Iterator[dict[str, int]]:
        """The programs while they run: name -> process id."""
        log = (self.home / "log").open("a")
        programs = {
            name: subprocess.Popen(
                [sys.executable, "-m", "otklik", name], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
            for name in names
        }
        try:
            self._wait(programs)
            yield {name: program.pid for name, program in programs.items()}
        finally:
            for program in programs.values():
                program.terminate()
            for program in programs.values():
                program.wait(20)
            log.close()

    def _wait(self, programs: dict[str, subprocess.Popen[bytes]]) -> None:
        wait_for([port for name, port in self.doors().items() if name in programs])

    def doors(self) -> dict[str, int]:
        return {"web": self.port, "intake": self.intake_port}

    def first_page(self) -> float:
        """Seconds from calling `otklik serve --prepare` on a store that is ready to the first page."""
        began = time.monotonic()
        command = [sys.executable, "-m", "otklik", "serve", "--prepare"]
        quiet = subprocess.DEVNULL
        program = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=quiet, stderr=quiet)
        try:
            wait_for([self.port])
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            line.request("GET", "/staff/login/")
            if line.getresponse().status != 200:
                raise RuntimeError("The first page did not come.")
            return time.monotonic() - began
        finally:
            program.terminate()
            program.wait(20)


def wait_for(ports: list[int]) -> None:
    until = time.monotonic() + PATIENCE
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)


def memory(pid: int) -> tuple[float, float]:
    """The megabytes of a process: its proportional share (PSS) and what is resident (RSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return found["Pss"] / 1024, found["Rss"] / 1024


def processor(pid: int) -> float:
    """The seconds of processor time that a process has used: other programs on the machine do not change it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
