"""The words of the mails that we write by ourselves."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.channels.email.placeholders import OF_ANSWER, OF_AUTOMATIC, OF_OUT_OF_HOURS, OF_SUBJECT, check
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

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What its text may name in braces."""
        of_kind = {self.Kind.ANSWER: OF_ANSWER, self.Kind.OUT_OF_HOURS: OF_OUT_OF_HOURS}
        return of_kind.get(self.Kind(self.kind), OF_AUTOMATIC)

    def clean(self) -> None:
        """Refuse unknown placeholders, and a frame for answers that has no place for the answer."""
        check(self.subject, OF_SUBJECT)
        check(self.body, self.placeholders)
        if self.kind == self.Kind.ANSWER and "{text}" not in self.body:
            raise ValidationError({"body": _("The text needs {text}: that is where the answer stands.")})
