"""What a mail is: one question a function, in a list; the first that says yes decides."""

# cyrillic: it reads what Russian programs write
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.lib.inbound import Nature

from . import headers
from .addresses import senders
from .bounces import FAILED, WAITING, Status
from .parts import Part

MOST_HOPS = 60  # servers on the way; honest mail passes a dozen
_SEEN = 4000  # characters of the text that the questions look at
_AWAY = re.compile(
    r"^(?:(?:re|ответ):\s*)?(?:out of (?:the )?office|away from|on (?:vacation|leave)|vacation reply|"
    r"отсутствие на работе|(?:я )?в отпуске|отпуск\b|нет на месте|вне офиса)",
    re.IGNORECASE,
)
_AWAY_TEXT = re.compile(
    r"out of (?:the )?office|on (?:vacation|annual leave|maternity leave)|away until|"
    r"в отпуске|в командировке|буду отсутствовать|отсутствую|на больничном|вне офиса",
    re.IGNORECASE,
)
_REPLIES_ALONE = re.compile(
    r"^(?:auto(?:matic)?[ -]?(?:reply|response)|auto:|автоответ\b|автоматический ответ|автоматическое уведомление|"
    r"ваше (?:обращение|письмо) (?:получено|принято|зарегистрировано))",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver(?:ed|able)|delivery (?:status notification \(failure\)|has failed|failed|failure)|failure notice|"
    r"returned (?:mail|to sender)|could ?n.t be delivered|could not be delivered|mail system error|"
    r"не ?доставлен|не (?:удалось|может быть|была?) доставлен|не удалось доставить|доставка не удалась|"
    r"невозможно доставить|возвращ[её]н(?:ное|о)|ошибка доставки",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"delayed|delay\)|still being retried|will (?:be retried|keep trying)|could not send message for past|"
    r"задерж(?:ана|ка|ано|ивается)|доставка отложена|попытки доставки (?:продолж|будут)",
    re.IGNORECASE,
)
_SPAMMY = re.compile(r"^\s*yes\b", re.IGNORECASE)
RSPAMD_SPAM = ("reject", "add header", "rewrite subject", "soft reject", "quarantine")


@dataclass(frozen=True)
class Seen:
    """What the questions look at."""

    mail: Part
    envelope: Mapping[str, Any]
    text: str = ""
    statuses: tuple[Status, ...] = ()

    def field(self, name: str) -> str:
        return headers.raw(self.mail, name).strip()

    @property
    def subject(self) -> str:
        return headers.text(self.mail, "Subject")

    @property
    def is_from_server(self) -> bool:
        """Sent by a mail server: nobody can answer it, or it says so."""
        empty = self.envelope.get("mail_from") == "" or self.field("Return-Path") == "<>"
        return empty or any(_POSTMASTER.match(person.value) for person in senders(self.field("From"))[:1])

    @property
    def submitted(self) -> str:
        """RFC 3834: "no", "auto-replied", "auto-generated"…"""
        return self.field("Auto-Submitted").partition(";")[0].strip().lower() or "no"


def nature_of(seen: Seen) -> Nature:
    return next((nature for nature, question in QUESTIONS if question(seen)), Nature.PERSONAL)


def is_bounce(seen: Seen) -> bool:
    """RFC 3464, or a mail server’s own words."""
    if seen.statuses:
        return any(status.action == FAILED for status in seen.statuses)
    return seen.is_from_server and not is_delayed(seen) and bool(_FAILED.search(f"{seen.subject}\n{seen.text[:_SEEN]}"))


def is_delayed(seen: Seen) -> bool:
    if seen.statuses:
        return any(status.action == WAITING for status in seen.statuses)
    return seen.is_from_server and bool(_DELAYED.search(f"{seen.subject}\n{seen.text[:_SEEN]}"))


def is_receipt(seen: Seen) -> bool:
    """RFC 8098, that somebody opened it; or RFC 3464, that it arrived."""
    kind = headers.parameters(seen.field("Content-Type")).get("report-type", "").lower()
    return bool(seen.statuses) or kind == "disposition-notification"


def is_loop(seen: Seen) -> bool:
    """It has been here, or goes round between servers."""
    been = [address for value in headers.every(seen.mail, "X-Loop") for address in senders(value)]
    own = {address.lower() for address in seen.envelope.get("own", ())}
    return any(address.value in own for address in been) or hops(seen.mail) > MOST_HOPS


def hops(mail: Part) -> int:
    return sum(name.lower() == "received" for name, _value in mail.raw_items())


def is_spam(seen: Seen) -> bool:
    """What the filters on the way found: SpamAssassin, Rspamd, Yandex, Exchange, Kaspersky, Dr.Web."""
    level = seen.field("X-MS-Exchange-Organization-SCL")
    return (
        any(_SPAMMY.match(seen.field(name)) for name in ("X-Spam-Flag", "X-Spam-Status", "X-Spam", "X-DrWeb-SpamState"))
        or seen.field("X-Rspamd-Action").lower().startswith(RSPAMD_SPAM)
        or seen.field("X-Yandex-Spam") == "4"
        or seen.field("X-KLMS-AntiSpam-Status").lower().startswith("spam")
        or "SFV:SPM" in seen.field("X-Forefront-Antispam-Report")
        or (level.isdecimal() and int(level[:3]) >= 5)
    )


def is_away(seen: Seen) -> bool:
    if _AWAY.match(seen.subject):
        return True
    return is_auto_reply(seen) and bool(_AWAY_TEXT.search(seen.text[:_SEEN]))


def is_auto_reply(seen: Seen) -> bool:
    named = any(seen.field(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    precedence = seen.field("Precedence").lower()
    replied = seen.submitted == "auto-replied" or precedence == "auto_reply"
    return named or replied or bool(_REPLIES_ALONE.match(seen.subject))


def is_mailing(seen: Seen) -> bool:
    """A mailing list; but not the group by which a company hands its own mailbox's mail to us."""
    name = seen.field("List-Id").lower()
    own = (address.lower().replace("@", ".") for address in seen.envelope.get("own", ()))
    if name and any(address in name for address in own):
        return False
    if name or seen.field("Precedence").lower() in ("bulk", "list", "junk"):
        return True
    # Some services set it into all mail that leaves by them; an answer is not one of many.
    is_answer = seen.field("In-Reply-To") or seen.field("References")
    return bool(seen.field("List-Unsubscribe")) and not is_answer


def is_notice(seen: Seen) -> bool:
    """Some program wrote it: it says so, wants no answer from programs, or cannot be answered."""
    wishes = re.split(r"[,\s]+", seen.field("X-Auto-Response-Suppress").lower())
    wants_none = "all" in wishes or "autoreply" in wishes
    return seen.submitted != "no" or wants_none or seen.is_from_server


QUESTIONS: tuple[tuple[Nature, Callable[[Seen], bool]], ...] = (
    (Nature.BOUNCE, is_bounce),
    (Nature.DELAYED, is_delayed),
    (Nature.RECEIPT, is_receipt),
    (Nature.LOOP, is_loop),
    (Nature.SPAM, is_spam),
    (Nature.AWAY, is_away),
    (Nature.AUTO_REPLY, is_auto_reply),
    (Nature.MAILING, is_mailing),
    (Nature.NOTICE, is_notice),
)
