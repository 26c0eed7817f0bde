"""Rules, for administrators: the list, the builder with its dry run, the log of what each did and why."""

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, administrators
from otklik.desk.rules import Draft, RuleForm, draft_from, draft_of
from otklik.desk.shell import is_htmx, part
from otklik.journal.kinds import Line, narrate
from otklik.journal.models import Event
from otklik.lib.errors import OtklikError
from otklik.lib.judging import in_words
from otklik.lib.rulebook import Book, events, rulebook
from otklik.rules.models import Rule, RuleRun
from otklik.rules.preview import Preview, preview

from .settings import settings_page

SHOWN = 100
EDIT = "desk/rules/edit.html"


@administrators
def rules(request: DeskRequest) -> HttpResponse:
    midnight = localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    acted = Q(runs__outcome=RuleRun.Outcome.DID)
    counted = Rule.objects.annotate(
        today=Count("runs", filter=acted & Q(runs__at__gte=midnight)), last_at=Max("runs__at", filter=acted)
    )
    labels = events()
    rows = [(rule, [labels[kind] for kind in rule.kinds if kind in labels]) for rule in counted]
    return settings_page(request, "desk/rules/list.html", current="rules", rows=rows)


@administrators
def rule(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Build a rule. Each post without “save” or “try” only lays the rows out anew."""
    kept = get_object_or_404(Rule, pk=pk) if pk else Rule()
    name, book = kept.name, rulebook()
    if request.method != "POST":
        return _screen(request, kept, book, form=RuleForm(instance=kept, book=book), draft=draft_of(kept, book))
    is_checked = bool({"save", "try"} & request.POST.keys())
    draft = draft_from(request.POST.dict(), kept, book, is_checked=is_checked)
    judged, typed = (request.POST, None) if is_checked else (None, request.POST)
    form = RuleForm(judged, instance=kept, book=book, typed=typed)
    is_valid = is_checked and form.is_valid() and draft.is_right
    if is_valid and "save" in request.POST:
        saved = _keep(request, kept, {**form.values(), "conditions": draft.asked.conditions, "actions": draft.actions})
        return redirect("desk:rule", saved.pk)
    tried = _try(request, form, draft, book) if is_valid else None
    return _screen(request, kept, book, form=form, draft=draft, tried=tried, name=name, is_checked=is_checked)


def _screen(
    request: DeskRequest, kept: Rule, book: Book, *, form: RuleForm, draft: Draft, **more: object
) -> HttpResponse:
    context = {
        "rule": kept,
        "form": form,
        "draft": draft,
        "book": book,
        "kept": in_words(draft.asked.kept, book) if draft.asked.kept else "",
        "name": kept.name,
        **more,
    }
    if is_htmx(request):
        return part(request, f"{EDIT}#builder", **context)
    return settings_page(request, EDIT, current="rules", **context)


def _keep(request: DeskRequest, kept: Rule, values: dict[str, object]) -> Rule:
    if kept.pk:
        kept.change(values, by=request.user)
    else:
        kept = Rule.make(values, by=request.user)
    messages.success(request, _("“%(name)s” was saved.") % {"name": kept})
    return kept


def _try(request: DeskRequest, form: RuleForm, draft: Draft, book: Book) -> Preview | None:
    asked = Rule(kinds=form.cleaned_data["kinds"], conditions=draft.asked.conditions)
    try:
        return preview(asked, book)
    except OtklikError as refusal:
        messages.error(request, str(refusal))
        return None


@require_POST
@administrators
def switch(request: DeskRequest, pk: int) -> HttpResponse:
    """Switched on or off, whichever the form asks for."""
    found = get_object_or_404(Rule, pk=pk)
    (found.switch_on if request.POST.get("on") == "yes" else found.switch_off)(by=request.user)
    return redirect("desk:rules")


@require_POST
@administrators
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Rule, pk=pk)
    found.remove(by=request.user)
    messages.success(request, _("“%(name)s” was removed.") % {"name": found})
    return redirect("desk:rules")


@administrators
def runs(request: DeskRequest, pk: int) -> HttpResponse:
    """What the rule did of late, on which tickets, and why it did not."""
    found = get_object_or_404(Rule, pk=pk)
    newest = found.runs.select_related("ticket", "event").order_by("-pk")
    only = request.GET.get("only", "")
    if only in RuleRun.Outcome.values:
        newest = newest.filter(outcome=only)
    shown = list(newest[:SHOWN])
    book, triggers, did = rulebook(), narrate(run.event for run in shown), _did(shown)
    rows = [
        (run, trigger, did.get(run.pk, []), in_words(run.failing, book) if run.failing else "")
        for run, trigger in zip(shown, triggers, strict=True)
    ]
    outcomes = RuleRun.Outcome.choices
    return settings_page(
        request, "desk/rules/runs.html", current="rules", rule=found, rows=rows, outcomes=outcomes, only=only
    )


def _did(runs: list[RuleRun]) -> dict[int, list[Line]]:
    """What each run caused, in words."""
    wanted = Q(pk__in=[])
    for run in runs:
        if run.first_event:
            wanted |= Q(tx=run.tx, pk__range=(run.first_event, run.last_event))
    lines = narrate(Event.objects.filter(wanted).order_by("id"))
    return {run.pk: [line for line in lines if run.caused(line.event)] for run in runs}
