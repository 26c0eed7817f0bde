"""Settings: working calendars."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.calendars import ical
from otklik.calendars.hours import AROUND_THE_CLOCK
from otklik.calendars.models import Calendar
from otklik.calendars.production import is_decreed
from otklik.desk import calendars as verbs
from otklik.desk.access import DeskRequest, administrators

from .settings import settings_page
from .ticket import told


@administrators
def calendars(request: DeskRequest) -> HttpResponse:
    context = {"calendars": Calendar.objects.prefetch_related("policies"), "remind": verbs.to_remind()}
    return settings_page(request, "desk/calendars/list.html", current="calendars", **context)


@administrators
def calendar(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a calendar, or change its name, zone and week; below, the year with the dates that differ."""
    row = get_object_or_404(Calendar.objects.prefetch_related("days"), pk=pk) if pk else None
    form = verbs.CalendarForm(request.POST or None, instance=row)
    if request.GET.get("always") and not request.POST:
        form = verbs.CalendarForm(instance=Calendar(name=_("Around the clock"), week=[[list(AROUND_THE_CLOCK[0])]] * 7))
    if form.is_valid():
        kept = form.keep(by=request.user)
        messages.success(
            request, _("“%(name)s” was saved. Deadlines that it moves are being counted.") % {"name": kept}
        )
        return redirect("desk:calendar", kept.pk)
    context = {"form": form, "hint": verbs.HOURS_HINT, "remind": verbs.to_remind()}
    if row:
        context |= _year(request, Calendar.objects.prefetch_related("days").get(pk=row.pk))
    return settings_page(request, "desk/calendars/edit.html", current="calendars", **context)


def _year(request: DeskRequest, row: Calendar) -> dict[str, object]:
    year = _year_asked(request.GET.get("year") or str(localdate().year))
    return {
        "calendar": row,
        "year": year,
        "months": verbs.year_of(row, year),
        "days": [day for day in row.days.all() if day.date.year == year],
        "marks": verbs.MARKS.items(),
        "day_form": verbs.DayForm(),
    }


def _year_asked(text: str) -> int:
    last = localdate().year + verbs.YEARS_ON
    if not text.isdecimal() or not verbs.FIRST_YEAR <= int(text[:5]) <= last:
        raise Http404
    return int(text)


def _to_year(row: Calendar, year: int) -> HttpResponse:
    return redirect(f"{reverse('desk:calendar', args=[row.pk])}?year={year}#year")


@require_POST
@administrators
def day(request: DeskRequest, pk: int) -> HttpResponse:
    """Say how one date differs, or let it be like its weekday again."""
    row, form = get_object_or_404(Calendar, pk=pk), verbs.DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("desk:calendar", pk)
    if "remove" in request.POST:
        verbs.forget_day(row, form.cleaned_data["date"], by=request.user)
    else:
        form.keep(row, by=request.user)
    return _to_year(row, form.cleaned_data["date"].year)


@require_POST
@administrators
def follow(request: DeskRequest, pk: int) -> HttpResponse:
    """Take up one year of the Russian production calendar."""
    row, year = get_object_or_404(Calendar, pk=pk), _year_asked(request.POST.get("year", ""))
    count = verbs.follow(row, year, by=request.user)
    text = ngettext("%(count)s date of %(year)s differs now.", "%(count)s dates of %(year)s differ now.", count)
    messages.success(request, text % {"count": count, "year": year})
    if not is_decreed(year):
        messages.warning(
            request, _("The days off of %(year)s are not decreed yet. Follow it again once they are.") % {"year": year}
        )
    if unknown := row.unknown_days(year):
        names = ", ".join(unknown)
        messages.warning(
            request,
            _("Dates of %(year)s that %(region)s announces every year are not known here: %(names)s. Add them by hand.")
            % {"year": year, "region": row.get_region_display(), "names": names},
        )
    return _to_year(row, year)


@require_POST
@administrators
def take_up(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the dates of an iCalendar file days off."""
    row, upload = get_object_or_404(Calendar, pk=pk), request.FILES.get("file")
    try:
        days = ical.read(upload.read(ical.FILE_MAX_BYTES + 1) if upload else b"")
    except ValidationError as refusal:
        told(request, refusal)
        return redirect("desk:calendar", pk)
    count = verbs.take_up(row, days, by=request.user)
    text = ngettext("%(count)s date is a day off now.", "%(count)s dates are days off now.", count)
    messages.success(request, text % {"count": count})
    return _to_year(row, days[0].date.year)


@administrators
def export(request: DeskRequest, pk: int) -> HttpResponse:
    """The dates that differ, for other calendar programs."""
    row = get_object_or_404(Calendar, pk=pk)
    heads = {"Content-Disposition": f'attachment; filename="calendar-{row.pk}.ics"'}
    return HttpResponse(verbs.exported(row), content_type="text/calendar; charset=utf-8", headers=heads)
