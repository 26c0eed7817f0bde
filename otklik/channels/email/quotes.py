"""Where a mail stops being new: the signature and the quoted tail that programs put under it, Russian and English."""

# cyrillic: it reads what Russian programs write
import re

from otklik.lib.html import QUOTE_BEGINS, QUOTE_ENDS

# Stands above the history in every mail of ours, in the reader's language.
CUT_LINES = {
    "ru": "--- Напишите ответ выше этой строки ---",
    "en": "--- Write your answer above this line ---",
}
_LONGEST = 400  # a line longer than this is prose

_DASHES = r"\s*-{2,}\s*"
_WROTE = r"(?:wrote|writes|пишет|писал(?:а|и|\(а\))?|написал(?:а|и|\(а\))?)"
_FORWARDED = re.compile(
    r"^[->\s]*(?:Forwarded message|Begin forwarded message|Пересылаемое сообщение|Пересланное сообщение|"
    r"Начало (?:пере(?:адресованного|сылаемого|сланного)) сообщения)\b",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    rf"^>*{_DASHES}(?:Original Message|Исходное сообщение|Оригинальное сообщение|Первоначальное сообщение){_DASHES}$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^[>*\s]*(From|Sent|Date|To|Cc|Subject|От|От кого|Отправлено|Отправленные|Дата|Кому|Копия|Тема)\s*\*?\s*:",
    re.IGNORECASE,
)
_FIRST_FIELDS = {"from", "от", "от кого"}
_CLOCK = r"\b\d{1,2}[:.]\d{2}\b"
_ATTRIBUTIONS = (
    # On Mon, May 5, 2025 at 12:00 PM Bea <bea@client.example> wrote:
    re.compile(rf"^(?:On|В)\b.*\d.*\b{_WROTE}:$", re.IGNORECASE),
    # 05.05.2025 12:00, Беата пишет:   5 мая 2025 г., в 12:00, Беата <…> написал(а):
    re.compile(rf"^.*{_CLOCK}.*{_WROTE}:$", re.IGNORECASE),
    # Беата писал(а) 2025-05-05 12:00:   Bea/Office wrote on 05.05.2025 12:00:01:
    re.compile(rf"^.*\b{_WROTE}\s(?=.*\d).*{_CLOCK}[:\d]*(?:\s[AP]M)?:$", re.IGNORECASE),
    # Понедельник, 5 мая 2025 г., 12:00:01, Вы писали:   Monday, May 5, 2025, 12:00:01 PM, you wrote:
    re.compile(rf"^.*{_CLOCK}.*,\s*(?:вы писали|you wrote):$", re.IGNORECASE),
    # Вы писали 5 мая 2025 г., 12:00:01:
    re.compile(r"^(?:Вы (?:писали|написали)|You wrote)\b.*:$", re.IGNORECASE),
    # пн, 5 мая 2025 г. в 12:00, Поддержка <support@shop.example>:   05.05.2025, 12:00, "Поддержка" <…>:
    re.compile(rf"^(?=.*\d).*{_CLOCK}.*[\w.+-]+@[\w.-]+[>\")\]]*(?: \(\S+\))?:$", re.IGNORECASE),
    # Понедельник, 5 мая 2025, 12:00 +03:00 от Поддержка <support@shop.example>:
    re.compile(rf"^.*\d{{4}}.*{_CLOCK}.*\bот\b.*:$", re.IGNORECASE),
)

# What stands at the head of a signature, and how many lines it may have.
_DELIMITER, _DELIMITER_LINES = re.compile(r"^--\s?$"), 20
_DEVICE, _DEVICE_LINES = (
    re.compile(
        r"^(?:--\s*)?(?:Sent from (?:my |Mail|Outlook|Yandex|Yahoo|Samsung|a )|Sent (?:via|with) |Get Outlook for |"
        r"Отправлено (?:с|со|из|через) |Отправил[аи]? с |Скачать Outlook|Получить Outlook|Послано с |"
        r"Это письмо отправлено с )",
        re.IGNORECASE,
    ),
    4,
)
_CLOSING, _CLOSING_LINES = (
    re.compile(
        r"^(?:с (?:глубоким |большим )?уважением|с наилучшими(?: пожеланиями)?|с приветом|всего (?:доброго|хорошего)|"
        r"(?:best|kind|warm)(?: regards| wishes)?|regards|sincerely|yours (?:sincerely|faithfully|truly)|"
        r"respectfully|cheers)\s*[,.!]?(?:\s+[^.?!]{0,60}[.]?)?$",
        re.IGNORECASE,
    ),
    10,
)
_HEADS = ((_DELIMITER, _DELIMITER_LINES), (_DEVICE, _DEVICE_LINES), (_CLOSING, _CLOSING_LINES))
_STILL_SAID = re.compile(r"\?|^(?:p\.? ?s\.?|з\.? ?ы\.?)\b", re.IGNORECASE)


