"""What surveys came to, for those who lead others: the list, the results, and the answers behind each number."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, members
from otklik.desk.shell import page
from otklik.desk.survey_results import Chosen, Shown, asked, choices, parts_of, tables
from otklik.lib.keyset import BadCursor
from otklik.lib.keyset import page as keyset_page
from otklik.lib.spreadsheets import csv_of
from otklik.quality import results
from otklik.quality.export import lines
from otklik.quality.models import Survey

ORDER = ("sent_at", "id")
LATELY = timedelta(days=90)
SIZE = 50
View = Callable[..., HttpResponseBase]


def leaders(view: View) -> View:
    """Supervisors and administrators; everybody else gets 403."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: object, **named: object) -> HttpResponseBase:
        if not request.user.leads:
            raise PermissionDenied
        return view(request, *args, **named)

    return members(guarded)


@leaders
def surveys(request: DeskRequest) -> HttpResponse:
    """Every survey with what it came to of late."""
    found = results.of_all(list(Survey.objects.all()), now() - LATELY, request.user)
    rows = [(survey, Shown(survey.name, figures, "")) for survey, figures in found]
    return page(request, "desk/surveys/list.html", here="surveys", rows=rows, days=LATELY.days)


@leaders
def survey_results(request: DeskRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    chosen = Chosen.of_query(request.GET, localdate())
    slice_ = chosen.slice(survey, request.user)
    context = {
        "survey": survey,
        "chosen": chosen,
        "total": Shown("", results.total(slice_), chosen.address(survey)),
        "tables": tables(slice_, chosen),
        "asked": asked(slice_, chosen, request.user.language),
        "choices": choices(request.user, chosen),
        "export": chosen.address(survey, "survey_export"),
    }
    return page(request, "desk/surveys/results.html", here="surveys", **context)


@leaders
def survey_answers(request: DeskRequest, pk: int) -> HttpResponse:
    """The invitations behind a number, the newest first; `?after=` is the cursor of keyset paging."""
    survey = get_object_or_404(Survey, pk=pk)
    chosen, only = Chosen.of_query(request.GET, localdate()), request.GET.get("only", "")
    answer = _answer_in(request.GET.get("answer", ""))
    try:
        rows = results.behind(chosen.slice(survey, request.user), only, answer)
        found = keyset_page(rows, order=ORDER, cursor=request.GET.get("after", ""), size=SIZE)
    except (KeyError, BadCursor) as nonsense:
        raise Http404(_("This page address is damaged. Begin from the first page.")) from nonsense
    context = {"survey": survey, "chosen": chosen, "found": found, "back": chosen.address(survey, "survey_results")}
    told = parts_of(survey, chosen, only, answer, request.user.language)
    return page(request, "desk/surveys/answers.html", here="surveys", told=told, **context)


def _answer_in(text: str) -> tuple[int, str] | None:
    number, dot, value = text.partition(".")
    return (int(number), value[:20]) if dot and number.isdecimal() and len(number) <= 18 else None


@leaders
def survey_export(request: DeskRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    slice_ = Chosen.of_query(request.GET, localdate()).slice(survey, request.user)
    table = csv_of(lines(slice_, request.user.language))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="survey-{survey.pk}-{localdate().isoformat()}.csv"'
    return response
