import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils.timezone import localtime

from otklik.api.models import SCOPES, ApiToken
from otklik.staff.models import Member


class Command(BaseCommand):
    help = "Make a token for the API, which is printed once; list tokens; revoke one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="what the token is for")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="the member it acts as (an administrator)")
        parser.add_argument(
            "--scope", action="append", nargs="+", choices=SCOPES, help="what it may do (everything)", metavar="SCOPE"
        )
        parser.add_argument("--list", action="store_true", help="list all tokens")
        parser.add_argument("--revoke", metavar="NAME", help="let nobody in with this token any more")

    def handle(self, **options: Any) -> None:
        if options["list"]:
            self.tell()
        elif options["revoke"]:
            self.revoke(options["revoke"])
        elif options["name"]:
            chosen = [scope for group in options["scope"] or [SCOPES] for scope in group]
            self.issue(options["name"], member(options["email"]), scopes=chosen)
        else:
            raise CommandError("Give a name for the token, or --list, or --revoke NAME.")

    def issue(self, name: str, member: Member, *, scopes: list[str]) -> None:
        try:
            _token, text = ApiToken.issue(name, member, scopes=dict.fromkeys(scopes))
        except IntegrityError:
            raise CommandError(f"There is a token “{name}” already; revoke it or choose another name.") from None
        # The words go to stderr, so that `$(otklik apitoken shop)` is the token alone.
        sys.stderr.write(f"The token “{name}” acts as {member.email}. It is shown only now:\n")
        self.stdout.write(text)

    def revoke(self, name: str) -> None:
        token = ApiToken.objects.filter(name=name, revoked_at=None).first()
        if token is None or not token.revoke():
            raise CommandError(f"There is no token “{name}” in use; --list shows all.")
        self.stdout.write(f"The token “{name}” lets nobody in any more.")

    def tell(self) -> None:
        for token in ApiToken.objects.select_related("member"):
            used = f"used {localtime(token.last_used_at):%Y-%m-%d}" if token.last_used_at else "never used"
            state = "revoked" if token.revoked_at else used
            self.stdout.write(f"{token.name}\t{token.member.email}\t{' '.join(token.scopes)}\t{state}")


def member(email: str | None) -> Member:
    """Whom a token acts as: the member of this address, else the first administrator."""
    active = Member.objects.active().order_by("pk")
    wanted = {"email": email.strip().lower()} if email else {"role": Member.Role.ADMINISTRATOR}
    found: Member | None = active.filter(**wanted).first()
    if found is None:
        who = f"member with the address {email}" if email else "administrator"
        raise CommandError(f"There is no active {who}; “otklik staff list” shows all.")
    return found
