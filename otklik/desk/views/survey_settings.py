"""Surveys as administrators make them: the list, a survey with its questions, a question, and trying it out."""

import smtplib

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, administrators
from otklik.desk.surveys import QuestionForm, SurveyForm, users_of
from otklik.lib.errors import OtklikError
from otklik.quality.models import Question, Survey
from otklik.quality.ready import READY, take_up
from otklik.quality.trial import send_trial, trial_path

from .settings import settings_page
from .ticket import told

PLACES = {"up": -1, "down": 1}


@administrators
def survey_settings(request: DeskRequest) -> HttpResponse:
    """The surveys; POST takes up one that comes with the program."""
    if request.method == "POST":
        if request.POST.get("ready") not in READY:
            raise Http404
        survey = take_up(request.POST["ready"], by=request.user)
        messages.success(request, _("Here it is. Look at its questions, then switch it on."))
        return redirect("desk:survey", survey.pk)
    rows = [(survey, survey.questions.current().count()) for survey in Survey.objects.all()]
    names = {survey.name for survey, _count in rows}
    ready = [(key, each) for key, each in READY.items() if str(each.label) not in names]
    return settings_page(request, "desk/surveys/settings.html", current="surveys", rows=rows, ready=ready)


@administrators
def survey(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a survey or change its words; its questions stand beside."""
    kept = get_object_or_404(Survey, pk=pk) if pk else Survey()
    name = kept.name
    form = SurveyForm(request.POST or None, instance=kept)
    if form.is_valid():
        saved = form.keep(by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
        return redirect("desk:survey", saved.pk)
    context = {"form": form, "survey": kept, "name": name, "questions": [], "rules": [], "trial": ""}
    if pk:
        context |= {"questions": list(kept.questions.all()), "rules": users_of(kept), "trial": trial_path(kept)}
    return settings_page(request, "desk/surveys/edit.html", current="surveys", **context)


@require_POST
@administrators
def survey_switch(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Survey, pk=pk)
    try:
        (found.switch_on if request.POST.get("active") == "yes" else found.switch_off)(by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
    return redirect("desk:survey", pk)


@require_POST
@administrators
def survey_removal(request: DeskRequest, pk: int) -> HttpResponse:
    """Not once it was sent, and not while a rule starts it: the rule would fail."""
    found = get_object_or_404(Survey, pk=pk)
    if rules := users_of(found):
        text = _("“%(name)s” was not removed, because rules start it: %(rules)s. Take it out of them first.")
        messages.error(request, text % {"name": found, "rules": ", ".join(str(rule) for rule in rules)})
        return redirect("desk:survey", pk)
    try:
        found.remove(by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
        return redirect("desk:survey", pk)
    messages.success(request, _("“%(name)s” was removed.") % {"name": found})
    return redirect("desk:survey_settings")


@require_POST
@administrators
def survey_trial(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail of the survey, to whoever asks for it."""
    found = get_object_or_404(Survey, pk=pk)
    try:
        send_trial(found, request.user)
    except (OSError, smtplib.SMTPException) as fault:
        text = _("The test was not sent: %(fault)s. Try the outgoing server on the page of the mailbox.")
        messages.error(request, text % {"fault": fault})
    else:
        messages.success(request, _("The test is on its way to %(email)s.") % {"email": request.user.email})
    return redirect("desk:survey", pk)


@administrators
def new_question(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Survey, pk=pk)
    form = QuestionForm(request.POST or None)
    if form.is_valid():
        try:
            found.add(form.values(), by=request.user)
        except OtklikError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_at_questions(found))
    return settings_page(request, "desk/surveys/question.html", current="surveys", form=form, survey=found)


@administrators
def question(request: DeskRequest, pk: int) -> HttpResponse:
    """One question; once it was asked, another takes its place and its answers stay as they are."""
    found = get_object_or_404(Question.objects.current().select_related("survey"), pk=pk)
    form = QuestionForm(request.POST or None, question=found)
    if form.is_valid():
        found.change(form.values(), by=request.user)
        return redirect(_at_questions(found.survey))
    was_asked = found.survey.was_sent_since(found.created_at)
    context = {"form": form, "survey": found.survey, "question": found, "was_asked": was_asked}
    return settings_page(request, "desk/surveys/question.html", current="surveys", **context)


@require_POST
@administrators
def question_place(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a question up or down, or retire it."""
    found = get_object_or_404(Question.objects.current().select_related("survey"), pk=pk)
    match request.POST.get("move"):
        case "retire":
            try:
                found.retire(by=request.user)
            except OtklikError:
                text = _(
                    "The last question of a survey that is switched on stays. Add another one first, or switch it off."
                )
                messages.error(request, text)
        case move if move in PLACES:
            found.move(PLACES[move])
        case _unknown:
            raise Http404
    return redirect(_at_questions(found.survey))


def _at_questions(survey: Survey) -> str:
    return reverse("desk:survey", args=[survey.pk]) + "#questions"
