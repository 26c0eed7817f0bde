"""Who may use the API, and what was answered to a request that may come twice."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.models import Member

PREFIX = "otk_"  # lets scanners of published code recognise a leaked token
SCOPES = ("tickets:read", "tickets:write", "clients:read", "clients:write", "articles:read")
USE_NOTED_EVERY = timedelta(minutes=5)  # noting every single use would be a committed write for each request


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> ApiTokenQuerySet:
        return self.filter(revoked_at=None, member__is_active=True)


class ApiToken(models.Model):
    """A machine's pass: it acts as `member`, within `scopes`. Only the token's digest is kept."""

    journal_name = "api_token"

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    member = models.ForeignKey(Member, models.PROTECT, related_name="api_tokens")
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(revoked_at=None), name="api_token_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, name: str, member: Member, *, scopes: Iterable[str]) -> tuple[ApiToken, str]:
        """A new token and its text, which cannot be had again. Raises IntegrityError for a name that is in use."""
        text = PREFIX + secrets.token_urlsafe(32)
        with transaction.atomic():
            token = cls.objects.create(name=name, digest=digest_of(text), scopes=list(scopes), member=member)
            record("api_token.issued", token, name=name, member=member.pk)
        return token, text

    def revoke(self, *, at: datetime | None = None) -> bool:
        """Let nobody in with it any more; False if that was so."""
        with transaction.atomic():
            if not ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=at or now()):
                return False
            record("api_token.revoked", self, at=at, name=self.name)
        return True

    def note_use(self, *, at: datetime | None = None) -> None:
        """Remember about when it was used last."""
        at = at or now()
        if self.last_used_at is None or self.last_used_at < at - USE_NOTED_EVERY:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=at)


class Repeatable(models.Model):
    """A request with an Idempotency-Key, and the ticket or message that it made."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of what was asked: the same key must mean the same request
    made_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_key_once")]
