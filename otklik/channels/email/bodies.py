"""The body of a mail, as plain text and as HTML: the answer in its frame, links, and what was said before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from otklik.lib.html import html_of
from otklik.lib.rich import linked, with_pictures
from otklik.quality.letters import added_to
from otklik.staff.models import Company
from otklik.tickets.models import Delivery, Message

from .links import FileLink
from .models import Mailbox
from .placeholders import fill
from .quotes import CUT_LINES
from .wording import Kind, answer_values, shipped, template_for

QUOTED_MAX = 10_000  # characters of each message quoted below
THREAD_MAX = 20  # messages quoted below
# Mail programs show a heading twice as large as what stands beside it.
_HEADING, _HEADING_LOOK = re.compile(r"<h1\b"), '<h1 style="font-size: 1.2em; margin: 1em 0 0.4em"'
_PLACE = "\ue000"  # where the answer goes into its frame; no text of anybody's holds it by then


@dataclass(frozen=True)
class Quote:
    wrote: str
    text: str

    @property
    def html(self) -> str:
        return html_of(self.text)


def bodies(delivery: Delivery, quoted: Sequence[Quote], files: Sequence[FileLink], *, language: str) -> tuple[str, str]:
    """The plain text and the HTML, in the active language."""
    text, html, has_link = framed(delivery, language)
    ticket = delivery.message.ticket
    context = {
        "language": language,
        "body": html,
        "link": ticket.status_link(delivery.person) if delivery.person and not has_link else "",
        "number": ticket.number,
        "files": files,
        "cut_line": CUT_LINES.get(language, CUT_LINES["en"]),
        "quoted": quoted,
    }
    return plain_text(text, context), render_to_string("email/answer.html", context).strip()


def framed(delivery: Delivery, language: str) -> tuple[str, str, bool]:
    """The answer between what the company's template says, or above the signatures; does that have the link?"""
    message, channel = delivery.message, delivery.channel
    values = answer_values(message.ticket, channel, delivery.person, member=message.member)
    # What the company says round every answer is said to clients; a third party is none.
    own = None if message.aside_id else template_for(Kind.ANSWER, channel, language)
    frame = (own or shipped(Kind.ANSWER, language)).body
    clean = {name: value.replace(_PLACE, "") for name, value in values.items()} | {"text": _PLACE}
    around = re.sub(r"\n{3,}", "\n\n", fill(frame, clean)).strip()
    said, html = said_in(message)
    if message.is_automatic:
        more, more_html = added_to(message, language=language)
        said, html = f"{said}\n\n{more}", f"{html}\n{more_html}"
    text = around.replace(_PLACE, said.strip()).strip()
    answer = f"<div>{html}</div>"
    html = html_of(around).replace(f"<p>{_PLACE}</p>", answer).replace(_PLACE, answer)
    return text, html, "{status_link}" in frame


def said_in(message: Message) -> tuple[str, str]:
    """What a message says, as text and as HTML; a correction says first what it corrects."""
    html = _HEADING.sub(_HEADING_LOOK, with_pictures(linked(message.html), _fitting)) or html_of(message.text)
    if message.corrects is None:
        return message.text, html
    corrected = _("Correction to our message of %(date)s:") % {"date": _moment(message.corrects.at)}
    return f"{corrected}\n\n{message.text}", f"{html_of(corrected)}\n{html}"


def _fitting(cid: str, rest: str) -> str:
    return f'<img src="cid:{cid}"{rest} style="max-width: 100%; height: auto">'


def plain_text(text: str, context: dict[str, object]) -> str:
    files: Sequence[FileLink] = context["files"]  # type: ignore[assignment]
    quoted: Sequence[Quote] = context["quoted"]  # type: ignore[assignment]
    follow = _("Follow ticket #%(number)s, its state and the whole conversation: %(link)s")
    listed = [f"{file.name} ({filesizeformat(file.size_bytes)}): {file.url}" for file in files]
    blocks = [text, "\n".join([_("Files:"), *listed]) if files else "", follow % context if context["link"] else ""]
    if quoted:
        blocks += [str(context["cut_line"]), *(_marked(quote) for quote in quoted)]
    return "\n\n".join(str(block) for block in blocks if block) + "\n"


def quotes(earlier: list[Message], policy: str) -> list[Quote]:
    """What the mailbox quotes of what was said before, the newest first."""
    lengths = {Mailbox.Quoting.NONE: 0, Mailbox.Quoting.LAST: 1, Mailbox.Quoting.THREAD: THREAD_MAX}
    chosen = earlier[::-1][: lengths[Mailbox.Quoting(policy)]]
    return [Quote(wrote(each), each.text[:QUOTED_MAX].strip()) for each in chosen if each.text.strip()]


def wrote(message: Message) -> str:
    author = message.author or (Company.current() if message.is_ours else message.ticket.client)
    return _("On %(date)s, %(name)s wrote:") % {"date": _moment(message.at), "name": author.name}


def _marked(quote: Quote) -> str:
    return "\n".join([quote.wrote, *(f"> {line}".rstrip() for line in quote.text.splitlines())])


def _moment(at: datetime) -> str:
    return date_format(localtime(at, Company.current().zone), "DATETIME_FORMAT")
