"""Trying a mailbox's settings in the worker, step by step, while the administrator looks on."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

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
    with translation.override(test.language):
        try:
            for step in test_connection(test.mailbox):
                test.tell({"text": step.text, "is_ok": step.is_ok, "advice": step.advice})
        except Exception as fault:
            why = {"why": f"{type(fault).__name__}: {fault}"}
            advice = _("This is a fault of Otklik’s. Please report it; the worker’s log says more.")
            test.tell({"text": _("The test broke off: %(why)s") % why, "is_ok": False, "advice": advice})
            raise
        finally:  # the same settings would break it again
            test.finish()


def ask(mailbox: Mailbox, *, language: str) -> MailboxTest:
    """A test of these settings: the one that waits to begin, or a new one instead of those that are over.

    One that is under way may have begun with other settings, so it is not taken for this one.
    """
    tests = MailboxTest.objects.filter(mailbox=mailbox)
    if waiting := tests.filter(due_at__isnull=False, started_at=None).first():
        return waiting
    with transaction.atomic():
        tests.filter(due_at=None).delete()
        return MailboxTest.objects.create(mailbox=mailbox, language=language)
