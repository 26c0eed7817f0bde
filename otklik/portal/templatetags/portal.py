"""Small words of the client’s pages."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from otklik.tickets.search import Piece

register = template.Library()


@register.simple_tag(takes_context=True)
def way(context: Context, name: str, *args: Any) -> str:
    """The address of a page of the knowledge base, for the reader who is here: a key goes along from page to page."""
    address: str = context["visit"].way(name, *args)
    return address


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """A text with the words in it that were looked for."""
    texts = (f"<mark>{escape(piece.text)}</mark>" if piece.is_marked else escape(piece.text) for piece in pieces)
    return mark_safe("".join(texts))  # noqa: S308 every piece is escaped
