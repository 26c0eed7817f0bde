"""What a mail server’s “no” means to whoever wrote: by its enhanced code (RFC 3463), plain code, or words."""

# cyrillic: it reads what Russian servers say
import re

from otklik.tickets.models.delivery import Delivery

Trouble = Delivery.Trouble
# By class, subject and detail of the enhanced code; the longest that fits decides.
ENHANCED = {
    "5.1": Trouble.BAD_ADDRESS,
    "5.1.8": Trouble.REFUSED,  # the sender's address
    "5.1.7": Trouble.REFUSED,
    "5.2.1": Trouble.BAD_ADDRESS,  # disabled
    "5.2.2": Trouble.FULL,
    "5.2.3": Trouble.TOO_LARGE,
    "5.3.4": Trouble.TOO_LARGE,
    "5.4": Trouble.NO_ROUTE,
    "5.4.1": Trouble.BAD_ADDRESS,  # so Exchange Online calls a recipient whom the domain does not have
    "5.4.5": Trouble.LATER,  # the day's quota
    "5.5.0": Trouble.BAD_ADDRESS,  # so Outlook.com says “mailbox unavailable”
    "5.5.1": Trouble.REFUSED,
    "5.7": Trouble.UNWANTED,
    "5.7.8": Trouble.REFUSED,
    "5.7.9": Trouble.REFUSED,
    "4.2.2": Trouble.FULL,
    "4": Trouble.LATER,
}
# What to think of a server that gives no enhanced code, by what was refused.
RECIPIENT_CODES = {550: Trouble.BAD_ADDRESS, 551: Trouble.BAD_ADDRESS, 552: Trouble.FULL, 553: Trouble.BAD_ADDRESS}
DATA_CODES = {550: Trouble.UNWANTED, 552: Trouble.TOO_LARGE, 554: Trouble.UNWANTED}
# A report does not tell what was refused, so of a plain code in it the words must tell.
WORDS = {
    Trouble.FULL: r"quota|mailbox (?:is )?full|over ?limit|переполнен|превышен[ао]? квот",
    Trouble.UNWANTED: r"spam|спам|blocked|black ?list|policy|reputation|заблокирован",
    Trouble.TOO_LARGE: r"too (?:large|big)|size limit|exceeds|слишком (?:больш|велик)",
    Trouble.NO_ROUTE: r"timed? ?out|retry time|connection refused|host (?:or domain )?(?:name )?not found|no route",
    Trouble.BAD_ADDRESS: (
        r"user unknown|unknown user|no such|not found|does ?n.t exist|does not exist|no mailbox|"
        r"invalid (?:mailbox|recipient)|(?:mailbox|recipient|account) .{0,40}(?:unavailable|disabled|rejected)|"
        r"не существует|не найден|нет такого|недейств|отключен"
    ),
}
# Some call it a matter of policy that there is nobody: Yandex says “550 5.7.1 No such user!”, Mail.ru to the data.
_NOBODY = re.compile(
    r"no such (?:user|mailbox|account)|user (?:is )?(?:not found|unknown)|unknown user|invalid mailbox|"
    r"не существует|нет такого",
    re.IGNORECASE,
)
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_WORDS = {trouble: re.compile(words, re.IGNORECASE) for trouble, words in WORDS.items()}


def meaning(said: str) -> str:
    """What the first enhanced code means; "" without one that we know."""
    found = _ENHANCED.search(said)
    if not found:
        return ""
    parts = found.groups()
    keys = (".".join(parts[:length]) for length in (3, 2, 1))
    return next((ENHANCED[key] for key in keys if key in ENHANCED), "")


def unless_nobody(found: str, said: str) -> str:
    """The same, but a mail that is “unwanted” because its recipient does not exist has a bad address."""
    return Trouble.BAD_ADDRESS if found == Trouble.UNWANTED and _NOBODY.search(said) else found


def reported(status: str, said: str) -> str:
    """What a report of a failed delivery means, by what the recipient's server said and the report's own status.

    Whoever reports it has given up, so nothing is for later; and our own server is not meant, since it took the mail.
    """
    by_words = (trouble for trouble, words in _WORDS.items() if words.search(said))
    found = unless_nobody(meaning(said) or meaning(status) or next(by_words, ""), said)
    theirs: dict[str, str] = {Trouble.LATER: Trouble.NO_ROUTE, Trouble.REFUSED: Trouble.UNWANTED}
    return theirs.get(found, found)
