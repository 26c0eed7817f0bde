"""The company of a simulation: its own people, or made-up ones at a ready-made desk; and what clients write to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.utils.translation import gettext_lazy as _

from otklik.channels.chat.models import KIND as CHAT
from otklik.channels.webform.options import parse
from otklik.clients.models import EMAIL
from otklik.lib.errors import OtklikError
from otklik.lib.inbound import Inbound, Sender
from otklik.presets.book import Preset
from otklik.presets.making import apply
from otklik.routing.models import Assignment
from otklik.staff.models import Company, Member, Team
from otklik.tickets.models import Channel

DOMAIN = "simulated.example"
HEAD = "Head"


class NoSuchTeam(OtklikError):
    code = "no_such_team"
    message = _("There is no team “%(name)s” here; there are: %(teams)s.")


class NothingComesIn(OtklikError):
    code = "nothing_comes_in"
    message = _(
        "No channel is set up by which requests could come. Add a mailbox, a form or a chat, or try an example."
    )


def take_preset(preset: Preset, *, language: str, zone: str, at: datetime) -> None:
    """Fill an empty store with a ready-made desk: an administrator, a mailbox for each team of the first line."""
    Company.objects.create(name="Otklik", language=language, time_zone=zone)
    head = hire(HEAD, role=Member.Role.ADMINISTRATOR)
    first = Team.objects.create(name=DOMAIN, head=head)
    mailbox = Channel.objects.create(kind="email", name=DOMAIN, address=f"desk@{DOMAIN}", team=first)
    apply(preset, by=head, at=at)
    served = Team.objects.exclude(pk=first.pk).order_by("line", "pk")
    for team in served.filter(line=Team.Line.FIRST):
        Channel.objects.create(kind="email", name=team.name, address=f"team{team.pk}@{DOMAIN}", team=team)
    Channel.objects.filter(answers_by=mailbox).update(answers_by=Channel.objects.exclude(pk=mailbox.pk).first())
    mailbox.delete()
    first.delete()


def hire(name: str, *, role: str = Member.Role.AGENT, teams: Sequence[Team] = ()) -> Member:
    member = Member.objects.create(name=name, email=f"{name}@{DOMAIN}", role=role)
    member.teams.set(teams)
    return member


def staff(counts: Mapping[str, int]) -> None:
    """Put so many people into teams, by name; under "" into every team that is not named. Raises NoSuchTeam."""
    teams = {team.name: team for team in Team.objects.all()}
    if strange := next((name for name in counts if name and name not in teams), ""):
        raise NoSuchTeam(name=strange, teams=", ".join(teams))
    for name, team in teams.items():
        for number in range(counts.get(name, counts.get("", 0))):
            hire(f"{name} {number + 1}", teams=[team])


def everybody_is_at_their_desk() -> None:
    """Who is online is not simulated: working time and leave say who can be given a ticket."""
    Assignment.objects.update(minds_presence=False)


@dataclass(frozen=True)
class Doors:
    """By which channels requests come, each as often as the others, and what they say."""

    channels: Sequence[Channel]

    @classmethod
    def there(cls) -> Doors:
        """Raises NothingComesIn."""
        found = list(Channel.objects.active().filter(kind__in=("email", "webform", CHAT)).select_related("team"))
        if not found:
            raise NothingComesIn
        return cls(found)

    def request(self, number: int, chance: Random) -> tuple[Channel, Inbound]:
        """One that comes, by a client of its own. What a form's topics stand for comes with it."""
        channel = chance.choice(self.channels)
        form = parse(channel.options) if channel.kind == "webform" else None
        topic = chance.choice(form.topics) if form and form.topics else None
        own = f"visitor-{number}" if channel.kind == CHAT else f"client{number}@{DOMAIN}"
        sender = Sender(CHAT if channel.kind == CHAT else EMAIL, own, f"Client {number}")
        subject = topic.label if topic else f"Request {number}"
        inbound = Inbound(
            f"<{number}@{DOMAIN}>",
            sender,
            subject,
            subject=subject,
            type=topic.type if topic else "",
            tags=topic.tags if topic else (),
        )
        return channel, inbound
