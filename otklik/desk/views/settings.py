"""The settings pages, for administrators."""

from django.conf import settings as configuration
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from sesame.utils import get_query_string

from otklik.channels.webform.settings import FormOptionsForm, form_link, snippet
from otklik.desk.access import DeskRequest, administrators
from otklik.desk.settings import SECTIONS, CompanyForm, Section
from otklik.desk.shell import page
from otklik.journal.models import Parked
from otklik.journal.readers import retry
from otklik.staff.models import Company, Member
from otklik.tickets.models import Channel, RawMessage

SHOWN = 200
PREVIEW_BYTES = 20_000


def _page(request: DeskRequest, template: str, *, current: str, **context: object) -> HttpResponse:
    return page(request, template, here="settings", sections=SECTIONS.values(), current=current, **context)


@administrators
def company(request: DeskRequest) -> HttpResponse:
    form = CompanyForm(request.POST or None, instance=Company.objects.first())
    if form.is_valid():
        form.save()
        messages.success(request, _("The company was saved."))
        return redirect("desk:settings")
    return _page(request, "desk/settings/company.html", current="company", form=form)


def _section(key: str) -> Section:
    if key not in SECTIONS:
        raise Http404
    return SECTIONS[key]


@administrators
def section(request: DeskRequest, key: str) -> HttpResponse:
    shown = _section(key)
    rows = [(row, [cell for cell in shown.about(row) if cell]) for row in shown.rows()[:SHOWN]]
    return _page(request, "desk/settings/section.html", current=key, section=shown, rows=rows)


@administrators
def edit(request: DeskRequest, key: str, pk: int | None = None) -> HttpResponse:
    """Make or change one row of a section."""
    shown = _section(key)
    row = get_object_or_404(shown.rows(), pk=pk) if pk else None
    form = shown.form(request.POST or None, instance=row)
    if form.is_valid():
        kept = shown.keep(form, by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": kept})
        return redirect("desk:edit_setting", key, kept.pk)
    # The form has written what was typed, even what is wrong, into the row; the title shows what is true.
    name = str(shown.rows().get(pk=pk)) if pk else ""
    return _page(request, "desk/settings/edit.html", current=key, section=shown, row=row, form=form, name=name)


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
        Channel.objects.filter(pk=pk).update(options=form.options().as_json())
        messages.success(request, _("The form was saved."))
        return redirect("desk:form_options", pk)
    context = {"channel": channel, "form": form, "link": form_link(channel), "snippet": snippet(channel)}
    return _page(request, "desk/settings/form_options.html", current="forms", **context)


@administrators
def unread(request: DeskRequest) -> HttpResponse:
    """Raw messages that could not be read."""
    rows = RawMessage.objects.unread().select_related("channel").defer("body").order_by("-pk")[:SHOWN]
    return _page(request, "desk/settings/unread.html", current="unread", rows=rows)


@administrators
def raw(request: DeskRequest, pk: int) -> HttpResponse:
    """The beginning of a raw message as it came, for somebody who wants to see why; POST reads it again."""
    found = get_object_or_404(RawMessage, pk=pk)
    if request.method == "POST":
        if found.read_again():
            messages.success(request, _("The message will be read again now."))
        return redirect("desk:unread")
    text = bytes(found.body[:PREVIEW_BYTES]).decode("utf-8", "replace")
    return _page(request, "desk/settings/raw.html", current="unread", raw=found, text=text)


@administrators
def parked(request: DeskRequest) -> HttpResponse:
    """Events that a reader of the journal could not digest; POST gives one to it again."""
    if request.method == "POST":
        event = get_object_or_404(Parked.objects.select_related("event"), pk=request.POST.get("parked"))
        if retry(event):
            messages.success(request, _("It went well this time."))
        else:
            messages.error(request, _("It failed again. The reason stands beside it."))
        return redirect("desk:parked")
    rows = Parked.objects.select_related("event", "reader").order_by("-pk")[:SHOWN]
    return _page(request, "desk/settings/parked.html", current="parked", rows=rows)
