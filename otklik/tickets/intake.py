"""The door in: one inbound message becomes a message on one ticket, new or old, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from otklik.clients.models import EMAIL, Address, Person, identify, known, recognise
from otklik.journal.record import record
from otklik.lib.html import clean, text_of
from otklik.lib.inbound import Dropped, Inbound, Nature, Reason, Sender
from otklik.staff.models import Company, Member

from .bounced import note_bounce
from .dictating import dictate, told
from .files import Kept, attach
from .hearing import aside_of, hear, is_for_ticket, write_down
from .models import Channel, Message, RawMessage, Ticket
from .models.conversation import add_participant, takes_part
from .models.ticket import Actor
from .opening import Wish, excerpt, open_ticket

COPIED_MAX = 50  # a mail copied to more people than this is a mailing, not a conversation
# Nobody writes more on one ticket; two programs that answer each other do.
LOOP_MAX = 30
LOOP_WITHIN = timedelta(hours=1)
# They say something of a mail of ours; when they do not, they are of no use to anybody.
ABOUT_OURS = (Nature.BOUNCE, Nature.DELAYED, Nature.RECEIPT)
SPAM_TAG = "spam"


@dataclass(frozen=True)
class Received:
    message: Message
    opened: bool


def receive(
    inbound: Inbound,
    *,
    channel: Channel,
    files: tuple[Kept, ...] = (),
    raw: RawMessage | None = None,
    at: datetime | None = None,
) -> Received | Dropped:
    """File one inbound message, in one transaction with the note on its raw message that it was.

    `files` are its attachments, stored already. Safe to call again with the same message, and for two workers at
    once: a unique constraint undoes the later one, whose answer is Dropped(DUPLICATE). Another message under a
    name that is taken is filed under a name of its own.
    """
    html = clean(inbound.html)
    text = inbound.text or text_of(html)
    inbound = replace(inbound, html=html, text=text, digest=inbound.digest or digest_of(inbound, text))
    try:
        with transaction.atomic():
            received = _accept(inbound, channel, files, at=at or now())
            if raw and isinstance(received, Received):
                raw.settle(RawMessage.Outcome.RECEIVED, message=received.message, reason="")
    except IntegrityError:
        taken = Message.objects.filter(via=channel.kind, external_id=inbound.external_id).first()
        if taken and not _is_same(taken, inbound):
            renamed = replace(inbound, external_id=f"sha256:{inbound.digest}")
            return receive(renamed, channel=channel, files=files, raw=raw, at=at)
        if taken or Message.objects.filter(dictated_as=inbound.external_id).exists():
            return Dropped(Reason.DUPLICATE)
        raise
    return received


def digest_of(inbound: Inbound, text: str) -> str:
    """The same however often and by whichever way the message comes, and not the same for any other."""
    files = sorted(sha256(file.content).hexdigest() for file in inbound.files)
    said = [inbound.sender.value, inbound.subject, *text.split(), *inbound.rest.split(), *files]
    return sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()


def _is_same(message: Message, inbound: Inbound) -> bool:
    """Whether it is the message that we have, come once more; one of before there were digests is taken for it."""
    if message.is_ours and (message.aside_id or not message.is_note):
        # An answer of ours, come back without our mark; whoever writes under its name from elsewhere is heard.
        return Channel.objects.filter(kind=message.via, address__iexact=inbound.sender.value).exists()
    return message.digest in ("", inbound.digest)


def _accept(inbound: Inbound, channel: Channel, files: tuple[Kept, ...], *, at: datetime) -> Received | Dropped:
    """Ask who wrote: a member by a notice, a third party, a member by their mere address, or a client."""
    if inbound.staff_token:
        return _by_notice(inbound, channel, files, at=at)
    named = _named(inbound, channel)
    aside = aside_of(inbound, named)
    if aside and not is_for_ticket(aside, inbound.sender):
        return Received(hear(inbound, aside, channel, files, at=at), opened=False)
    earlier = aside.ticket.held() if aside else _earlier_ticket(inbound, named)
    if earlier is None and inbound.nature in ABOUT_OURS:
        return Dropped(Reason.STRAY_NOTICE)
    # A new mail that forwards nothing is filed alike whoever wrote it, so most mails need not ask.
    member = _member(inbound.sender) if earlier or inbound.forwarded else None
    if member and inbound.forwarded and not _member(inbound.forwarded.sender):
        return _pass_on(inbound, channel, files, by=member, at=at)
    if member and earlier and not _is_participant(earlier, inbound.sender):
        return Received(_overhear(inbound, earlier, member, channel, files=files, at=at), opened=False)
    return _file(inbound, channel, files, earlier=earlier, at=at)


def _by_notice(inbound: Inbound, channel: Channel, files: tuple[Kept, ...], *, at: datetime) -> Received | Dropped:
    """To the address in a notice. Its member answers there; clients write there too, once a member has copied them.

    Whoever else does is perhaps the member from another address of theirs: that is a note.
    """
    found = told(inbound.staff_token)
    if found and found[0].email.lower() != inbound.sender.value.lower():
        member, ticket = found
        if _is_participant(ticket, inbound.sender):
            return _file(inbound, channel, files, earlier=ticket, at=at)
        if not inbound.automatic:
            return Received(_overhear(inbound, ticket, member, channel, files=files, at=at), opened=False)
    written = dictate(inbound, files, at=at)
    return written if isinstance(written, Dropped) else Received(written, opened=False)


def _member(sender: Sender) -> Member | None:
    """The member of staff whose address this is."""
    if sender.kind != EMAIL:
        return None
    return Member.objects.active().filter(email__iexact=sender.value).first()


def _is_participant(ticket: Ticket, sender: Sender) -> bool:
    """Whether the owner of an address takes part; nobody is made known by asking."""
    address = known(sender.kind, sender.value)
    return address is not None and takes_part(ticket, address.person)


def _pass_on(inbound: Inbound, channel: Channel, files: tuple[Kept, ...], *, by: Member, at: datetime) -> Received:
    """A member forwarded a client's mail: it is the client's message, and what stands above it a note."""
    original = inbound.forwarded
    assert original  # noqa: S101 asked by the caller
    theirs = replace(
        inbound,
        sender=original.sender,
        subject=original.subject,
        text=original.text,
        rest="",
        html=clean(original.html),
        copied=(),
    )
    earlier = _earlier_ticket(inbound, _named(inbound, channel))
    belongs = earlier if earlier and _is_participant(earlier, original.sender) else None
    received = _file(theirs, channel, files, earlier=belongs, by=by, at=at)
    if original.cover:
        cover = replace(inbound, text=original.cover, html="", rest="", external_id="")
        _overhear(cover, received.message.ticket, by, channel, at=at)
    return received


def _overhear(
    inbound: Inbound,
    ticket: Ticket,
    member: Member,
    channel: Channel,
    *,
    files: tuple[Kept, ...] = (),
    at: datetime,
) -> Message:
    """A mail under a member's address, on a ticket that is not theirs: a note, since nothing proves who wrote it."""
    unproven = {"kind": "unproven", "address": inbound.sender.value}
    shown = replace(inbound, cards=(*inbound.cards, unproven))
    message = write_down(shown, ticket, channel, at=at, member=member, is_note=True)
    attach(message, files)
    record("message.noted", ticket, at=at, message=message.pk)
    return message


