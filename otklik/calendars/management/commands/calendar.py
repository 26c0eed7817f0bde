from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.calendars.production import is_decreed
from otklik.calendars.regions import regions


class Command(BaseCommand):
    help = "Fill a working calendar with the Russian production calendar; list the calendars."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the calendar; made, with office hours, if there is none so named")
        parser.add_argument(
            "--region", choices=list(regions()), help="a region of Russia, whose own days off are added"
        )
        parser.add_argument("years", nargs="*", type=int, help="which years (default: this and the next)")

    def handle(self, *, name: str | None, years: list[int], region: str | None, **options: Any) -> None:
        if name is None:
            for calendar in Calendar.objects.all():
                self.stdout.write(f"{calendar}\t{calendar.time_zone}\t{calendar.days.count()} dates that differ")
            return
        this = now().year
        wanted = years or [this, this + 1]
        if strange := [year for year in wanted if not 2020 <= year <= this + 10]:
            raise CommandError(f"{strange[0]} is not a year to plan for.")
        calendar, _new = Calendar.objects.get_or_create(name=name)
        if region:
            Calendar.objects.filter(pk=calendar.pk).update(region=region)
            calendar.refresh_from_db(fields=["region"])
        for year in wanted:
            added = calendar.follow_russia(year)
            rest = "" if is_decreed(year) else "; the days off of this year are not decreed yet, run it again then"
            unknown = ", ".join(calendar.unknown_days(year))
            rest += f"; not known here, add by hand: {unknown}" if unknown else ""
            self.stdout.write(f"{calendar}, {year}: {added} dates differ{rest}")
