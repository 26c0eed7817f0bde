"""What can be asked of the search, by examples that work in the reader’s own language."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LESSONS = [
    (
        pgettext_lazy("search", "return money"),
        _("both words in any form, wherever they stand in a message, its subject or the client’s name"),
    ),
    (pgettext_lazy("search", "“does not print”"), _("these words just as they stand")),
    (pgettext_lazy("search", "invoice -paid"), _("the first word without the second")),
    (pgettext_lazy("search", "#1042"), _("the ticket of this number")),
    (pgettext_lazy("search", "45-67"), _("the end of a client’s phone number")),
    (pgettext_lazy("search", "from:smith"), _("what a client wrote, by their name, address or company")),
    (
        pgettext_lazy("search", "state:open,new"),
        _("any of these states; “type:”, “priority:”, “channel:” and “team:” go alike"),
    ),
    (
        pgettext_lazy("search", "assignee:me"),
        _("your own tickets; “assignee:nobody” are those of nobody"),
    ),
    (pgettext_lazy("search", "tag:payment"), _("tickets with this tag")),
    (
        pgettext_lazy("search", "has:file"),
        _("tickets with a file attached; names of files are found as words"),
    ),
    (
        pgettext_lazy("search", "after:01.09.2026 before:01.10.2026"),
        _("by the day on which the ticket was opened"),
    ),
]
