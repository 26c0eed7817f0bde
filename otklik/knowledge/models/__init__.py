"""Articles and their sections, what was said of them, and what was looked for."""

from .article import Article, Audience, Reader, State, Visitor
from .base import Base
from .draft import ArticleDraft
from .file import ArticleFile
from .reading import Miss, Opinion, Use, ViewsOfDay
from .section import Section
from .version import Version

__all__ = [
    "Article",
    "ArticleDraft",
    "ArticleFile",
    "Audience",
    "Base",
    "Miss",
    "Opinion",
    "Reader",
    "Section",
    "State",
    "Use",
    "Version",
    "ViewsOfDay",
    "Visitor",
]
