"""What can happen to a webhook, and to a ticket by one."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import declare, labels_of, names_of

from .models import Webhook

declare(
    "webhook.called",
    _("Webhook"),
    _("Webhook called: %(webhook)s"),
    keys={"webhook": names_of(Webhook)},
    personal=(),
)
declare(
    "webhook.paused",
    _("Webhook"),
    _("The webhook was paused: %(why)s"),
    keys={"why": labels_of(Webhook.Why)},
    personal=(),
)
declare("webhook.resumed", _("Webhook"), _("The webhook goes on"), personal=())
