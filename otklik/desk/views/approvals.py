"""Approvals: what waits for me, the answers, and the rules that ask."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.approvals.models import Approval, ApprovalRule
from otklik.desk.access import DeskRequest, administrators, members
from otklik.desk.approvals import RuleForm, decidable, in_words, steps_form, waiting_for
from otklik.desk.shell import page
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Ticket

from .settings import settings_page
from .ticket import again, told


@members
def approvals(request: DeskRequest) -> HttpResponse:
    """What this member is asked for; it may be on tickets that they do not see."""
    shown = waiting_for(request.user)
    seen = Ticket.objects.visible_to(request.user).filter(pk__in=[one.approval.ticket_id for one in shown])
    context = {"shown": shown, "seen": set(seen.values_list("pk", flat=True))}
    return page(request, "desk/approvals/mine.html", here="notices", **context)


@require_POST
@members
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Approve or reject; observers may be asked too."""
    approval = get_object_or_404(decidable(request.user), pk=pk)
    try:
        is_yes = request.POST.get("answer") == "yes"
        approval.decide(by=request.user, is_yes=is_yes, why=request.POST.get("why", ""))
        messages.success(request, _("Your answer was kept."))
    except OtklikError as refusal:
        told(request, refusal)
    return _back(request, approval)


@require_POST
@members
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    seen = Ticket.objects.visible_to(request.user)
    approval = get_object_or_404(Approval.objects.select_related("ticket"), pk=pk, ticket__in=seen)
    if not approval.may_withdraw(request.user):
        raise Http404
    if not approval.withdraw(by=request.user):
        messages.info(request, _("This approval had ended already."))
    return _back(request, approval)


def _back(request: DeskRequest, approval: Approval) -> HttpResponse:
    """To the ticket, if it is seen and that is where the form stood; else to what waits."""
    if request.POST.get("from") == "ticket":
        return again(request, approval.ticket)
    return redirect("desk:approvals")


@administrators
def rules(request: DeskRequest) -> HttpResponse:
    rows = ApprovalRule.objects.prefetch_related("steps__members")
    shown = [(rule, in_words(rule)) for rule in rows]
    return settings_page(request, "desk/approvals/rules.html", current="approvals", rows=shown)


@administrators
def rule(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a rule or change one."""
    row = get_object_or_404(ApprovalRule, pk=pk) if pk else None
    form, steps = RuleForm(request.POST or None, instance=row), steps_form(row, request.POST or None)
    if form.is_valid() and steps.is_valid():
        kept = form.keep(steps, by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": kept})
        return redirect("desk:approval_rule", kept.pk)
    # The form has written what was typed into the row; the title and the words say what is true.
    true = ApprovalRule.objects.prefetch_related("steps__members").get(pk=pk) if pk else None
    context = {"form": form, "steps": steps, "rule": true, "words": in_words(true) if true else ()}
    return settings_page(request, "desk/approvals/rule.html", current="approvals", **context)
