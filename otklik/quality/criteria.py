"""What views may ask of what clients answered."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.lib.asking import Asker, Choice, Criterion, Label, Number, Values

from .models import Invitation, Response
from .models.response import BAD


def _mark(way: str, limit: float) -> Q:
    return Q(Exists(Response.objects.filter(invitation__ticket=OuterRef("pk"), **{f"mark__{way}": limit})))


def _recommendation(way: str, limit: float) -> Q:
    return Q(Exists(Response.objects.filter(invitation__ticket=OuterRef("pk"), **{f"recommend__{way}": limit})))


def _standings() -> list[tuple[str, Label]]:
    return [
        ("answered", pgettext_lazy("of a survey", "answered")),
        ("bad", _("a bad mark")),
        ("silent", _("sent, not answered")),
    ]


def _standing(values: Values, _asker: Asker) -> Q:
    responses = Response.objects.filter(invitation__ticket=OuterRef("pk"))
    sent = Invitation.objects.sent().filter(ticket=OuterRef("pk"))
    known = {
        "answered": responses,
        "bad": responses.filter(BAD),
        "silent": sent.filter(response=None),
    }
    found = Q(pk__in=[])
    for each in values:
        found |= Q(Exists(known[each])) if each in known else Q(pk__in=[])
    return found


CRITERIA: tuple[Criterion, ...] = (
    Number(key="satisfaction", label=_("Satisfaction given"), find=_mark),
    Number(key="recommendation", label=_("Recommendation given"), find=_recommendation),
    Choice(key="survey", label=_("Survey"), find=_standing, choices=_standings),
)
