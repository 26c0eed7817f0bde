"""Lets the stories happen: every step by the verb that the desk or intake would have called, at its time."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from otklik.channels.chat.models import KIND, Visitor
from otklik.channels.chat.showing import show
from otklik.clients.models import Address
from otklik.lib.inbound import Dropped, Inbound, InboundFile, Sender
from otklik.quality import sending
from otklik.quality.answering import Said, answer
from otklik.quality.models import Invitation, Survey
from otklik.staff.models import Member
from otklik.tickets import search
from otklik.tickets.asides import Letter, ask
from otklik.tickets.files import Kept, keep
from otklik.tickets.intake import receive
from otklik.tickets.merging import merge
from otklik.tickets.models import Channel, Delivery, Ticket, TicketField
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note, reply

from .founding import Company
from .stories import Step, Story

FILES = Path(__file__).parent / "files"
ON_THE_WAY = timedelta(seconds=2)


class Teller:
    """Knows the company, and which ticket has come of which story."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.tickets: dict[str, Ticket] = {}
        self.counter = 0

    def tell(self, stories: list[Story], at: datetime, *, progress: Callable[[int, int], None]) -> None:
        """Let all steps of all stories happen in the order of their times, as they would have."""
        zone = self.company.row.zone
        timed = [
            (moment, place, number, story)
            for place, story in enumerate(stories)
            for number, moment in enumerate(story.times(at, zone))
        ]
        timed.sort(key=lambda one: one[:3])
        for done, (moment, _place, number, story) in enumerate(timed, 1):
            self.happen(story, story.steps[number], moment)
            progress(done, len(timed))
        search.index(ticket.pk for ticket in self.tickets.values())

    def happen(self, story: Story, step: Step, at: datetime) -> None:
        if step.act == "says":
            self.says(story, step, at)
            return
        ticket = self.tickets[story.facts["key"]]
        ticket.refresh_from_db()
        if step.act == "judges":
            judges(ticket, step, at)
            return
        getattr(self, step.act)(ticket.survivor(), step, self.company.members[step.who], at)

    def says(self, story: Story, step: Step, at: datetime) -> None:
        """A client writes: the first time by the story's channel, later by answering the mail."""
        key, facts = story.facts["key"], story.facts
        known = self.tickets.get(key)
        channel = self.company.channels["support" if known and facts["to"].startswith("form") else facts["to"]]
        writer, files = self.company.writers[step.who], [found(name) for name in step.files]
        html = next((file.content.decode() for file in files if file.type == "text/html"), "")
        attached = tuple(file for file in files if file.type != "text/html")
        self.counter += 1
        name = f"<{key}.{self.counter}@{writer.email.rpartition('@')[2]}>"
        sender = Sender("email", writer.email, writer.name)
        if channel.kind == KIND:
            name, sender = (
                f"demo-{step.who}.{self.counter}",
                Sender(KIND, self._visitor(step.who, channel, at), writer.name),
            )
        inbound = Inbound(
            external_id=name,
            sender=sender,
            text=step.text,
            html=html,
            subject=story.subject if known is None else f"Re: {story.subject}",
            ticket_number=known.pk if known else None,
            type=facts.get("type", "") if facts["to"].startswith("form") else "",
            files=attached,
        )
        received = receive(inbound, channel=channel, files=tuple(map(keep, attached)), at=at)
        if isinstance(received, Dropped):
            raise TypeError(f"{story.subject}: dropped as {received.reason}.")
        self.tickets.setdefault(key, received.message.ticket)

    def _visitor(self, who: str, channel: Channel, at: datetime) -> str:
        """The name by which the chat knows somebody, who looks at a page of the company’s site."""
        page = {"page_url": "https://demo.example/kassy", "page_title": "Кассы и весы"}
        seen = {"channel": channel, "name": self.company.writers[who].name, "created_at": at, "seen_at": at, **page}
        visitor, _new = Visitor.objects.get_or_create(key=f"demo-{who}", defaults=seen)
        known = {"person": self.company.people[who]}
        Address.objects.get_or_create(kind=KIND, value=visitor.key, defaults=known)
        return visitor.key

    def answers(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        self._answer(ticket, step, by, at, then=step.what or Ticket.State.WAITING_CLIENT)

    def resolves(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        self._answer(ticket, step, by, at, then=Ticket.State.RESOLVED)

    def _answer(self, ticket: Ticket, step: Step, by: Member, at: datetime, *, then: str) -> None:
        message = reply(ticket, by=by, text=step.text, files=attachments(step), then=then, at=at)
        for delivery in Delivery.objects.filter(message=message):
            if delivery.channel.kind == KIND:
                show(delivery, at=at)
            delivery.mark_sent(at=at + ON_THE_WAY)

    def notes(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        note(ticket, by=by, text=step.text, files=attachments(step), at=at)

    def asks(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        """Ask a third party: its address, then the subject."""
        address, subject = step.what.split(" ", 1)
        letter = Letter(to=(address,), text=step.text, files=attachments(step), waits=True)
        message = ask(ticket, letter, by=by, subject=subject, channel=self.company.channels["support"], at=at)
        for delivery in Delivery.objects.filter(message=message):
            delivery.mark_sent(at=at + ON_THE_WAY)

    def hears(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        """The third party answers what was asked last."""
        self.counter += 1
        aside = ticket.asides.latest("pk")
        inbound = Inbound(
            external_id=f"<aside.{self.counter}@{step.what.rpartition('@')[2]}>",
            sender=Sender("email", step.what),
            text=step.text,
            subject=f"Re: {aside.subject}",
            aside=aside.pk,
        )
        receive(inbound, channel=aside.channel, at=at)

    def assign(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        ticket.assign_to(self.company.members[step.what], by=by, at=at)

    def team(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        ticket.hand_to(self.company.teams[step.what], by=by, at=at)

    def state(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        ticket.set_state(Ticket.State(step.what), by=by, at=at)

    def priority(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        ticket.set_priority(Ticket.Priority[step.what.upper()], by=by, at=at)

    def type(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        ticket.set_type(Ticket.Type(step.what), by=by, at=at)

    def tag(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        for name in step.what.split(","):
            ticket.tag(name, by=by, at=at)

    def untag(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        ticket.untag(step.what, by=by, at=at)

    def field(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        key, _, value = step.what.partition("=")
        # A date is given in days from the step, or it would soon lie in the past.
        days = timedelta(days=int(value)) if key == "visit_on" else timedelta()
        value = (at + days).date().isoformat() if days else value
        ticket.set_field(TicketField.objects.get(key=key), value, by=by, at=at)

    def link(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        kind, key = step.what.split()
        ticket.link(self.tickets[key], kind, by=by, at=at)

    def merge(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        merge(ticket, self.tickets[step.what], by=by, at=at)

    def copy(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        add_participant(ticket, self.company.people[step.what], by=by, at=at)

    def surveys(self, ticket: Ticket, step: Step, by: Member, at: datetime) -> None:
        """The survey goes out, as by the rule and the worker."""
        survey = Survey.objects.get()
        Invitation.plan(survey, ticket, delay=timedelta(), at=at)
        if not sending.ask(Invitation.objects.get(survey=survey, ticket=ticket), at=at):
            raise TypeError(f"{ticket}: the client was not asked.")
        Delivery.objects.get(message__invitation__ticket=ticket).mark_sent(at=at + ON_THE_WAY)


def judges(ticket: Ticket, step: Step, at: datetime) -> None:
    """The client answers the survey: a mark, “yes” or “no” for whether it was resolved, and perhaps words."""
    invitation = ticket.invitations.get()
    invitation.note_opened(at=at)
    mark, resolved, words = invitation.questions()
    value, was_resolved = step.what.split()
    said = [Said(mark, value), Said(resolved, was_resolved)]
    answer(invitation, [*said, Said(words, text=step.text)] if step.text else said, at=at)


def found(name: str) -> InboundFile:
    type_ = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return InboundFile(name, type_, (FILES / name).read_bytes())


def attachments(step: Step) -> tuple[Kept, ...]:
    return tuple(keep(found(name)) for name in step.files)
