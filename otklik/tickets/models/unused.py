"""Stored files that no row names."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now


class UnusedFile(models.Model):
    """One of them, and since when it is known to be unused. `is_going` is set when its bytes are deleted next."""

    path = models.CharField(max_length=80, primary_key=True)
    since = models.DateTimeField(default=now)
    is_going = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["since"], name="unused_file_since")]

    def __str__(self) -> str:
        return self.path

    def condemn(self) -> bool:
        """Let its bytes go; False if somebody uses them again."""
        return bool(UnusedFile.objects.filter(pk=self.pk).update(is_going=True))

    @classmethod
    def may_be_used(cls, path: str) -> bool:
        """Use stored bytes again; False if they are going this very moment."""
        if not cls.objects.filter(pk=path).exists():  # as mostly; nothing is written then
            return True
        return bool(cls.objects.filter(pk=path, is_going=False).delete()[0])
