"""The console command ``otklik``: one small supervisor, and every other word a management command.

Nothing of Django is imported before it is known to be needed: `serve` stays a few megabytes.
"""

import os
import sys
import traceback
from typing import TYPE_CHECKING

from otklik import __version__
from otklik.config import environment
from otklik.lib import supervisor

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

USAGE = """\
Otklik, an open customer-support platform.

    otklik COMMAND [options]        otklik COMMAND --help
"""
# Commands of Django that an operator needs, beside all of our own.
DJANGO_COMMANDS = ("migrate", "shell")


def main(given: list[str] | None = None) -> int:
    """Run one command; answers the exit code. What a person can mend is one line, without a traceback."""
    words = sys.argv[1:] if given is None else given
    os.umask(0o077)  # what clients wrote is nobody else's on this machine
    supervisor.leave_with_supervisor()
    try:
        if words[:1] == ["--version"]:
            print(__version__)
        elif not words or words[0] in ("help", "-h", "--help"):
            overview()
        elif words[0] == "serve":
            from otklik import serve

            return serve.main(words[1:])
        else:
            return manage(words[0], words[1:])
    except environment.BadConfiguration as fault:
        return fail("otklik", fault)
    except KeyboardInterrupt:
        return 130
    return 0


def fail(name: str, fault: object) -> int:
    print(f"{name}: {fault}", file=sys.stderr)
    return 1


def set_up() -> dict[str, str]:
    """Start Django; answers the name of the app behind every command."""
    import django
    from django.core.management import get_commands

    environment.made_home()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
    django.setup()
    return get_commands()


def overview() -> None:
    """Our commands, one line each."""
    from django.core.management import load_command_class

    lines = {"serve": "Run everything: the web pages, the worker and the mail intake."}
    for name, app in set_up().items():
        if app.startswith("otklik.") or name in DJANGO_COMMANDS:
            lines[name] = load_command_class(app, name).help.partition(". ")[0].strip().rstrip(".") + "."
    width = max(map(len, lines))
    print(USAGE)
    for name in sorted(lines):
        print(f"    {name:<{width}}  {lines[name]}")


def manage(name: str, words: list[str]) -> int:
    """Run the management command `name`."""
    from django.core.management import load_command_class

    app = set_up().get(name)
    if app is None:
        return fail("otklik", f"There is no command “{name}”; “otklik --help” lists all.")
    return execute(load_command_class(app, name), name, words)


def execute(command: "BaseCommand", name: str, words: list[str]) -> int:
    from django.core.management.base import CommandError
    from django.db import DatabaseError, OperationalError, connections

    from otklik.lib.errors import OtklikError

    try:
        options = vars(command.create_parser("otklik", name).parse_args(words))
        # Django's checks of the code load every page: bin/test does that once for all, a worker need not.
        command.execute(*options.pop("args", ()), **options | {"skip_checks": True})
    except DatabaseError as fault:
        if type(fault) not in (DatabaseError, OperationalError):  # the others are faults of ours
            raise
        return complain(name, words, f"the store does not answer: {' '.join(str(fault).split())}")
    except OtklikError as fault:
        return complain(name, words, str(fault))
    except CommandError as fault:
        complain(name, words, str(fault))
        return fault.returncode
    finally:
        connections.close_all()
    return 0


def complain(name: str, words: list[str], text: str) -> int:
    if "--traceback" in words:
        traceback.print_exc()
    return fail(f"otklik {name}", text)
