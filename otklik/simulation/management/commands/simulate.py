import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.timezone import now
from django.utils.translation import override

from otklik.presets.book import PRESETS
from otklik.simulation.arrivals import Arrivals
from otklik.simulation.company import everybody_is_at_their_desk, staff, take_preset
from otklik.simulation.people import Habits
from otklik.simulation.printing import lines
from otklik.simulation.report import Report
from otklik.simulation.running import Run
from otklik.simulation.store import in_memory, settings_of_the_company
from otklik.staff.models import Company, Language

DAYS_MAX = 366
WEEK = 7  # days


def counts(text: str) -> dict[str, int]:
    """“3”, or “Chat=3,Hotline=2”."""
    parts = [part.rpartition("=") for part in text.split(",")]
    if not all(number.isdecimal() for _name, _sign, number in parts):
        raise ArgumentTypeError(f"“{text}” is neither a number nor TEAM=NUMBER,…")
    return {name.strip(): int(number) for name, _sign, number in parts}


class Command(BaseCommand):
    help = (
        "Try a schedule before it is real. Real rules, routes, agreements and ladders run on a virtual clock over "
        "made-up requests, in a store of their own; nothing of the company's is changed, nothing leaves the house."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preset", choices=list(PRESETS), help="a ready-made desk; default: the company as it is")
        parser.add_argument("--language", choices=Language.values, help="of what is printed; default: the company’s")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="the first day; default: next Monday")
        parser.add_argument("--arrivals", default="40", help="requests a working day, or a file: “mon-fri 9-18 5.5”")
        parser.add_argument("--staff", type=counts, default={}, help="3, or TEAM=3,TEAM=2: people added to the teams")
        parser.add_argument("--handling", type=float, default=12.0, help="minutes that an answer takes on average")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same requests")
        parser.add_argument("--json", type=Path, help="write the figures there, too")

    def handle(self, *, preset: str | None, first: date | None, days: int, **options: Any) -> None:
        if not 1 <= days <= DAYS_MAX:
            raise CommandError(f"--days is from 1 to {DAYS_MAX}.")
        company = company_for(preset, options["language"])
        first = first or next_monday(now().date())
        begin = datetime.combine(first, datetime.min.time(), company.zone)
        with override(company.language):
            with in_memory("" if preset else settings_of_the_company()):
                if preset:
                    take_preset(PRESETS[preset], language=company.language, zone=company.time_zone, at=begin)
                staff(options["staff"] or ({"": 3} if preset else {}))
                everybody_is_at_their_desk()
                habits = Habits(handling=timedelta(minutes=options["handling"]))
                run = Run(first, days, arrivals(options["arrivals"]), habits, options["seed"])
                report = Report.of(run, run.go(partial(self.progress, first)))
            if options["json"]:
                options["json"].write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1), "utf-8")
            self.stdout.write("\n".join(lines(report)))

    def progress(self, first: date, day: date) -> None:
        """On a terminal the day; elsewhere a line for each week that begins, but for the first."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{day}\r", ending="")
        elif day > first and (day - first).days % WEEK == 0:
            self.stderr.write(str(day))


def company_for(preset: str | None, language: str | None) -> Company:
    """Whose language and time zone hold; a ready-made desk needs no store that was prepared."""
    is_prepared = Company._meta.db_table in connection.introspection.table_names()
    if not is_prepared and not preset:
        raise CommandError("The store was not prepared yet. Run “otklik prepare”, or try an example with --preset.")
    company = Company.current() if is_prepared else Company()
    company.language = language or company.language
    return company


def next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def arrivals(text: str) -> Arrivals:
    """A number of requests a working day, or a file with a table."""
    if text.replace(".", "", 1).isdecimal():
        return Arrivals.a_day(float(text))
    try:
        return Arrivals.read(Path(text).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"“{text}” is neither a number nor a file that can be read: {fault}") from fault
