"""Mailboxes, for administrators: the list, the screen that sets one up, its test, the sign-in at the provider."""

import json
import secrets

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from otklik.channels.email import oauth, trying
from otklik.channels.email.models import Mailbox, MailboxTest, mailbox_of
from otklik.channels.email.presets import PRESETS, by_key, preset_of
from otklik.desk.access import DeskRequest, administrators
from otklik.desk.health import forget_alarms, standings
from otklik.desk.mailboxes import AddressForm, MailboxForm, is_kept, keep
from otklik.desk.shell import is_htmx, part
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Channel

from .settings import settings_page

HISTORY = 5  # changes that are shown
SIGNING_IN = "mailbox_signing_in"  # in the session: which mailbox, and the word that must come back


@administrators
def mailboxes(request: DeskRequest) -> HttpResponse:
    return settings_page(request, "desk/mailboxes/list.html", current="mailboxes", rows=standings())


def _channel(pk: int) -> Channel:
    return get_object_or_404(Channel, kind="email", pk=pk)


@administrators
def mailbox(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a mailbox. Without JavaScript the provider’s settings are filled in by a button."""
    channel = _channel(pk) if pk else None
    kept = mailbox_of(channel) if channel else Mailbox()
    if "fill" in request.POST:
        return _filled(request, channel, kept)
    address, form = (
        AddressForm(request.POST or None, instance=channel),
        MailboxForm(request.POST or None, instance=kept),
    )
    if request.method == "POST" and all([address.is_valid(), form.is_valid()]):
        saved = keep(address, form, by=request.user)
        forget_alarms()
        messages.success(request, _("The mailbox %(address)s was saved.") % {"address": saved.address})
        if "test" in request.POST:
            trying.ask(saved.mailbox, language=request.user.language)
        return redirect(reverse("desk:mailbox", args=[saved.pk]) + "#test")
    return _screen(request, channel, kept, address=address, form=form, preset=request.POST.get("preset", ""))


def _filled(request: DeskRequest, channel: Channel | None, kept: Mailbox) -> HttpResponse:
    """The screen with what was typed, and the chosen provider’s settings in place."""
    preset = request.POST.get("preset", "")
    chosen = by_key(preset)
    typed = dict.fromkeys(MailboxForm.base_fields, "") | request.POST.dict() | (chosen.values if chosen else {})
    address, form = AddressForm(initial=typed, instance=channel), MailboxForm(initial=typed, instance=kept)
    return _screen(request, channel, kept, address=address, form=form, preset=preset)


def _screen(
    request: DeskRequest,
    channel: Channel | None,
    kept: Mailbox,
    *,
    address: AddressForm,
    form: MailboxForm,
    preset: str,
) -> HttpResponse:
    return settings_page(
        request,
        "desk/mailboxes/edit.html",
        current="mailboxes",
        channel=channel and Channel.objects.get(pk=channel.pk),
        mailbox=kept,
        address=address,
        form=form,
        presets=[(each, json.dumps(each.values)) for each in PRESETS],
        preset=by_key(preset) or preset_of(kept),
        test=_last_test(kept),
        lines=narrate(Event.objects.about(kept).order_by("-id")[:HISTORY]) if kept.pk else [],
        return_address=_return_address(),
        is_connected=is_kept(kept, "oauth_refresh_token"),
    )


def _last_test(mailbox: Mailbox) -> MailboxTest | None:
    return MailboxTest.objects.filter(mailbox=mailbox).order_by("-pk").first() if mailbox.pk else None


@administrators
def test(request: DeskRequest, pk: int) -> HttpResponse:
    """POST begins a test; GET answers how far it is, for the part of the page that asks every second."""
    tried = get_object_or_404(Mailbox, channel__kind="email", channel=pk)
    if request.method == "POST":
        trying.ask(tried, language=request.user.language)
    if not is_htmx(request):
        return redirect(reverse("desk:mailbox", args=[pk]) + "#test")
    return part(request, "desk/mailboxes/test.html", channel=tried.channel, test=_last_test(tried))


def _return_address() -> str:
    return f"{settings.URL}{reverse('desk:mailbox_signed_in')}"


@administrators
def sign_in(request: DeskRequest, pk: int) -> HttpResponse:
    """Away to the provider, where the mailbox’s owner says yes. A link, for a form may not lead off this site."""
    found = get_object_or_404(Mailbox, channel__kind="email", channel=pk)
    if not (found.oauth_client_id and found.oauth_provider in oauth.PROVIDERS):
        messages.error(request, _("Save the provider and your application’s identifier first."))
        return redirect("desk:mailbox", pk)
    state = secrets.token_urlsafe(32)
    request.session[SIGNING_IN] = {"channel": pk, "state": state}
    return redirect(oauth.authorization_url(found, redirect_uri=_return_address(), state=state))


@administrators
def signed_in(request: DeskRequest) -> HttpResponse:
    """Where the provider sends the administrator back, with a code and the word that we gave it."""
    begun = request.session.pop(SIGNING_IN, None)
    if not begun or not constant_time_compare(request.GET.get("state", ""), begun["state"]):
        messages.error(request, _("This sign-in was not begun here, or was finished already. Please begin anew."))
        return redirect("desk:mailboxes")
    found = get_object_or_404(Mailbox, channel=begun["channel"])
    _finish_sign_in(request, found)
    return redirect(reverse("desk:mailbox", args=[found.channel_id]) + "#test")


def _finish_sign_in(request: DeskRequest, found: Mailbox) -> None:
    if "code" not in request.GET:
        why = request.GET.get("error_description") or request.GET.get("error", "")
        messages.error(request, _("The provider did not agree: %(why)s") % {"why": why[:200]})
        return
    try:
        oauth.exchange(found, code=request.GET["code"], redirect_uri=_return_address())
    except OtklikError as fault:
        messages.error(request, str(fault))
        return
    with transaction.atomic():
        found.begin_anew()
        record("mailbox.signed_in", found, by=request.user)
    forget_alarms()
    trying.ask(found, language=request.user.language)
    messages.success(request, _("The provider lets Otklik into %(mailbox)s.") % {"mailbox": found})
