"""What a person may ask of a promise that cannot be done."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class CallbackPromised(OtklikError):
    code = "callback_promised"
    message = _("A callback is promised on %(ticket)s already. Call, or withdraw that one first.")


class CallbackOver(OtklikError):
    code = "callback_over"
    message = _("No callback waits on %(ticket)s any more: somebody has called meanwhile, or it was withdrawn.")


class NoPhone(OtklikError):
    code = "no_phone"
    message = _("There is no phone number to call on %(ticket)s. Type one with its code, for example +7 495 000-00-00.")
