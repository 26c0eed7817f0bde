"""The page of a survey. A GET keeps no answer, whatever its address says: programs follow the links in mails."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from otklik.channels.webform.limits import Origin, count, is_over, network_of
from otklik.channels.webform.submitting import TooMany
from otklik.lib.errors import OtklikError
from otklik.portal.pages import page, private, speak
from otklik.portal.surveys import Sheet, SheetForm, chosen_in, given_before, sheet_of
from otklik.quality.answering import answer
from otklik.quality.models import DoNotAsk


@csrf_exempt  # the secret address gives the right here, no cookie does
@private
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The questions; afterwards thanks, and the way back to them for a day."""
    sheet = sheet_of(token, now())
    if sheet is None:
        return page(request, "portal/survey_gone.html", {}, status=404)
    speak(request, sheet.language)
    if sheet.is_over:
        return _page(request, "over", sheet, token, status=410)
    if request.method == "POST":
        return _taken(request, sheet, token)
    if sheet.invitation:
        sheet.invitation.note_opened(at=sheet.at)
    if _is_thanked(request, sheet):
        return _page(request, "thanks", sheet, token)
    form = _form(sheet)
    form.initial = given_before(sheet.response) | chosen_in(request.GET.get("a", ""), form.questions)
    return _page(request, "form", sheet, token, form=form)


def _is_thanked(request: HttpRequest, sheet: Sheet) -> bool:
    """Whether there is nothing to ask: it is answered, and nobody came to change that."""
    if sheet.invitation is None:
        return request.GET.get("done") == "answered"
    wants_more = "a" in request.GET or request.GET.get("change") == "yes"
    return sheet.response is not None and not (wants_more and sheet.is_changeable)


def _form(sheet: Sheet, request: HttpRequest | None = None) -> SheetForm:
    return SheetForm(request.POST if request else None, questions=sheet.questions, language=get_language() or "")


def _taken(request: HttpRequest, sheet: Sheet, token: str) -> HttpResponse:
    form = _form(sheet, request)
    if form.is_valid():
        try:
            _keep(sheet, form, network_of(request.META))
        except OtklikError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(token, "answered")
    return _page(request, "form", sheet, token, form=form, status=422)


def _keep(sheet: Sheet, form: SheetForm, network: str) -> None:
    """Raises TooMany, SurveyOver, AnswerSettled."""
    if sheet.invitation is None:
        return
    origin = Origin(network, f"survey.{sheet.invitation.pk}")
    if is_over(origin):
        raise TooMany
    if answer(sheet.invitation, form.said(), at=sheet.at):
        count(origin)


def _back(token: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:survey", args=[token]) + f"?done={done}#content", status=303)


@csrf_exempt  # as above
@private
@require_POST
def wishes(request: HttpRequest, token: str) -> HttpResponse:
    """Whether the client wants to be asked at all."""
    sheet = sheet_of(token, now())
    if sheet is None:
        return page(request, "portal/survey_gone.html", {}, status=404)
    person = sheet.invitation.person if sheet.invitation else None
    if person:
        (DoNotAsk.take_back if request.POST.get("ask") == "yes" else DoNotAsk.say)(person)
    return _back(token, "wished")


def _page(
    request: HttpRequest, part: str, sheet: Sheet, token: str, *, status: int = 200, **context: object
) -> HttpResponse:
    texts = sheet.texts(get_language() or "")
    known = {"sheet": sheet, "texts": texts, "token": token, "part": part, "done": request.GET.get("done", "")}
    return page(request, "portal/survey.html", known | context, status=status)
