"""What can happen to surveys, and to tickets and people by them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.journal.kinds import Words, as_is, declare, labels_of, names_of

from .models import Invitation, Question, Survey

survey: dict[str, Words | None] = {"survey": names_of(Survey)}
declare(
    "survey.sent",
    _("Survey"),
    _("Survey sent: %(survey)s"),
    keys={**survey, "message": None, "invitation": None},
    personal=(),
)
declare(
    "survey.not_sent",
    _("Survey"),
    _("Survey not sent: %(survey)s, because %(why)s"),
    keys={**survey, "why": labels_of(Invitation.Refusal)},
    personal=(),
)
# `recommend` is kept as a text: a clause tells what is not nothing, and 0 is a mark.
answered: dict[str, Words | None] = {
    **survey,
    "mark": as_is,
    "recommend": as_is,
    "is_bad": None,
    "team": None,
    "invitation": None,
}
for kind, sentence in {
    "survey.answered": _("Survey answered: %(survey)s"),
    "survey.revised": _("Answer to the survey changed: %(survey)s"),
}.items():
    declare(
        kind,
        _("Survey"),
        sentence,
        keys=answered,
        personal=(),
        also={
            "mark": _("satisfaction %(mark)s of 5"),
            "recommend": _("would recommend us: %(recommend)s of 10"),
            "is_bad": pgettext_lazy("of an answer to a survey", "a bad mark"),
        },
    )
declare("survey.declined", _("Survey"), _("Does not want to be asked any more"), personal=())
declare("survey.welcomed", _("Survey"), _("May be asked again"), personal=())
for kind, sentence in {
    "survey.made": _("Survey made"),
    "survey.changed": _("Survey changed"),
    "survey.switched_on": _("Survey switched on"),
    "survey.switched_off": _("Survey switched off"),
    "survey.removed": _("Survey removed"),
}.items():
    declare(kind, _("Survey"), sentence, personal=())
question: dict[str, Words | None] = {"question": names_of(Question)}
declare("survey.question_added", _("Survey"), _("Question added: %(question)s"), keys=question, personal=())
declare("survey.question_retired", _("Survey"), _("Question retired: %(question)s"), keys=question, personal=())
declare(
    "survey.question_changed",
    _("Survey"),
    _("Question changed: %(question)s → %(instead)s"),
    keys={**question, "instead": names_of(Question)},
    personal=(),
)
