"""Django's own tags, quick where they say the same each time: a page has hundreds of them.

`{% translate %}` of a literal text looks it up once for each language; `{% url %}` makes an address once and from then
on only puts the numbers in. Whatever is not so plain goes Django's way. Settings name this module as the library
`i18n` and among the tags that every template knows.
"""

from __future__ import annotations

from typing import Any

from django.template import Context, Library
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .addresses import address_of

register = Library()
register.filters, register.tags = dict(i18n.register.filters), dict(i18n.register.tags)


class Text(Node):
    """A literal text in the language of the moment, as Django’s node says it; as a variable, if it has a name."""

    child_nodelists = ()

    def __init__(self, django_node: Node, name: str | None) -> None:
        self.django_node, self.name = django_node, name
        self.known: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = self._translated(context)
        if self.name:
            context[self.name] = text
            return ""
        return text

    def _translated(self, context: Context) -> str:
        said = self.django_node.render(context)
        return context[self.name] if self.name else said


@register.tag("trans")
@register.tag
def translate(parser: Parser, token: Token) -> Node:
    node: Any = i18n.do_translate(parser, token)
    return Text(node, node.asvar) if _is_literal(node.filter_expression) and _is_plain(node) else node


def _is_plain(node: Any) -> bool:
    return not node.noop and (node.message_context is None or _is_literal(node.message_context))


def _is_literal(expression: FilterExpression) -> bool:
    var = expression.var
    return not expression.filters and not (isinstance(var, Variable) and var.lookups)


class Address(Node):
    """The address of a view with a fixed name, by the values of its arguments."""

    child_nodelists = ()

    def __init__(self, name: str, args: list[FilterExpression]) -> None:
        self.name, self.args = name, args

    def render(self, context: Context) -> SafeString:
        address = address_of(self.name, *(each.resolve(context) for each in self.args))
        return mark_safe(escape(address) if context.autoescape else address)  # noqa: S308 escaped


@register.tag
def url(parser: Parser, token: Token) -> Node:
    node: URLNode = django_url(parser, token)
    name = node.view_name.var
    if node.kwargs or node.asvar or node.view_name.filters or not isinstance(name, str):
        return node
    return Address(str(name), list(node.args))
