from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from otklik.knowledge.bundles import open_bundle
from otklik.knowledge.errors import BadBundle
from otklik.knowledge.importing import give_out, take_up
from otklik.knowledge.models import Article, Audience
from otklik.staff.models import Language, Member


class Command(BaseCommand):
    help = "Take articles up from a folder or a zip of HTML and Markdown files with pictures, or give them out as one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        take = deeds.add_parser("import", help="take articles up; one whose title is known is left as it is")
        take.add_argument("path", type=Path, help="a folder or a zip")
        take.add_argument("--as", dest="email", metavar="EMAIL", help="the member who writes them (an administrator)")
        take.add_argument("--language", choices=Language.values, default="ru", help="if a file says none (%(default)s)")
        take.add_argument("--publish", action="store_true", help="publish them; otherwise they become drafts")
        give = deeds.add_parser("export", help="write a zip that a browser shows and “import” understands")
        give.add_argument("path", type=Path, help="the zip to write")
        give.add_argument("--audience", choices=Audience.values, help="only those for these readers (all)")

    def handle(self, *, deed: str, path: Path, **options: Any) -> None:
        if deed == "export":
            rows = (
                Article.objects.filter(audience=options["audience"]) if options["audience"] else Article.objects.all()
            )
            self.stdout.write(f"{give_out(rows, path)} articles are in {path}.")
            return
        by = member(options["email"])
        try:
            taken = take_up(open_bundle(path), by=by, language=options["language"], is_published=options["publish"])
        except BadBundle as fault:
            raise CommandError(str(fault)) from fault
        for title in taken.there:
            self.stderr.write(f"left as it is: {title}")
        for name in taken.empty:
            self.stderr.write(f"nothing to read in it: {name}")
        self.stdout.write(f"{len(taken.made)} articles were taken up.")


def member(email: str | None) -> Member:
    """Who writes them: the member of this address, else the first administrator; whoever publishes must lead."""
    active = Member.objects.active().order_by("pk")
    wanted = {"email": email.strip().lower()} if email else {"role": Member.Role.ADMINISTRATOR}
    found = active.filter(**wanted).first()
    if found is None or not found.leads:
        raise CommandError("Name with --as a supervisor or an administrator; “otklik staff list” shows all.")
    return found
