"""What can happen to a ticket."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from otklik.clients.kinds import sorts_of_address
from otklik.clients.models import Person
from otklik.journal.kinds import Words, as_is, declare, declare_actor, labels_of, moments, names_of
from otklik.staff.models import Member, Team

from .models import Aside, Channel, Party, Ticket, TicketField, TicketLink
from .models.terms import in_words


def numbers(values: set[Any]) -> Mapping[Any, str]:
    return {value: f"#{value}" for value in values}


ticket_opened = {"channel": names_of(Channel), "subject": as_is}
person = names_of(Person)
delivery = {"message": as_is, "delivery": as_is}


def missing(values: set[Any]) -> Mapping[Any, str]:
    """The value is what was not filled in, as codes with commas; see `models.terms`."""
    fields = dict(TicketField.objects.values_list("key", "label"))
    return {value: in_words(value.split(","), fields) for value in values}


def field_labels(values: set[Any]) -> Mapping[Any, str]:
    return dict(TicketField.objects.filter(key__in=values).values_list("key", "label"))


def days(values: set[Any]) -> Mapping[Any, str]:
    return {value: date_format(date.fromisoformat(value), "j E Y") for value in values}


def changed(words: Any) -> dict[str, Any]:
    return {"before": words, "after": words}


declare("ticket.opened", _("Opened"), _("Ticket opened: %(subject)s"), keys=ticket_opened, personal=("subject",))
declare(
    "ticket.state_changed",
    _("State"),
    _("State: %(before)s → %(after)s"),
    keys=changed(labels_of(Ticket.State)),
    personal=(),
)
declare(
    "ticket.priority_changed",
    _("Priority"),
    _("Priority: %(before)s → %(after)s"),
    keys=changed(labels_of(Ticket.Priority)),
    personal=(),
)
declare(
    "ticket.type_changed",
    _("Type"),
    _("Type: %(before)s → %(after)s"),
    keys=changed(labels_of(Ticket.Type)),
    personal=(),
)
declare(
    "ticket.renamed",
    _("Subject"),
    _("Subject: %(before)s → %(after)s"),
    keys=changed(as_is),
    personal=("before", "after"),
)
declare(
    "ticket.assigned",
    _("Assignee"),
    _("Assignee: %(before)s → %(after)s"),
    keys=changed(names_of(Member)),
    personal=(),
)
declare(
    "ticket.handed_over",
    _("Team"),
    _("Team: %(before)s → %(after)s"),
    keys={**changed(names_of(Team)), "why": as_is, "missing": missing},
    personal=("why",),
    also={"why": _("why: %(why)s"), "missing": _("not filled in: %(missing)s")},
)
declare(
    "ticket.field_changed",
    _("Field"),
    _("%(field)s: %(before)s → %(after)s"),
    keys={"field": as_is, "before": as_is, "after": as_is},
    personal=("before", "after"),
)
declare(
    "ticket.date_came",
    _("Date"),
    _("%(field)s: %(date)s has come"),
    keys={"field": field_labels, "date": days},
    personal=("date",),
)
declare(
    "ticket.put_off",
    _("Put off"),
    _("Put off"),
    keys={"until": moments},
    personal=(),
    also={"until": _(" until %(until)s")},
)
declare("ticket.woken", _("Back"), _("Back among what is to be done"), keys={"told": names_of(Member)}, personal=())
declare(
    "ticket.answered_at",
    _("Where the client is answered"),
    _("The client is answered by: %(after)s"),
    keys={"after": sorts_of_address},
    personal=(),
)
declare("ticket.tagged", _("Tag"), _("Tag added: %(tag)s"), keys={"tag": as_is}, personal=())
declare("ticket.untagged", _("Tag"), _("Tag removed: %(tag)s"), keys={"tag": as_is}, personal=())
declare(
    "ticket.linked",
    _("Link"),
    _("Linked with %(other)s: %(as_)s"),
    keys={"other": numbers, "as_": labels_of(TicketLink.Kind)},
    personal=(),
)
declare("ticket.unlinked", _("Link"), _("Link with %(other)s removed"), keys={"other": numbers}, personal=())
# What taking it back needs: the state before, and the numbers of what moved and of who began to take part.
merging = {"into": numbers, "state": None, "messages": None, "joined": None, "asides": None}
declare("ticket.merged", _("Merged"), _("Merged into %(into)s"), keys=merging, personal=())
declare("ticket.absorbed", _("Merged"), _("Took in %(source)s"), keys={"source": numbers}, personal=())
declare("ticket.separated", _("Merging taken back"), _("Separated from %(into)s"), keys={"into": numbers}, personal=())
declare("ticket.released", _("Merging taken back"), _("Let %(source)s go again"), keys={"source": numbers}, personal=())
declare("ticket.split", _("Split"), _("A message became %(new)s"), keys={"new": numbers}, personal=())
declare(
    "message.received",
    _("Message from a client"),
    _("Message received: %(channel)s"),
    keys={"message": as_is, "channel": names_of(Channel), "via": as_is, "opened": as_is},
    personal=(),
)
declare("message.sent", _("Answer"), _("Answer written"), keys={"message": as_is}, personal=())
declare(
    "message.taken_back",
    _("Taken back"),
    _("An answer was taken back before it left"),
    keys={"message": as_is},
    personal=(),
)
declare(
    "message.sent_by_rule",
    _("Automatic answer"),
    _("An automatic answer written"),
    keys={"message": as_is},
    personal=(),
)
declare("message.revised", _("Changed message"), _("A message was changed"), keys={"message": as_is}, personal=())
declare(
    "message.mentioned",
    _("Mentioned"),
    _("Mentioned in a note: %(told)s"),
    keys={"message": as_is, "told": names_of(Member)},
    personal=(),
)
declare("ticket.watched", _("Watching"), _("Watched by %(member)s"), keys={"member": names_of(Member)}, personal=())
declare(
    "ticket.unwatched",
    _("Watching"),
    _("No longer watched by %(member)s"),
    keys={"member": names_of(Member)},
    personal=(),
)
declare("message.noted", _("Note"), _("Note written"), keys={"message": as_is}, personal=())
declare(
    "ticket.pointed_out",
    _("Pointed out"),
    _("Pointed out to %(told)s"),
    keys={"told": names_of(Member)},
    personal=(),
)
declare("participant.added", _("Participant"), _("Participant added: %(person)s"), keys={"person": person}, personal=())
declare(
    "participant.removed",
    _("Participant"),
    _("Participant removed: %(person)s"),
    keys={"person": person},
    personal=(),
)
declare("client.changed", _("Client"), _("Client: %(before)s → %(after)s"), keys=changed(person), personal=())
declare("delivery.sent", _("Sent"), _("The answer was sent"), keys=delivery, personal=())
declare("delivery.held", _("In the outbox"), _("The answer waits in the outbox"), keys=delivery, personal=())
declare("delivery.failed", _("Not delivered"), _("The answer could not be delivered"), keys=delivery, personal=())
declare_actor(Party.journal_name, names_of(Party))
letter: dict[str, Words | None] = {"message": as_is, "aside": names_of(Aside)}
declare(
    "aside.opened",
    _("Side conversation"),
    _("A side conversation begun: %(subject)s"),
    keys={"aside": None, "subject": as_is},
    personal=("subject",),
)
declare("aside.sent", _("Letter to a third party"), _("Written to a third party: %(aside)s"), keys=letter, personal=())
declare(
    "aside.received",
    _("A third party’s answer"),
    _("A third party answered: %(aside)s"),
    keys=letter | {"automatic": None},
    personal=(),
)
declare(
    "aside.taken_back",
    _("Taken back"),
    _("A letter to a third party was taken back before it left"),
    keys={"message": as_is},
    personal=(),
)
for kind, sentence in {
    "aside.ended": _("The side conversation is over: %(aside)s"),
    "aside.reopened": _("The side conversation goes on: %(aside)s"),
}.items():
    declare(kind, _("Side conversation"), sentence, keys={"aside": names_of(Aside)}, personal=())
declare("aside.delivered", _("Sent"), _("The letter to a third party was sent"), keys=delivery, personal=())
declare(
    "aside.held", _("In the outbox"), _("The letter to a third party waits in the outbox"), keys=delivery, personal=()
)
declare(
    "aside.failed",
    _("Not delivered"),
    _("The letter to a third party could not be delivered"),
    keys=delivery,
    personal=(),
)
for kind, sentence in {
    "view.made": _("The view “%(name)s” was made"),
    "view.changed": _("The view “%(name)s” was changed"),
    "view.removed": _("The view “%(name)s” was removed"),
}.items():
    declare(kind, _("View"), sentence, keys={"name": as_is}, personal=("name",))
