"""The browsers in which a member is told by Web Push. What a browser says of itself is taken for hostile."""

import re

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.lib.posting import target_of
from otklik.lib.remote import Refused
from otklik.notices.models import Push, Subscription
from otklik.notices.models.subscription import ENDPOINT_MAX, padded

AUTH_BYTES = 16
NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")  # of a host; a number of a host is none, and no service has one
PRINTABLE = re.compile(r"[!-~]+")


class SubscriptionForm(forms.Form):
    """What a browser gives to whoever may push to it."""

    endpoint = forms.CharField(max_length=ENDPOINT_MAX)
    public = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=30)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        try:
            host = target_of(endpoint, inner=()).hostname or ""
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        if not PRINTABLE.fullmatch(endpoint) or not NAME.fullmatch(host) or host.rpartition(".")[2].isdecimal():
            raise ValidationError("It is no address of a push service.")
        return endpoint

    def clean_public(self) -> str:
        public: str = self.cleaned_data["public"]
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded(public))
        except ValueError as fault:
            raise ValidationError("It is no key of the curve P-256.") from fault
        return public

    def clean_auth(self) -> str:
        auth: str = self.cleaned_data["auth"]
        try:
            is_whole = len(padded(auth)) == AUTH_BYTES
        except ValueError:
            is_whole = False
        if not is_whole:
            raise ValidationError("It is no secret of 16 bytes.")
        return auth


@require_POST
@members
def subscribe(request: DeskRequest) -> HttpResponse:
    """Tell the member in the browser that asks, while this sign-in holds."""
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    agent, session = request.headers.get("User-Agent", ""), str(request.session.session_key)
    Subscription.take(request.user, session=session, user_agent=agent, **form.cleaned_data)
    return HttpResponse(status=204)


@require_POST
@members
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    get_object_or_404(Subscription, pk=pk, member=request.user).delete()
    messages.success(request, _("That browser is told nothing any more."))
    return redirect("desk:notices")


@require_POST
@members
def trial(request: DeskRequest, pk: int) -> HttpResponse:
    """Send a notice to see whether it arrives."""
    Push.objects.create(subscription=get_object_or_404(Subscription, pk=pk, member=request.user))
    messages.success(request, _("A notice is on its way: it should be there in some seconds."))
    return redirect("desk:notices")
