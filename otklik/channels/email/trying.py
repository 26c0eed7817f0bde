"""Trying a mailbox's settings in the worker, step by step, while the administrator looks on."""

from __future__ import annotations

from django.utils import translation

from .models import Mailbox, MailboxTest
from .trial import test_connection


def try_due() -> bool:
    """Try the settings that somebody asked to be tried; False if nobody did."""
    due = MailboxTest.objects.due().select_related("mailbox__channel").first()
    if due is None or not due.claim():
        return False
    try_out(due)
    return True


def try_out(test: MailboxTest) -> None:
    """Write each step down as soon as it is known, in the words of whoever asked."""
    try:
        with translation.override(test.language):
            for step in test_connection(test.mailbox):
                test.tell({"text": step.text, "is_ok": step.is_ok, "advice": step.advice})
    finally:  # one that broke off is over too: the same settings would break it again
        test.finish()


def ask(mailbox: Mailbox, *, language: str) -> MailboxTest:
    """A test of these settings: the one that is under way, or a new one."""
    under_way = MailboxTest.objects.filter(mailbox=mailbox, due_at__isnull=False).first()
    return under_way or MailboxTest.objects.create(mailbox=mailbox, language=language)
