"""What the chat’s scripts say, which are not pages: words with one place, `%(it)s`, that a script fills."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.channels.chat.attaching import FILE_MAX_BYTES, FILES_MAX


def button_words(language: str) -> dict[str, str]:
    """What the button says, in the language of the site’s page."""
    with override(language):
        return {
            "title": _("Chat"),
            "open": _("Open the chat"),
            "close": _("Close the chat"),
            "unread": _("Open the chat, unread messages: %(it)s"),
        }


def page_words() -> dict[str, str]:
    """What the page’s script says, in the active language."""
    return {
        "you": _("You"),
        "us": _("Automatic answer"),
        "typing": _("%(it)s is writing…"),
        "sending": _("sending…"),
        "failed": _("Not sent. Try again"),
        "changed": _("changed"),
        "byMail": _("Your question has been passed on. The answer will come by e-mail to %(it)s."),
        "ended": _("You ended the talk. If something else comes up, just write."),
        "blocked": _("This chat takes no more messages from you. Write to us another way if you need us."),
        "closed": _("Nobody is here just now. Leave a message with your e-mail: we will answer by mail."),
        "left": _("Nobody is here just now. We will answer by mail to %(it)s."),
        "offline": _("No connection. What you type is kept; it will be sent again."),
        "tooLarge": _("“%(it)s” is too large: a file may have %(most)s MB.")
        % {"it": "%(it)s", "most": FILE_MAX_BYTES // 2**20},
        "tooMany": _("One message may carry %(most)s files.") % {"most": FILES_MAX},
        "mailed": _("The talk is on its way to %(it)s."),
        "remove": _("Remove %(it)s"),
        "picture": _("Picture: %(it)s"),
    }
