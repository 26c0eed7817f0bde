"""The words of the mails that we write by ourselves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Language
from otklik.tickets.models import Channel


class MailTemplate(models.Model):
    """One kind of mail in one language, for one mailbox or (`channel` is null) for all that have none of their own."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        AUTO_REPLY = "auto_reply", _("Auto-reply")
        OUT_OF_HOURS = "out_of_hours", _("Out of hours")

    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="mail_templates", verbose_name=_("mailbox")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    body = models.TextField(_("text"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind", "language"], name="mail_template_once"),
            models.UniqueConstraint(
                fields=["kind", "language"], condition=Q(channel=None), name="mail_template_for_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.language}"
