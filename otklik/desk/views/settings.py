"""The settings pages, for administrators."""

from django.conf import settings as configuration
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from sesame.utils import get_query_string

from otklik.channels.webform.settings import FormOptionsForm, form_link, snippet
from otklik.desk.access import DeskRequest, administrators
from otklik.desk.settings import SECTIONS, CompanyForm, Section, tell
from otklik.desk.settings_menu import GROUPS
from otklik.desk.shell import page
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.staff.models import Company, Member
from otklik.tickets.models import Channel

SHOWN = 200


def settings_page(request: DeskRequest, template: str, *, current: str, **context: object) -> HttpResponse:
    return page(request, template, here="settings", groups=GROUPS, current=current, **context)


@administrators
def company(request: DeskRequest) -> HttpResponse:
    form = CompanyForm(request.POST or None, instance=Company.objects.first())
    if form.is_valid():
        with transaction.atomic():
            tell("company", form.save(), by=request.user)
        messages.success(request, _("The company was saved."))
        return redirect("desk:settings")
    return settings_page(request, "desk/settings/company.html", current="company", form=form)


def _section(key: str) -> Section:
    if key not in SECTIONS:
        raise Http404
    return SECTIONS[key]


@administrators
def section(request: DeskRequest, key: str) -> HttpResponse:
    shown = _section(key)
    rows = [(row, [cell for cell in shown.about(row) if cell]) for row in shown.rows()[:SHOWN]]
    return settings_page(request, "desk/settings/section.html", current=key, section=shown, rows=rows)


@administrators
def edit(request: DeskRequest, key: str, pk: int | None = None) -> HttpResponse:
    """Make or change one row of a section."""
    shown = _section(key)
    row = get_object_or_404(shown.rows(), pk=pk) if pk else None
    form = shown.form(request.POST or None, instance=row)
    if form.is_valid():
        with transaction.atomic():
            kept = shown.keep(form, by=request.user)
            tell(key, kept, by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": kept})
        return redirect("desk:edit_setting", key, kept.pk)
    # The form has written what was typed, even what is wrong, into the row; the title shows what is true.
    name = str(shown.rows().get(pk=pk)) if pk else ""
    return settings_page(request, "desk/settings/edit.html", current=key, section=shown, row=row, form=form, name=name)


@administrators
def changes(request: DeskRequest) -> HttpResponse:
    """Who saved which setting, the newest first."""
    lines = narrate(Event.objects.about(request.company).order_by("-id")[:SHOWN])
    return settings_page(request, "desk/settings/changes.html", current="changes", lines=lines)


@require_POST
@administrators
def one_time_link(request: DeskRequest, pk: int) -> HttpResponse:
    """A link by which a member signs in once, to be handed over in person."""
    member = get_object_or_404(Member.objects.active(), pk=pk)
    link = configuration.URL + reverse("one_time_link") + get_query_string(member)
    messages.info(
        request, _("Give %(name)s this link; it works once, for a day: %(link)s") % {"name": member, "link": link}
    )
    return redirect("desk:edit_setting", "staff", pk)


@administrators
def form_options(request: DeskRequest, pk: int) -> HttpResponse:
    """What a web form says and asks, and what goes on the company’s own site."""
    channel = get_object_or_404(Channel, kind="webform", pk=pk)
    form = FormOptionsForm(request.POST or None, channel=channel)
    if form.is_valid():
        with transaction.atomic():
            Channel.objects.filter(pk=pk).update(options=form.options().as_json())
            tell("forms", channel, by=request.user)
        messages.success(request, _("The form was saved."))
        return redirect("desk:form_options", pk)
    context = {"channel": channel, "form": form, "link": form_link(channel), "snippet": snippet(channel)}
    return settings_page(request, "desk/settings/form_options.html", current="forms", **context)
