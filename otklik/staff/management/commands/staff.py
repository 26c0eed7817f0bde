import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from sesame.utils import get_token

from otklik.journal.record import record
from otklik.staff.models import Company, Member, Team


class Command(BaseCommand):
    help = "List, add, let in and shut out the people who answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="list|add|link|password|deactivate|activate")
        acts.add_parser("list", help="everybody, with role and teams")
        add = acts.add_parser("add", help="make an account and print its sign-in link")
        add.add_argument("email")
        add.add_argument("--name", required=True)
        add.add_argument("--role", choices=Member.Role.values, default=Member.Role.AGENT.value)
        add.add_argument("--team", action="append", default=[], help="a team’s name; may repeat")
        for act, what in {
            "link": "print a link that signs in once, for a day",
            "password": "set a password; asks for it, or reads a line when nobody types",
            "deactivate": "shut out, at once in every session; the tickets stay theirs",
            "activate": "let in again",
        }.items():
            acts.add_parser(act, help=what).add_argument("email")

    def handle(self, *, act: str, **options: Any) -> None:
        if act == "list":
            self.tell()
        elif act == "add":
            self.add(options["email"], name=options["name"], role=options["role"], teams=options["team"])
        else:
            {"link": self.link, "password": self.password, "deactivate": self.shut_out, "activate": self.let_in}[act](
                member(options["email"])
            )

    def tell(self) -> None:
        for one in Member.objects.prefetch_related("teams"):
            teams = ", ".join(team.name for team in one.teams.all())
            state = "" if one.is_active else "\tshut out"
            self.stdout.write(f"{one.email}\t{one.name}\t{one.role}\t{teams}{state}")

    def add(self, email: str, *, name: str, role: str, teams: list[str]) -> None:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an e-mail address.") from None
        if Member.objects.filter(email=email).exists():
            raise CommandError(f"There is {email} already; “otklik staff link {email}” prints a sign-in link.")
        found = [team(name) for name in teams]
        with transaction.atomic():
            added = Member.objects.create_user(email, name=name, role=role, language=Company.current().language)
            record("member.invited", added)
            added.set_teams(found, by=None)
        self.link(added)

    def link(self, one: Member) -> None:
        if not one.is_active:
            raise CommandError(f"{one.email} is shut out; “otklik staff activate {one.email}” lets them in again.")
        self.stdout.write(f"{settings.URL}{reverse('one_time_link')}?token={get_token(one)}")

    def password(self, one: Member) -> None:
        given = ask() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(given, one)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        one.set_password(given)
        one.save(update_fields=["password"])
        self.stdout.write(f"{one.email} can sign in with the new password; other sessions have ended.")

    def shut_out(self, one: Member) -> None:
        one.deactivate(by=None)
        self.stdout.write(f"{one.email} is shut out.")

    def let_in(self, one: Member) -> None:
        one.activate(by=None)
        self.stdout.write(f"{one.email} may sign in.")


def ask() -> str:
    given = getpass("New password: ")
    if getpass("Once more: ") != given:
        raise CommandError("The two are not the same; nothing was changed.")
    return given


def member(email: str) -> Member:
    found: Member | None = Member.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"There is nobody with the address {email}; “otklik staff list” shows all.")
    return found


def team(name: str) -> Team:
    found = Team.objects.filter(name=name).first()
    if found is None:
        known = ", ".join(Team.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no team “{name}”. Teams: {known}.")
    return found
