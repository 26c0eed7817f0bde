"""Webhooks, for administrators: the list, one with its last calls, and what can be done to it."""

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk import webhooks as verbs
from otklik.desk.access import DeskRequest, administrators, number_in
from otklik.desk.health import forget_alarms
from otklik.desk.shell import is_htmx, part
from otklik.integrations.webhooks.models import PAUSES, Webhook, WebhookCall
from otklik.lib.rulebook import events

from .settings import settings_page

SHOWN = 50
EDIT = "desk/webhooks/edit.html"


@administrators
def webhooks(request: DeskRequest) -> HttpResponse:
    waiting = Count("calls", filter=Q(calls__due_at__isnull=False))
    rows = Webhook.objects.annotate(waiting=waiting, sent_at=Max("calls__sent_at"))
    return settings_page(request, "desk/webhooks/list.html", current="webhooks", rows=rows)


@administrators
def webhook(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a webhook or change it; below, its last calls. The secret of a new one is shown here, once."""
    kept = get_object_or_404(Webhook, pk=pk) if pk else Webhook()
    name = kept.name
    form = verbs.WebhookForm(request.POST or None, instance=kept)
    if not form.is_valid():
        return _page(request, kept, form=form, name=name)
    saved = form.keep(by=request.user)
    forget_alarms()
    if not pk:
        return _page(request, saved, form=verbs.WebhookForm(instance=saved), name=saved.name, secret=saved.secret)
    messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
    return redirect("desk:webhook", saved.pk)


def _page(request: DeskRequest, kept: Webhook, **context: object) -> HttpResponse:
    return settings_page(request, EDIT, current="webhooks", webhook=kept, **_calls(kept), **context)


def _calls(webhook: Webhook) -> dict[str, object]:
    rows = list(webhook.calls.select_related("ticket").order_by("-pk")[:SHOWN]) if webhook.pk else []
    labels = events()
    return {
        "calls": [(row, verbs.label_of(row.kind, labels)) for row in rows],
        "is_trying": any(row.is_trial and row.due_at for row in rows),
        "most_tries": len(PAUSES) + 1,
    }


@administrators
def calls(request: DeskRequest, pk: int) -> HttpResponse:
    """The last calls; POST makes one more, to try it out, or sends one again."""
    found = get_object_or_404(Webhook, pk=pk)
    if request.method == "POST" and "again" in request.POST:
        call = get_object_or_404(WebhookCall, pk=number_in(request, "again"), webhook=found)
        if call.send_again():
            messages.success(request, _("It is being sent again. The result stands here in a moment."))
    elif request.method == "POST":
        verbs.try_out(found, by=request.user)
    if is_htmx(request):
        return part(request, "desk/webhooks/calls.html", webhook=found, **_calls(found))
    return redirect(f"{reverse('desk:webhook', args=[pk])}#calls")


@require_POST
@administrators
def resume(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=pk)
    if found.resume(by=request.user):
        messages.success(request, _("“%(name)s” goes on, with all that waited.") % {"name": found})
    forget_alarms()
    return redirect("desk:webhook", pk)


@require_POST
@administrators
def renew(request: DeskRequest, pk: int) -> HttpResponse:
    """A new secret, shown here and never again."""
    found = get_object_or_404(Webhook, pk=pk)
    secret = verbs.renew_secret(found, by=request.user)
    form = verbs.WebhookForm(instance=found)
    return _page(request, found, form=form, name=found.name, secret=secret, is_renewed=True)


@require_POST
@administrators
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Not while a rule calls it: the rule would fail."""
    found = get_object_or_404(Webhook, pk=pk)
    if users := verbs.users_of(found):
        names = ", ".join(str(rule) for rule in users)
        text = _("“%(name)s” was not removed, because rules call it: %(rules)s. Take it out of them first.")
        messages.error(request, text % {"name": found, "rules": names})
        return redirect("desk:webhook", pk)
    verbs.remove(found, by=request.user)
    forget_alarms()
    messages.success(request, _("“%(name)s” was removed.") % {"name": found})
    return redirect("desk:webhooks")