def _file(
    inbound: Inbound,
    channel: Channel,
    files: tuple[Kept, ...],
    *,
    earlier: Ticket | None,
    by: Member | None = None,
    at: datetime,
) -> Received:
    sender = inbound.sender
    address = recognise(sender.kind, sender.value, name=sender.name, language=inbound.language)
    person = address.person
    opened = earlier is None or not _takes_answers(earlier, at)
    if earlier and not opened and not channel.is_live and _is_loop(earlier, person, at):
        inbound = replace(inbound, nature=Nature.LOOP)
    ticket = _open(inbound, address, channel, by=by or person, at=at) if earlier is None or opened else earlier
    if earlier and opened:
        ticket.link(earlier, "related", by=None, at=at)
    message = write_down(inbound, ticket, channel, at=at, person=person)
    if files:
        attach(message, files)
    _welcome_copied(inbound, ticket, person, at=at)
    note_bounce(inbound, at=at)
    facts = {"message": message.pk, "channel": channel.pk, "via": channel.kind, "opened": opened}
    record("message.received", ticket, by=by or person, at=at, **facts)
    if address.failing_since and not inbound.automatic:
        address.mark_working(at=at)
    if not opened:
        _move_up(ticket, inbound, person, at=at)
    return Received(message, opened)


def _is_loop(ticket: Ticket, person: Person, at: datetime) -> bool:
    """Whether somebody wrote more on a ticket of late than anybody types."""
    lately = ticket.messages.filter(person=person, at__gt=at - LOOP_WITHIN, at__lte=at)
    return lately.count() >= LOOP_MAX


