"""Articles of every kind, for tests."""

from __future__ import annotations

from typing import Any

from otklik.knowledge.beginning import begin
from otklik.knowledge.models import Article, Audience
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_member

TEXT = "<p>Hold the button for ten seconds.</p>"


def make_article(title: str, by: Member, *, html: str = TEXT, is_published: bool = True, **rest: Any) -> Article:
    article = begin(title, by=by, html=html, **({"language": "en"} | rest))
    if is_published:
        article.publish(by=by)
    return article


class KnowledgeTestCase(CastTestCase):
    """The cast, with one article for each sort of reader; all of them speak of a printer."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.put_articles()

    @classmethod
    def put_articles(cls) -> None:
        cls.lena = make_member("Lena Lead", cls.support, role=Member.Role.SUPERVISOR)
        cls.public = make_article("Printer jams", cls.lena)
        cls.clients = make_article("Printer warranty", cls.lena, audience=Audience.CLIENTS)
        cls.staff = make_article("Printer secrets", cls.lena, audience=Audience.STAFF)
        cls.sales_only = make_article("Printer discounts", cls.admin, audience=Audience.STAFF)
        cls.sales_only.teams.set([cls.sales])
        cls.draft = make_article("Printer plans", cls.lena, is_published=False)
        cls.archived = make_article("Printer museum", cls.lena)
        cls.archived.archive(by=cls.lena)
