"""What can happen to articles."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, names_of
from otklik.staff.models import Member


def days(values: set[Any]) -> Mapping[Any, str]:
    """The value is a day in ISO 8601."""
    return {value: date_format(date.fromisoformat(value), "DATE_FORMAT") for value in values}


ARTICLE = _("Article")
declare("article.begun", ARTICLE, _("Begun: %(title)s"), keys={"title": as_is}, personal=())
declare("article.written", ARTICLE, _("Version %(version)s written"), keys={"version": as_is}, personal=())
declare("article.review_asked", ARTICLE, _("A review was asked for"), personal=())
declare("article.published", ARTICLE, _("Version %(version)s published"), keys={"version": as_is}, personal=())
declare("article.archived", ARTICLE, _("Archived"), personal=())
declare("article.reopened", ARTICLE, _("Made a draft again"), personal=())
declare("article.placed", ARTICLE, _("Section, readers or other particulars changed"), personal=())
declare("article.checked", ARTICLE, _("To be checked again: %(until)s"), keys={"until": days}, personal=())
declare(
    "article.review_due",
    ARTICLE,
    _("Time to check the article “%(title)s”"),
    keys={"told": names_of(Member), "title": as_is},
    personal=(),
)
# About the ticket. Only the number: not everybody who sees the ticket may see the article.
declare(
    "article.used", _("Knowledge base"), _("Article No. %(article)s was used"), keys={"article": as_is}, personal=()
)
