"""Who is available, for whoever looks after a team; and everybody's own leave."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.people import LeaveForm, crews, may_plan
from otklik.desk.shell import is_htmx, page, part
from otklik.lib.errors import OtklikError
from otklik.staff.availability import available
from otklik.staff.models import Leave, Member

LIST = "desk/people/list.html"


@members
def people(request: DeskRequest) -> HttpResponse:
    """The teams that one looks after: who is there, with how much to do, until when."""
    if request.user.role not in (Member.Role.SUPERVISOR, Member.Role.ADMINISTRATOR):
        raise PermissionDenied
    context = {"crews": crews(request.user, now())}
    if is_htmx(request):
        return part(request, f"{LIST}#crews", **context)
    return page(request, LIST, here="people", **context)


def _colleague(request: DeskRequest, pk: int) -> Member:
    found = get_object_or_404(Member.objects.active().select_related("calendar"), pk=pk)
    if not may_plan(request.user, found):
        raise PermissionDenied
    return found


@answering
def colleague(request: DeskRequest, pk: int) -> HttpResponse:
    """One member's leave: what is planned, and a form to plan some."""
    found = _colleague(request, pk)
    form = LeaveForm(request.POST or None, member=found)
    if form.is_valid():
        try:
            form.plan(by=request.user)
            messages.success(request, _("The leave was planned."))
            return redirect("desk:colleague", pk)
        except OtklikError as refusal:
            form.add_error(None, str(refusal))
    leaves = Leave.objects.filter(member=found).to_come(now()).select_related("substitute")
    context = {"colleague": found, "form": form, "leaves": leaves, "how": available(found, now())}
    return page(request, "desk/people/colleague.html", here="people", **context)


@require_POST
@answering
def cancel_leave(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a planned leave not be, or end one that is on."""
    leave = get_object_or_404(Leave.objects.select_related("member"), pk=pk)
    _colleague(request, leave.member_id)
    if leave.cancel(by=request.user):
        messages.success(request, _("The leave is off."))
    return redirect("desk:colleague", leave.member_id)
