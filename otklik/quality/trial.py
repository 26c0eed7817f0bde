"""Trying a survey out: the questionnaire as clients see it, which keeps nothing, and its mail to oneself."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.clients.models import Person
from otklik.lib.html import html_of
from otklik.lib.tokens import sign
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket

from .letters import first_question, words
from .models import Survey

TRIAL = "survey.trial"  # what the token of a trial's page is signed for


def trial_path(survey: Survey) -> str:
    return reverse("portal:survey", args=[sign(TRIAL, str(survey.pk))])


def example() -> Ticket:
    """A ticket that is none, for the words in braces."""
    return Ticket(
        pk=1042, subject=_("The printer is silent"), client=Person(name=_("Anna")), team=Team(name=_("Support"))
    )


def send_trial(survey: Survey, member: Member) -> None:
    """The mail as a client would get it, to a member, by the company's mailbox. Raises OSError, SMTPException."""
    language = member.language
    said, questions = words(survey, language, example()), list(survey.questions.current())
    text, html = first_question(questions, settings.URL + trial_path(survey), language=language)
    with override(language):
        subject = _("Test: %(subject)s") % {"subject": said["subject"]}
        body = render_to_string(
            "quality/trial.html", {"language": language, "said": html_of(said["letter"]), "html": html}
        )
    mail = EmailMultiAlternatives(subject, f"{said['letter']}\n\n{text}\n", to=[member.email])
    mail.attach_alternative(body, "text/html")
    mail.send()
