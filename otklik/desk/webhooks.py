"""Webhooks as administrators set them up: the form, the verbs, and how each call stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.integrations.webhooks.facts import TRIAL, body_of, named
from otklik.integrations.webhooks.models import Webhook, WebhookCall
from otklik.integrations.webhooks.rule_parts import KEY
from otklik.integrations.webhooks.troubles import Trouble
from otklik.lib.posting import target_of
from otklik.lib.remote import Refused
from otklik.rules.models import Rule
from otklik.staff.models import Member

from .settings import tell


class WebhookForm(forms.ModelForm[Webhook]):
    class Meta:
        model = Webhook
        fields = ["name", "url", "is_active"]
        widgets = {"url": forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})}

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        try:
            target_of(url, inner=settings.WEBHOOK_HOSTS)
        except Refused:
            raise ValidationError(Trouble.NOT_ALLOWED.label) from None
        return url

    def keep(self, *, by: Member) -> Webhook:
        """Make the webhook or change it; of a row that is there only what the form has is written."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        with transaction.atomic():
            kept, _is_new = Webhook.objects.update_or_create(pk=self.instance.pk, defaults=said)
            tell("webhooks", kept, by=by)
        return kept


def renew_secret(webhook: Webhook, *, by: Member) -> str:
    with transaction.atomic():
        secret = webhook.renew_secret()
        tell("webhooks", webhook, by=by)
    return secret


def users_of(webhook: Webhook) -> list[Rule]:
    """The rules that call it."""
    calls = {"do": KEY, "webhook": str(webhook.pk)}
    return [rule for rule in Rule.objects.all() if any(calls.items() <= step.items() for step in rule.actions)]


def remove(webhook: Webhook, *, by: Member) -> None:
    with transaction.atomic():
        tell("webhooks", webhook, by=by)
        webhook.delete()


def try_out(webhook: Webhook, *, by: Member, at: datetime | None = None) -> WebhookCall:
    """A call to see whether it gets through; the worker makes it at once."""
    at = at or now()
    body = body_of(TRIAL, at, {"webhook": named(webhook), "asked_by": named(by)})
    return WebhookCall.objects.create(webhook=webhook, kind=TRIAL, body=body, at=at, due_at=at)


def label_of(kind: str, labels: Mapping[str, object]) -> object:
    """What a call tells of, in words."""
    return _("Test") if kind == TRIAL else labels.get(kind, kind)
