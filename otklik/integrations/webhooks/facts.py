"""What a webhook is told: JSON of one stable shape, described in docs/webhooks.md. Names are added, never changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model

from otklik.clients.models import Person
from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket

TRIAL = "webhook.test"
TEXT_MAX = 5000  # characters; the whole text is in the API


def body_of(kind: str, at: datetime, facts: dict[str, Any]) -> str:
    whole = {"type": kind, "timestamp": moment(at), "data": facts}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def facts_of(event: Event, ticket: Ticket, rule: Any) -> dict[str, Any]:
    return {
        "rule": named(rule),
        "event": {"id": event.pk, "kind": event.kind, "by": _actor(event), "facts": event.facts},
        "ticket": _ticket(ticket),
        "message": _message(event),
    }


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def named(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "name": str(row)} if row else None


def _actor(event: Event) -> dict[str, Any] | None:
    """Who did it; None for Otklik itself."""
    models: dict[str, type[Model]] = {Member.journal_name: Member, Person.journal_name: Person}
    if not event.by:
        return None
    row = models[event.by]._default_manager.filter(pk=event.by_id).first() if event.by in models else None
    return {"kind": event.by, "id": event.by_id, "name": str(row) if row else None}


def _ticket(ticket: Ticket) -> dict[str, Any]:
    client = ticket.client
    addresses = client.addresses.order_by("pk").values_list("kind", "value")
    return {
        "number": ticket.pk,
        "url": settings.URL + ticket.get_absolute_url(),
        "subject": ticket.subject,
        "type": ticket.type,
        "state": ticket.state,
        "priority": Ticket.Priority(ticket.priority).name.lower(),
        "team": named(ticket.team),
        "assignee": named(ticket.assignee),
        "channel": named(ticket.channel),
        "tags": list(ticket.tags.order_by("name").values_list("name", flat=True)),
        "fields": ticket.fields,
        "opened_at": moment(ticket.opened_at),
        "client": {
            "id": client.pk,
            "name": client.name,
            "organisation": named(client.organisation),
            "addresses": [{"kind": kind, "value": value} for kind, value in addresses],
        },
    }


def _message(event: Event) -> dict[str, Any] | None:
    """The message that the event is about, if it is about one."""
    message = Message.objects.filter(pk=event.facts.get("message")).first()
    if message is None:
        return None
    return {
        "id": message.pk,
        "is_note": message.is_note,
        "aside": message.aside_id,
        "is_automatic": message.is_automatic,
        "text": message.text[:TEXT_MAX],
        "is_cut": len(message.text) > TEXT_MAX,
        "at": moment(message.at),
    }
