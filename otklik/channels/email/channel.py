"""The e-mail channel."""

from django.utils.translation import gettext_lazy as _


class Email:
    kind = "email"
    label = _("E-mail")
    icon = "mail"
