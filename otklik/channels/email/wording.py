"""Which words a mail of ours is written in: the templates of the company, or the texts that come with the program."""

from collections.abc import Mapping

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.clients.models import Person
from otklik.staff.models import Company, Member
from otklik.tickets.models import Channel, Ticket

from .models import MailTemplate, mailbox_of
from .placeholders import fill

Kind = MailTemplate.Kind


def template_for(kind: str, channel: Channel, language: str) -> MailTemplate | None:
    """The company's own words for this kind of mail: the mailbox's, else those for all mailboxes."""
    rows = MailTemplate.objects.filter(Q(channel=channel) | Q(channel=None), kind=kind, language=language)
    return rows.order_by(F("channel").desc(nulls_last=True)).first()


def auto_reply_for(channel: Channel, language: str) -> MailTemplate:
    """The words of the first automatic answer: the mailbox's, the company's, ours."""
    kept = template_for(Kind.AUTO_REPLY, channel, language)
    own = mailbox_of(channel).auto_reply_text.strip()
    if own and (kept is None or kept.channel_id is None):
        return MailTemplate(channel=channel, kind=Kind.AUTO_REPLY, language=language, body=own)
    return kept or shipped_auto_reply(language)


def shipped_auto_reply(language: str) -> MailTemplate:
    """What comes with the program, for a company that has written nothing."""
    with override(language):
        body = _(
            "Hello, {client}!\n\n"
            "We have received your message and registered it under the number {number}. "
            "We will answer in this conversation. To add something, just answer this mail.\n\n"
            "{company}"
        )
    return MailTemplate(kind=Kind.AUTO_REPLY, language=language, body=body)


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


def preview(template: MailTemplate, ticket: Ticket) -> tuple[str, str]:
    """A template, saved or not, as the client of this ticket would read it. Raises ValidationError as `clean` does."""
    template.clean()
    channel = template.channel or ticket.channel or Channel(name=Company.current().name, language=template.language)
    values = answer_values(ticket, channel, ticket.client, member=ticket.assignee)
    with override(template.language):
        values["text"] = _("This is where the answer stands.")
    return filled(template, values)
