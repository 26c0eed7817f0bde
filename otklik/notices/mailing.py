"""The worker's way to tell: what is due for one member goes into one mail."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import ngettext

from otklik.journal.kinds import Line, narrate
from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket

from .models import GATHERING, OF_OFFICE, Notice

LEASE = timedelta(minutes=7)  # longer than GATHERING and any sending
WORDS_MAX = 10_000  # characters of what a client wrote
# On a mail that a member may answer: “ticket.member”, of which the mailbox that sends it makes a signed address.
ANSWER_HEADER = "X-Otklik-Answer"
LINES_MAX = 50  # in one mail; whoever has more to read reads it in the desk

ASKED = "approval.asked"
ARTICLE_DUE = "article.review_due"

log = logging.getLogger(__name__)


def mail_due(at: datetime | None = None) -> bool:
    """Mail one member what is due for them; False if nothing is due for anybody."""
    at = at or now()
    first = Notice.objects.to_mail(at).select_related("member").first()
    if first is None:
        return False
    notices = _claim(first.member, at)
    if notices:
        try:
            _send(first.member, notices)
        except OSError:
            # The claim ends with its lease, and it is tried again then.
            log.exception("The notices for %s could not be mailed.", first.member.email)
            return False
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_at=None)
    return True


def _claim(member: Member, at: datetime) -> list[Notice]:
    """Take what is due for a member, and what is being gathered, for the length of LEASE; nothing if another has it."""
    lease = at + LEASE
    Notice.objects.to_mail(at + GATHERING).filter(member=member).order_by().update(mail_at=lease)
    return list(Notice.objects.filter(member=member, mail_at=lease).select_related("event").order_by("pk"))


def allowed(member: Member, notices: list[Notice]) -> tuple[list[Notice], set[int]]:
    """What a member may still be told when it is sent, and which of the tickets they may see.

    Since the notice was made the ticket may have gone to another team, and the member may have left. Who answers for a
    team is told of its troubles, but of a ticket that they may not see they are told the number alone.
    """
    numbers = {number for notice in notices if (number := ticket_of(notice.event))}
    seen = set(Ticket.objects.visible_to(member).filter(pk__in=numbers).values_list("pk", flat=True))
    told = [
        each
        for each in notices
        if ticket_of(each.event) in seen
        or (member.is_active and (each.topic in OF_OFFICE or not ticket_of(each.event)))
    ]
    return told, seen


def ticket_of(event: Event) -> int | None:
    """The number of the ticket that an event is about; None if it is about something else."""
    return event.about_id if event.about == Ticket.journal_name else None


def _send(member: Member, notices: list[Notice]) -> None:
    told, seen = allowed(member, notices)
    tickets = {ticket_of(notice.event) for notice in told}
    if told:
        with translation.override(member.language):
            is_one = len(tickets) == 1 and tickets <= seen
            letter = _about_one(member, told) if is_one else _about_many(member, told)
            letter.send()


def _about_one(member: Member, notices: list[Notice]) -> EmailMessage:
    """What happened on one ticket, with what the client wrote: it can be answered from the member's mail program."""
    ticket = Ticket.objects.get(pk=notices[0].event.about_id)
    events = [notice.event for notice in notices]
    wrote = [event.facts["message"] for event in events if event.kind == "message.received"]
    words = "\n\n".join(Message.objects.filter(pk__in=wrote).order_by("at").values_list("text", flat=True))
    is_asked = any(event.kind == ASKED for event in events)
    context = {"told": _told(events), "words": words[:WORDS_MAX], "is_asked": is_asked}
    text = render_to_string("notices/one_ticket.txt", context)
    headers = {ANSWER_HEADER: f"{ticket.pk}.{member.pk}"}
    return EmailMessage(f"{ticket} {ticket.subject}", text, None, [member.email], headers=headers)


def _about_many(member: Member, notices: list[Notice]) -> EmailMessage:
    count = len(notices)
    told = _told([notice.event for notice in notices[:LINES_MAX]])
    subject = ngettext("%(count)d thing for you to know", "%(count)d things for you to know", count)
    text = render_to_string("notices/mail.txt", {"told": told, "more": count - len(told)})
    return EmailMessage(subject % {"count": count}, text, None, [member.email])


def _told(events: list[Event]) -> list[tuple[Line, str]]:
    return [(line, settings.URL + address_of(line.event)) for line in narrate(events)]


def address_of(event: Event) -> str:
    """Where a member looks at an event: on its ticket or article, or, asked for approval, among what waits for it.

    Whoever approves may be of a team that does not see the ticket.
    """
    if event.kind == ASKED:
        return reverse("desk:approvals")
    if event.kind == ARTICLE_DUE:
        return reverse("desk:article", args=[event.about_id])
    return reverse("desk:ticket", args=[event.about_id])
