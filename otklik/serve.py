"""``otklik serve``: the web pages, the worker and the mail intake under one supervisor."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from otklik.config import environment
from otklik.lib.ports import Place, answers, why_taken
from otklik.lib.supervisor import Program, Supervisor

PROGRAMS = ("web", "worker", "intake")
LOOK_AGAIN = 0.1  # seconds between two looks whether the programs answer yet


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="otklik serve",
        description="Run everything: the web pages, the worker and the mail intake; restart whichever ends.",
    )
    parser.add_argument("--prepare", action="store_true", help="migrate and fill what is missing first")
    parser.add_argument("--empty", action="store_true", help="with --prepare: no demo company, the first-run wizard")
    options = parser.parse_args(words)

    environment.made_home()
    places = doors()
    for name, place in places.items():
        refuse_taken(name, place)
    greeting = ""
    if options.prepare:
        command = [*itself("prepare"), *(["--empty"] if options.empty else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            return done.returncode
        greeting = done.stdout
    programs = [Program(name, itself(name)) for name in PROGRAMS]
    return Supervisor(programs, idle=Greeting(greeting, list(places.values()))).run()


def itself(*words: str) -> list[str]:
    return [sys.executable, "-m", "otklik", *words]


def doors() -> dict[str, Place]:
    """Where the programs will listen, by the name of the setting that moves them."""
    given = environment.values()
    return {
        "OTKLIK_PORT": (
            given.get("OTKLIK_HOST", "127.0.0.1"),
            environment.number(given, "OTKLIK_PORT", 8000),
        ),
        "OTKLIK_INTAKE_PORT": (
            given.get("OTKLIK_INTAKE_HOST", "127.0.0.1"),
            environment.number(given, "OTKLIK_INTAKE_PORT", 2525),
        ),
    }


def refuse_taken(name: str, place: Place) -> None:
    """Raise BadConfiguration if nobody could listen at `place` now."""
    if why := why_taken(place):
        host, port = place
        raise environment.BadConfiguration(
            f"Nothing can listen at {host}:{port} ({why}). "
            f"Stop the program that does already, or choose another port with {name}."
        )


class Greeting:
    """Prints its text once, as soon as every place answers."""

    def __init__(self, text: str, places: Sequence[Place]) -> None:
        self.text = text
        self.places = places

    def __call__(self) -> float | None:
        """None when there is nothing left to wait for, else the seconds until the next look."""
        if not self.text:
            return None
        if not all(map(answers, self.places)):
            return LOOK_AGAIN
        print(self.text, end="", flush=True)
        self.text = ""
        return None