def _named(inbound: Inbound, channel: Channel) -> Message | None:
    """The nearest of the messages that one names as those it answers."""
    if not inbound.replies_to:
        return None
    named = Message.objects.select_related("ticket", "aside__ticket")
    known_ones = named.filter(via=channel.kind, external_id__in=inbound.replies_to)
    by_name = {message.external_id: message for message in known_ones}
    return next((by_name[name] for name in inbound.replies_to if name in by_name), None)


def _earlier_ticket(inbound: Inbound, named: Message | None) -> Ticket | None:
    """The ticket that a message answers: that of the message it names, else by its signed address.

    The number in a subject proves nothing, so it counts only for somebody who takes part in that ticket.
    """
    if named:
        return named.ticket.held()
    if inbound.ticket_number:
        ticket = Ticket.objects.filter(pk=inbound.ticket_number).first()
        return ticket.held() if ticket else None
    if inbound.subject_number:
        ticket = Ticket.objects.filter(pk=inbound.subject_number).first()
        alive = ticket.held() if ticket else None
        return alive if alive and _is_participant(alive, inbound.sender) else None
    return None


def _takes_answers(ticket: Ticket, at: datetime) -> bool:
    """Whether an answer still belongs here; a ticket closed long ago is left in peace."""
    if ticket.state != Ticket.State.CLOSED:
        return True
    return ticket.state_at >= at - timedelta(days=Company.current().reopen_days)


def _open(inbound: Inbound, address: Address, channel: Channel, *, by: Actor, at: datetime) -> Ticket:
    is_spam = inbound.nature == Nature.SPAM
    wish = Wish(
        client=address.person,
        team=channel.team,
        subject=inbound.subject,
        type=inbound.type,
        priority=Ticket.Priority.LOW if is_spam else Ticket.Priority.NORMAL,
        channel=channel,
        address=address,
        tags=(*inbound.tags, SPAM_TAG) if is_spam else inbound.tags,
        fields=inbound.fields,
        excerpt=excerpt(inbound.text),
    )
    return open_ticket(wish, by=by, at=at)


def _welcome_copied(inbound: Inbound, ticket: Ticket, person: Person, *, at: datetime) -> None:
    """Let whom the sender copied take part, if the sender does: a stranger brings nobody in, nor themselves.

    Staff read along at the desk; copied, they do not become clients.
    """
    if len(inbound.copied) > COPIED_MAX or not inbound.copied or not takes_part(ticket, person):
        return
    emails = [copied.value.lower() for copied in inbound.copied if copied.kind == EMAIL]
    staff = set(Member.objects.active().filter(email__in=emails).values_list("email", flat=True))
    for copied in inbound.copied:
        if copied.value.lower() not in staff:
            add_participant(ticket, identify(copied.kind, copied.value, name=copied.name), by=person, at=at)


def _move_up(ticket: Ticket, inbound: Inbound, person: Person, *, at: datetime) -> None:
    """An answer came. If a person wrote it, what waited for them or was over is ours to do again."""
    if inbound.automatic:
        return
    Ticket.objects.filter(pk=ticket.pk).update(active_at=at, excerpt=excerpt(inbound.text))
    if ticket.state == Ticket.State.WAITING_CLIENT:
        ticket.set_state(Ticket.State.OPEN, by=person, at=at)
    else:
        ticket.reopen(by=person, at=at)
