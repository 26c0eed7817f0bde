"""What a person may ask of the knowledge base that cannot be done."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class NothingWritten(OtklikError):
    code = "nothing_written"
    message = _("The article was not kept: it needs a title and a text.")


class WrittenMeanwhile(OtklikError):
    code = "written_meanwhile"
    message = _(
        "Somebody else changed this article while you wrote. Nothing was overwritten and your text is kept here: "
        "compare it with the newest version, then save again."
    )


class MayNotPublish(OtklikError):
    code = "may_not_publish"
    message = _("Supervisors and administrators publish articles. Ask for a review: they are shown what waits.")


class ForStaffOnly(OtklikError):
    code = "for_staff_only"
    message = _("“%(title)s” is for staff only: the client could not open the link. Choose another article.")


class TooManyVoices(OtklikError):
    code = "too_many_voices"
    message = _("Many opinions came from your network within an hour, so this one was not counted. Try again later.")


class ClosedToClients(OtklikError):
    code = "closed_to_clients"
    message = _("The knowledge base is switched off for clients, so a link would not open. Insert the text instead.")


class BadBundle(OtklikError):
    code = "bad_bundle"
    message = _(
        "The articles cannot be read: %(why)s. It must be a folder, or a zip of one, with files of at most 20 MB, "
        "500 MB and 5,000 files together. Nothing more was imported."
    )
