"""Which words a mail of ours is written in: the templates of the company, or the texts that come with the program."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.calendars.models import Calendar
from otklik.clients.models import Person
from otklik.staff.models import Company, Member
from otklik.tickets.models import Channel, Ticket

from .models import MailTemplate, mailbox_of
from .opening import in_words, next_opening
from .placeholders import fill

Kind = MailTemplate.Kind


def template_for(kind: str, channel: Channel, language: str) -> MailTemplate | None:
    """The company's own words for this kind of mail: the mailbox's, else those for all mailboxes."""
    rows = MailTemplate.objects.filter(Q(channel=channel) | Q(channel=None), kind=kind, language=language)
    return rows.order_by(F("channel").desc(nulls_last=True)).first()


def automatic_for(kind: str, channel: Channel, language: str) -> MailTemplate:
    """The words of an automatic mail: the mailbox's, its one text for all languages, the company's, ours."""
    kept, mailbox = template_for(kind, channel, language), mailbox_of(channel)
    own = mailbox.out_of_hours_text if kind == Kind.OUT_OF_HOURS else mailbox.auto_reply_text
    if own.strip() and (kept is None or kept.channel_id is None):
        return MailTemplate(channel=channel, kind=kind, language=language, body=own.strip())
    return kept or shipped(kind, language)


def shipped(kind: str, language: str) -> MailTemplate:
    """What comes with the program, for a company that has written nothing."""
    bodies = {Kind.AUTO_REPLY: _auto_reply, Kind.OUT_OF_HOURS: _out_of_hours, Kind.ANSWER: _frame}
    with override(language):
        return MailTemplate(kind=kind, language=language, body=bodies[Kind(kind)]())


def _auto_reply() -> str:
    return _(
        "Hello, {client}!\n\n"
        "We have received your message and registered it under the number {number}. "
        "We will answer in this conversation. To add something, just answer this mail.\n\n"
        "{company}"
    )


def _out_of_hours() -> str:
    return _(
        "Hello, {client}!\n\n"
        "We have received your message, its number is {number}. Nobody is at work just now. "
        "We are there again and will answer you: {opens}.\n\n"
        "{company}"
    )


def _frame() -> str:
    return "{text}\n\n{signature}"


def values_of(ticket: Ticket, channel: Channel, person: Person | None) -> dict[str, str]:
    """What the placeholders mean on this ticket for everybody who reads it."""
    return {
        "client": person.name if person else "",
        "number": f"#{ticket.number}",
        "subject": ticket.subject,
        "company": Company.current().name,
        "mailbox": channel.name,
    }


def answer_values(ticket: Ticket, channel: Channel, person: Person | None, *, member: Member | None) -> dict[str, str]:
    """The same for one reader of an answer, with what is only theirs; the answer itself is added by the caller."""
    signatures = [member.signature if member else "", channel.signature]
    return values_of(ticket, channel, person) | {
        "agent": member.name if member else "",
        "signature": "\n".join(each.strip() for each in signatures if each.strip()),
        "status_link": ticket.status_link(person) if person else "",
    }


def filled(template: MailTemplate, values: Mapping[str, str]) -> tuple[str, str]:
    """The subject and the text."""
    return fill(template.subject, values), fill(template.body, values)


def opens_values(channel: Channel, at: datetime) -> dict[str, str]:
    """When the mailbox's people are there again, in the active language; else, for an example, tomorrow morning."""
    calendar = mailbox_of(channel).calendar or Calendar.objects.first()
    if calendar:
        return {"opens": in_words(next_opening(calendar, at), ZoneInfo(calendar.time_zone))}
    zone = Company.current().zone
    tomorrow = datetime.combine(at.astimezone(zone) + timedelta(days=1), time(9), zone)
    return {"opens": in_words(tomorrow, zone)}


def preview(template: MailTemplate, ticket: Ticket, *, at: datetime) -> tuple[str, str]:
    """A template, saved or not, as the client of this ticket would read it. Raises ValidationError as `clean` does."""
    template.clean()
    channel = template.channel or ticket.channel or Channel(name=Company.current().name, language=template.language)
    values = answer_values(ticket, channel, ticket.client, member=ticket.assignee)
    with override(template.language):
        values["text"] = _("This is where the answer stands.")
        values |= opens_values(channel, at) if template.kind == Kind.OUT_OF_HOURS else {}
    return filled(template, values)
