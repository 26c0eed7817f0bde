"""The first-run wizard."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.desk.wizard import ZONES, WizardForm, found
from otklik.presets.book import PRESETS
from otklik.staff.models import Company, Member


def wizard(request: HttpRequest) -> HttpResponse:
    """Only while there is neither a company nor anybody who could sign in."""
    if Company.objects.exists() or Member.objects.exists():
        return redirect("desk:home")
    form = WizardForm(request.POST or None)
    if not form.is_valid():
        return render(request, "desk/wizard.html", {"form": form, "zones": ZONES, "presets": PRESETS.values()})
    administrator = found(form.cleaned_data)
    # allauth's own way in, so that this session stands in the list of sessions too.
    perform_login(request, administrator, email_verification="none")
    with override(administrator.language):
        text = _("Everything is ready. Send a mail to %(address)s: it will stand here.")
    messages.success(request, text % {"address": form.cleaned_data["mailbox"]})
    return redirect("desk:queue", "open")
