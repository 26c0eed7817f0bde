"""What a person may ask of a survey that cannot be done."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class NoQuestions(OtklikError):
    code = "no_questions"
    message = _("“%(survey)s” was not switched on: it asks nothing yet. Add a question first.")


class TooManyQuestions(OtklikError):
    code = "too_many_questions"
    message = _("No question was added: a survey has %(most)s at most, or nobody answers it. Retire one first.")


class WasSent(OtklikError):
    code = "survey_was_sent"
    message = _("“%(survey)s” was not removed: clients were asked already. Switch it off; its answers stay readable.")


class SurveyOver(OtklikError):
    code = "survey_over"
    message = _("Your answer was not taken: the time to answer this survey is over.")


class AnswerSettled(OtklikError):
    code = "answer_settled"
    message = _("Your answer was not changed: that was possible for a day after you gave it.")
