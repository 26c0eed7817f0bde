"""What the demo company has written down for its clients and for its own people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from otklik.knowledge.bundles import Folder
from otklik.knowledge.importing import take_up
from otklik.knowledge.models import Article, Section, ViewsOfDay
from otklik.knowledge.using import use
from otklik.tickets.models import Ticket

from .founding import Company

ARTICLES = Path(__file__).parent / "articles"
# In English, by their names in Russian.
SECTIONS = {
    "Кассы": "Cash registers",
    "Весы": "Scales",
    "Сканеры": "Scanners",
    "Договоры и счета": "Contracts and invoices",
    "Выезд инженера": "Engineer on site",
    "Фискальный накопитель": "Fiscal storage",
    "Для сотрудников": "For the staff",
}
YEAR, FORTNIGHT = timedelta(days=365), 14
WORD = "чек"  # of tickets on which the first article helped


def shelve(company: Company, at: datetime) -> None:
    """Publish the articles a while ago, with readers since, and somebody who checks them again."""
    vera, mikhail = company.members["vera"], company.members["mikhail"]
    for position, (russian, english) in enumerate(SECTIONS.items()):
        parent = Section.objects.filter(title_ru="Кассы").first() if russian == "Фискальный накопитель" else None
        Section.objects.create(title_ru=russian, title_en=english, position=position, parent=parent)
    taken = take_up(Folder(ARTICLES), by=vera, language="ru", is_published=True, at=at)
    for number, article in enumerate(taken.made):
        Article.objects.filter(pk=article.pk).update(owner=mikhail)
        article.checked((at + YEAR).date(), by=vera, at=at)
        _read(article, at.date(), 3 + 40 // (number + 1))
    for ticket in Ticket.objects.filter(messages__text__contains=WORD).distinct().order_by("pk")[:2]:
        use(taken.made[0], ticket, by=company.members["anna"], at=at)


def _read(article: Article, day: date, most: int) -> None:
    """So many views a day, fewer the longer ago."""
    views = [most * (FORTNIGHT - ago) // FORTNIGHT for ago in range(FORTNIGHT)]
    ViewsOfDay.objects.bulk_create(
        ViewsOfDay(article=article, day=day - timedelta(days=ago), views=count) for ago, count in enumerate(views)
    )
    Article.objects.filter(pk=article.pk).update(views=sum(views), helpful=most // 3, unhelpful=most // 12)
