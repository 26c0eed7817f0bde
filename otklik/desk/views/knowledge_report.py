"""What readers say of the knowledge base, and what they looked for in vain."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, number_in
from otklik.desk.knowledge import ATTENTION, attentive
from otklik.desk.shell import page
from otklik.knowledge.models import Article, Miss
from otklik.knowledge.report import report as report_of


@answering
def report(request: DeskRequest) -> HttpResponse:
    seen = Article.objects.visible_to(request.user)
    attention = [(key, label, attentive(seen, key).count()) for key, label in ATTENTION.items() if key]
    context = {"report": report_of(request.user, at=now()), "attention": attention}
    return page(request, "desk/knowledge/report.html", here="knowledge", **context)


@require_POST
@answering
def miss(request: DeskRequest) -> HttpResponse:
    """It is answered now, or needs no answer: counted anew if it is missed again."""
    Miss.objects.filter(pk=number_in(request, "miss")).delete()
    return redirect("desk:knowledge_report")
