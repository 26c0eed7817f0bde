"""How rules call webhooks: the call is written in the rule’s transaction, and sent by a worker afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.lib.ruling import Action, Given, Parameter, Subject
from otklik.tickets.models import Ticket

from .facts import body_of, facts_of
from .models import Webhook, WebhookCall

KEY = "webhook"


def actions() -> list[Action]:
    return [Action(KEY, _("Call a webhook"), (Parameter("webhook", _("Webhook"), webhooks),), _call)]


def webhooks() -> list[tuple[str, Any]]:
    return [(str(row.pk), row.name) for row in Webhook.objects.all()]


def _call(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """Nothing is written for a webhook that is not in use; what is written for a paused one waits."""
    webhook = Webhook.objects.get(pk=given["webhook"])
    if not webhook.is_active:
        return False
    people = Ticket.objects.select_related("client__organisation", "team", "assignee", "channel")
    ticket = people.get(pk=subject.ticket.pk)  # as the actions before this one left it
    body = body_of(subject.event.kind, subject.event.at, facts_of(subject.event, ticket, by))
    WebhookCall.objects.create(webhook=webhook, ticket=ticket, kind=subject.event.kind, body=body, at=at, due_at=at)
    record("webhook.called", ticket, by=by, at=at, webhook=webhook.pk)
    return True
