"""A spam filter of the installation’s own: Rspamd by HTTP, or SpamAssassin’s spamd by its own protocol."""

import json
import logging
import re
import socket
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

from otklik.lib.inbound import Nature

from .natures import RSPAMD_SPAM

SECONDS = 5.0
ASKED_MAX_BYTES = 2 * 1024 * 1024  # filters read no more either
ANSWER_MAX_BYTES = 1024 * 1024
ASKED_ABOUT = (Nature.PERSONAL, Nature.MAILING, Nature.NOTICE)
_SPAM = re.compile(rb"^Spam:\s*(?:True|Yes)\b", re.IGNORECASE | re.MULTILINE)

log = logging.getLogger(__name__)


def is_spam(body: bytes, *, mail_from: str = "") -> bool:
    """What the filter at OTKLIK_SPAM_URL says. A filter that does not answer holds no mail up: it is no spam then."""
    if not settings.SPAM_URL or len(body) > ASKED_MAX_BYTES:
        return False
    parts = urlsplit(settings.SPAM_URL)
    try:
        return _spamd(parts, body) if parts.scheme == "spamd" else _rspamd(parts, body, mail_from)
    except (OSError, HTTPException, ValueError) as failure:
        log.warning("The spam filter did not answer: %s: %s", type(failure).__name__, failure)
        return False


def _rspamd(parts: SplitResult, body: bytes, mail_from: str) -> bool:
    connection = HTTPConnection(parts.hostname or "", parts.port or 11333, timeout=SECONDS)
    headers = {"From": mail_from} if mail_from.isascii() and mail_from.isprintable() else {}
    if parts.password:
        headers["Password"] = unquote(parts.password)
    try:
        connection.request("POST", "/checkv2", body, headers)
        said: Any = json.loads(connection.getresponse().read(ANSWER_MAX_BYTES))
    finally:
        connection.close()
    return isinstance(said, dict) and str(said.get("action", "")).lower().startswith(RSPAMD_SPAM)


def _spamd(parts: SplitResult, body: bytes) -> bool:
    with socket.create_connection((parts.hostname or "", parts.port or 783), timeout=SECONDS) as line:
        line.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(body) + body)
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            return bool(_SPAM.search(answer.read(ANSWER_MAX_BYTES)))
