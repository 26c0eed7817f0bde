"""The web form channel."""

from django.utils.translation import gettext_lazy as _


class WebForm:
    kind = "webform"
    label = _("Web form")
    icon = "clipboard-list"
