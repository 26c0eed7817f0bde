"""What can happen to a member of staff."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import declare, declare_actor, labels_of, names_of

from .models import Member

declare_actor(Member.journal_name, names_of(Member))

declare("member.invited", _("Invited"), _("The account was made."), personal=())
declare("member.signed_in", _("Signed in"), _("Signed in."), personal=())
declare("member.activated", _("Let in"), _("The account was opened again."), personal=())
declare("member.deactivated", _("Shut out"), _("The account was closed."), personal=())
declare(
    "member.role_changed",
    _("Role"),
    _("Role: %(before)s → %(after)s"),
    keys={"before": labels_of(Member.Role), "after": labels_of(Member.Role)},
    personal=(),
)
