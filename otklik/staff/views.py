"""Signing in by a one-time link; the member's own profile."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from sesame.utils import get_user

from .forms import PreferencesForm, ProfileForm, keep
from .models import Member


def one_time_link(request: HttpRequest) -> HttpResponse:
    """Show a button, and sign in when it is pressed: a program that merely opens the link must not use it up."""
    token = request.POST.get("token") or request.GET.get("token", "")
    if request.method != "POST":
        return render(request, "staff/one_time_link.html", {"token": token})
    member = get_user(token)
    if member is None:
        messages.error(request, _("This link was used already or is too old. Ask an administrator for a new one."))
        return redirect("account_login")
    response: HttpResponse = perform_login(request, member, email_verification="none")
    return response


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, signature, language and theme of the member who looks."""
    member = Member.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid():
        keep(member, form.cleaned_data)
        messages.success(request, _("Your profile was saved."))
        return redirect("profile")
    return render(request, "staff/profile.html", {"form": form})


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Switch the language or the theme and go back; a visitor's language is kept in a cookie."""
    form = PreferencesForm(request.POST)
    chosen = form.chosen() if form.is_valid() else {}
    back = request.POST.get("next", "")
    response = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    if isinstance(request.user, Member):
        keep(request.user, chosen)
    if chosen.get("language"):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen["language"], max_age=31_536_000, samesite="Lax")
    return response
