"""The worker's way to tell: what is due for one member goes into one mail."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import ngettext

from otklik.journal.kinds import narrate
from otklik.staff.models import Member

from .models import Notice

LEASE = timedelta(minutes=5)
LINES_MAX = 50  # in one mail; whoever has more to read reads it in the desk

log = logging.getLogger(__name__)


def mail_due(at: datetime | None = None) -> bool:
    """Mail one member what is due for them; False if nothing is due for anybody."""
    at = at or now()
    first = Notice.objects.to_mail(at).select_related("member").first()
    if first is None:
        return False
    notices = _claim(first.member, at)
    if notices:
        try:
            _send(first.member, notices)
        except OSError:
            # The claim ends with its lease, and it is tried again then.
            log.exception("The notices for %s could not be mailed.", first.member.email)
            return False
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_at=None)
    return True


def _claim(member: Member, at: datetime) -> list[Notice]:
    """Take what is due for a member for the length of LEASE; nothing if another worker has it."""
    lease = at + LEASE
    Notice.objects.to_mail(at).filter(member=member).order_by().update(mail_at=lease)
    return list(Notice.objects.filter(member=member, mail_at=lease).select_related("event").order_by("pk"))


def _send(member: Member, notices: list[Notice]) -> None:
    with translation.override(member.language):
        lines = narrate(notice.event for notice in notices[:LINES_MAX])
        told = [(line, settings.URL + reverse("desk:ticket", args=[line.event.about_id])) for line in lines]
        count = len(notices)
        subject = ngettext("%(count)d thing for you to know", "%(count)d things for you to know", count)
        text = render_to_string("notices/mail.txt", {"member": member, "told": told, "more": count - len(told)})
        send_mail(subject % {"count": count}, text, None, [member.email])
