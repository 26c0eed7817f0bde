"""What can happen to an API token."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, names_of
from otklik.staff.models import Member

declare(
    "api_token.issued",
    _("API token"),
    _("API token “%(name)s” made; it acts as %(member)s"),
    keys={"name": as_is, "member": names_of(Member)},
    personal=(),
)
declare("api_token.revoked", _("API token"), _("API token “%(name)s” revoked"), keys={"name": as_is}, personal=())
