from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from otklik.desk.presets import contents, grouped
from otklik.presets.book import PRESETS, Preset
from otklik.presets.making import apply
from otklik.staff.models import Company


class Command(BaseCommand):
    help = "List, show and take examples of whole desks. What is there already is never changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|apply")
        acts.add_parser("list", help="the examples there are")
        acts.add_parser("show", help="what one would make here, and what it would leave alone").add_argument("name")
        acts.add_parser("apply", help="make it").add_argument("name")

    def handle(self, *, act: str, name: str = "", **options: Any) -> None:
        company = Company.objects.first()
        with override(company.language if company else None):
            if act == "list":
                for key, preset in PRESETS.items():
                    self.stdout.write(f"{key}\t{preset.label}")
                return
            if company is None:
                raise CommandError("There is no company yet; open the pages and answer the wizard first.")
            found = preset_named(name)
            self.tell(contents(found, by=None) if act == "show" else grouped(apply(found, by=None)))

    def tell(self, groups: list[tuple[Any, list[Any]]]) -> None:
        for label, things in groups:
            self.stdout.write(f"\n{label}")
            for thing in things:
                self.stdout.write(f"  {'+' if thing.is_new else '='} {thing.name}")
                for sentence in thing.sentences:
                    self.stdout.write(f"      {sentence}")
        self.stdout.write("\n+ is new, = was there and stays as it is")


def preset_named(name: str) -> Preset:
    if name not in PRESETS:
        raise CommandError(f"There is no example “{name}”; there are {', '.join(PRESETS)}.")
    return PRESETS[name]
