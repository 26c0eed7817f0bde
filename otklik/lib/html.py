"""HTML from strangers: made safe to show, turned into plain text, and made from plain text."""

import re

import nh3
from django.utils.html import escape
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from .plain import PlainText

# A megabyte of markup is a newsletter with its pictures inlined; what is cut here stays in the raw message.
MAX_CHARS = 2_000_000

_TAGS = """
    a abbr address article b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
    main mark ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th
    thead time tr tt u ul var wbr
"""
_NOT_SHOWN = "head iframe math noembed noframes noscript object script style svg template textarea select title"
_CELL = {"colspan", "rowspan", "align", "valign", "width", "height", "bgcolor"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "blockquote": {"type"},
    "col": {"span", "width"},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "p": {"align"},
    "table": {"align", "bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor"},
}
# Nothing here can fetch, cover or move what stands beside the message.
_STYLES = """
    background-color border border-bottom border-collapse border-color border-left border-right border-
    spacing border-style border-top border-width color font-family font-size font-style font-weight
    height line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-
    width padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-
    indent vertical-align white-space width
"""
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);")
_SCHEMES = {"href": ("http:", "https:", "mailto:", "tel:"), "src": ("http:", "https:", "cid:")}
_HIDDEN = frozenset(_NOT_SHOWN.split())
# Lines that `text_of` sets around what a mail program wrapped as quoted.
QUOTE_BEGINS, QUOTE_ENDS = "\ue000", "\ue001"
_MARKS = re.compile(f"[\0{QUOTE_BEGINS}{QUOTE_ENDS}]")
_QUOTES = {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "zmail_extra"}
_QUOTES_TO_THE_END = {"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"}
APART = 'rel="noopener noreferrer"'  # a site that is gone to learns nothing of the page, and cannot reach it
_LINK = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """The value when its scheme fits the attribute: a picture may be inlined, a link may not."""
    if name not in _SCHEMES:
        return value
    address = value.strip().lower()
    fits = address.startswith(_SCHEMES[name]) or (name == "src" and _PICTURE.match(address))
    return value if fits else None


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags=set(_HIDDEN),
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    url_relative="deny",
    filter_style_properties=set(_STYLES.split()),
    link_rel="noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


def _parsed(html: str) -> HtmlElement | None:
    if not html:
        return None
    # libxml2 takes bytes of any kind and stops at a depth of 2048. Without it the cleaner's time grows with
    # the square of the depth: 500 kB of opening tags would hold a worker for half a minute.
    source = _MARKS.sub("", html[:MAX_CHARS]).encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(source, parser=parser)
    except etree.ParserError:  # nothing in it but blanks and comments
        return None


def clean(html: str) -> str:
    """`html` with everything removed that could run, fetch by itself, submit or cover the page around it.

    Addresses of remote pictures stay: the page that shows a message decides whether to load them.
    """
    document = _parsed(html)
    return "" if document is None else _CLEANER.clean(tostring(document, encoding="unicode")).strip()


def text_of(html: str, *, marks_quotes: bool = False) -> str:
    """What a person reads in `html`: paragraphs, lists, cells, links with addresses, quotes behind ``>``.

    With `marks_quotes`, a line of QUOTE_BEGINS stands before what a mail program wrapped as quoted, and one of
    QUOTE_ENDS behind it; no end means that all the rest is.
    """
    document = _parsed(html)
    if document is None:
        return ""
    text = PlainText()
    walk = etree.iterwalk(document, events=("start", "end"))
    for event, element in walk:
        hidden = element.tag in _HIDDEN or _is_hidden(element)
        if event == "start" and hidden:
            walk.skip_subtree()
        elif event == "start":
            if marks_quotes and (_wraps_quote(element) or _begins_quote(element)):
                text.mark(QUOTE_BEGINS)
            text.open(element)
        elif hidden:
            text.add(element.tail)
        else:
            if marks_quotes and _wraps_quote(element):
                text.mark(QUOTE_ENDS)
            text.close(element)
    return text.finished()


def _wraps_quote(element: HtmlElement) -> bool:
    return element.tag != "blockquote" and not _QUOTES.isdisjoint((element.get("class") or "").split())


def _begins_quote(element: HtmlElement) -> bool:
    return (element.get("id") or "").removeprefix("x_") in _QUOTES_TO_THE_END


def _is_hidden(element: HtmlElement) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "").lower()


def html_of(text: str) -> str:
    """`text` as HTML: paragraphs at empty lines, line breaks kept, web addresses made links."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip("\n"))
    broken = (linked(each).replace("\n", "<br>\n") for each in paragraphs if each.strip())
    return "\n".join(f"<p>{each}</p>" for each in broken)


def linked(text: str, *, as_: str = APART) -> str:
    """`text` as HTML, with web addresses made links that carry the attributes `as_`."""
    pieces, done = [], 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(".,;:!?)'*")
        shown = escape(address)
        pieces += [escape(text[done : found.start()]), f'<a href="{shown}" {as_}>{shown}</a>']
        done = found.start() + len(address)
    return "".join([*pieces, escape(text[done:])])
