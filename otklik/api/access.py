"""Who asks: a bearer token with the scope that a route wants."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja.security import HttpBearer

from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .errors import OnlyLooks, ScopeMissing
from .models import ApiToken, digest_of


class ApiRequest(HttpRequest):
    """A request whose token was checked."""

    auth: ApiToken


class Bearer(HttpBearer):
    """Lets in tokens that have `scope`; into a writing scope only those that act as somebody who may write."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """None for a token that is not ours: one digest and one look-up, whatever was sent."""
        found = ApiToken.objects.usable().select_related("member").filter(digest=digest_of(token)).first()
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise ScopeMissing(scope=self.scope)
        if self.scope.endswith(":write") and not found.member.can_answer:
            raise OnlyLooks(member=found.member)
        found.note_use()
        return found


def visible_ticket(member: Member, number: int) -> Ticket:
    """A ticket with its people. Raises Http404 for one that this member may not see."""
    return get_object_or_404(Ticket.objects.visible_to(member).with_people(), pk=number)
