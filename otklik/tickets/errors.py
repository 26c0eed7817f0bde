"""What a person may ask of a ticket that cannot be done."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class NotInTeam(OtklikError):
    code = "not_in_team"
    message = _(
        "%(member)s does not answer for the team “%(team)s”. "
        "Choose somebody of this team, or hand the ticket over first."
    )


class NotFilledIn(OtklikError):
    code = "not_filled_in"
    message = _(
        "%(ticket)s was not handed over to “%(team)s”. This team wants to be filled in before: %(missing)s. "
        "Fill it in and hand the ticket over again."
    )


class CannotMerge(OtklikError):
    code = "cannot_merge"
    message = _("%(source)s cannot be merged into %(into)s: they are one ticket, or one of them was merged already.")


class CannotSeparate(OtklikError):
    code = "cannot_separate"
    message = _("%(source)s cannot be separated: it is not merged, or where it went was itself merged into another.")


class NobodyToAnswer(OtklikError):
    code = "nobody_to_answer"
    message = _(
        "The answer to %(ticket)s was not sent: the client has no address that we can write to. "
        "Add an e-mail address to the client."
    )


class EmptyMessage(OtklikError):
    code = "empty_message"
    message = _("There is nothing to send. Write a text or attach a file.")


class FilesTooLarge(OtklikError):
    code = "files_too_large"
    message = _(
        "The files are larger than the %(limit)s MB that one message may carry. "
        "Send fewer at a time, or a link to where they lie."
    )


class NoSubject(OtklikError):
    code = "no_subject"
    message = _("Nothing was sent. Say in a subject what you ask about, and choose a mailbox to write from.")


class NotAThirdParty(OtklikError):
    code = "not_a_third_party"
    message = _("Nothing was sent. %(why)s")


class CannotSplit(OtklikError):
    code = "cannot_split"
    message = _("A letter of a side conversation cannot become a ticket: it would be shown to the client.")


class TicketMerged(OtklikError):
    code = "ticket_merged"
    message = _("%(ticket)s was merged into %(into)s. Answer there.")


class TimeHasPassed(OtklikError):
    code = "time_has_passed"
    message = _("The ticket was not put off: this time has passed. Choose a later one.")


class NotYoursToRevise(OtklikError):
    code = "not_yours_to_revise"
    message = _("The message was not changed: only its author or a supervisor may change it.")


class TooLateToRevise(OtklikError):
    code = "too_late_to_revise"
    message = _(
        "The message was not changed: that is possible for %(minutes)s minutes after it was sent. "
        "Write another message instead."
    )


class SomethingNew(OtklikError):
    """Has the `events` among its facts."""

    code = "something_new"
    message = _("Nothing was sent: something happened on %(ticket)s that you have not seen. Read it, then send again.")