def split(text: str) -> tuple[str, str]:
    """What was newly written; and the signature and the quoted tail below it.

    Nothing is thrown away: the two parts hold every line of `text`. A mail that is nothing but a quote, or a
    forwarded mail, is all new; so is one that answers between the quoted lines.
    """
    said, quoted = _split_wrapped(text)
    above, last = (said, "") if quoted else _split_signature(said)  # some programs set it below the quote
    whole, more = (said, "") if quoted else _split_marked(above)
    if any(_FORWARDED.match(line[:_LONGEST]) for line in [*whole.split("\n"), *quoted.split("\n")[:3]]):
        return without_marks(text).strip("\n"), ""
    new, signature = _split_signature(whole)
    rest = "\n\n".join(part for part in (signature, more, last, quoted) if part)
    return (new, rest) if new.strip() else (without_marks(text).strip("\n"), "")


def without_marks(text: str) -> str:
    """`text` without what `text_of` set around quotes."""
    return text.replace(QUOTE_BEGINS, "").replace(QUOTE_ENDS, "")


def _split_wrapped(text: str) -> tuple[str, str]:
    """The tail that a program wrapped in HTML as quoted, unless something was written below it."""
    before, mark, quoted = text.partition(QUOTE_BEGINS)
    inside, _mark, after = quoted.rpartition(QUOTE_ENDS)
    if not mark or not before.strip() or (inside and without_marks(after).strip()):
        return without_marks(text).strip("\n"), ""
    return before.rstrip(), without_marks(quoted).strip("\n")


def _split_signature(text: str) -> tuple[str, str]:
    """The signature at the end, if something stands above it and nothing is asked in it."""
    lines = text.rstrip().split("\n")
    for at in range(max(1, len(lines) - 2 * _DELIMITER_LINES), len(lines)):
        most = max((most for head, most in _HEADS if head.match(lines[at].strip())), default=-1)
        if most < 0:
            continue
        below = [line.strip() for line in lines[at + 1 :] if line.strip()]
        if len(below) <= most and not any(len(line) > 200 or _STILL_SAID.search(line) for line in below):
            return "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:])
    return text, ""


def _split_marked(text: str) -> tuple[str, str]:
    """The tail that the text itself tells: by marks, by an attribution, by the fields of the mail below."""
    lines = text.split("\n")
    marked, unmarked = _run_to_end(lines, marked=True), _run_to_end(lines, marked=False)
    tails = (at for at in range(len(lines)) if _begins_tail(lines, at, uniform=(marked, unmarked)))
    cut = next(tails, len(lines))
    new, rest = "\n".join(lines[:cut]).rstrip(), "\n".join(lines[cut:]).strip("\n")
    return (new, rest) if new.strip() else (text, "")


def _run_to_end(lines: list[str], *, marked: bool) -> int:
    """From which line on all are marked as quoted (or none is), empty ones aside."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith(">") == marked):
        at -= 1
    return at


def _begins_tail(lines: list[str], at: int, *, uniform: tuple[int, int]) -> bool:
    line = lines[at].strip()
    if not line or len(line) > _LONGEST:
        return False
    marked, unmarked = uniform
    if line.strip("> ") in CUT_LINES.values():
        return not line.startswith(">") or at >= marked
    if _ORIGINAL.match(line):
        return True
    if _is_header_block(lines, at) or (set(line) == {"_"} and _is_header_block(lines, at + 1)):
        return True
    if line.startswith(">") and at >= marked:
        return True
    # Below an attribution each line is marked, or none; a mixture answers between the quoted lines.
    below = at + _attribution_length(lines, at)
    return below > at and any(line.strip() for line in lines[below : below + 50]) and below >= min(marked, unmarked)


def _is_header_block(lines: list[str], at: int) -> bool:
    """Outlook's way: From, Sent, To and Subject in lines of their own, the sender first."""
    names = [_FIELD.match(line[:_LONGEST]) for line in lines[at : at + 4]]
    found = [name[1].lower() for name in names if name]
    return len(found) >= 3 and names[0] is not None and found[0] in _FIRST_FIELDS


def _attribution_length(lines: list[str], at: int) -> int:
    """How many lines from `at` are “… wrote:”; programs fold them at 78 characters. 0: none are."""
    joined = ""
    for length in (1, 2, 3):
        line = lines[at + length - 1].strip("> \t") if at + length <= len(lines) else ""
        if not line or len(line) > _LONGEST:
            return 0
        joined = f"{joined} {line}".strip()
        if line.endswith(":"):
            is_one = any(pattern.match(joined) for pattern in _ATTRIBUTIONS)
            # A last line that is an attribution by itself has not been folded: what stands above it is the answer.
            return length if is_one and (length == 1 or not _attribution_length(lines, at + 1)) else 0
    return 0
