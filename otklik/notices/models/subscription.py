"""Browsers that are told by Web Push, and what is still on its way to them. A push is a row with a due time."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from otklik.lib.encrypted import EncryptedTextField
from otklik.lib.forgetting import forget as forget_some
from otklik.staff.models import Member

from .notice import Notice

LEASE = timedelta(minutes=2)  # a push must have ended sooner, see lib.posting.SECONDS
BROWSERS_MAX = 20  # of one member; one more, and the oldest goes
ENDPOINT_MAX = 1000  # characters; those of the known services are below 700
AGENT_MAX = 300


def unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    """Bytes of base64url. Raises ValueError."""
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


class PushKey(models.Model):
    """The one pair of keys by which push services know us (VAPID), made at first use."""

    private = EncryptedTextField()
    public = models.CharField(max_length=100)
    one = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one"], name="push_key_is_one")]

    @classmethod
    def current(cls) -> PushKey:
        if kept := cls.objects.first():
            return kept
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        private = key.private_numbers().private_value.to_bytes(32, "big")
        made = {"private": unpadded(private), "public": unpadded(public)}
        return cls.objects.get_or_create(one=True, defaults=made)[0]


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def alive(self, at: datetime) -> SubscriptionQuerySet:
        """Those whose sign-in still holds: whoever signed out, or was shut out, is told nothing."""
        session = Session.objects.filter(session_key=OuterRef("session"), expire_date__gt=at)
        return self.filter(Exists(session), member__is_active=True)


class Subscription(models.Model):
    """A browser of a member, by the address and the keys that its push service gave it."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="subscriptions")
    session = models.CharField(max_length=40)
    sign_in = models.CharField(max_length=128, blank=True, default="")  # another password makes another one
    endpoint = models.CharField(max_length=ENDPOINT_MAX, unique=True)
    public = models.CharField(max_length=100)  # the browser's key, base64url
    auth = models.CharField(max_length=30)  # the secret between it and us, base64url
    user_agent = models.CharField(max_length=AGENT_MAX, blank=True)
    made_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)  # when the push service last took something
    failed_at = models.DateTimeField(null=True)  # when it last did not, if it took nothing since
    error = models.CharField(max_length=300, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member}: {self.user_agent}"

    @classmethod
    def take(
        cls, member: Member, endpoint: str, *, public: str, auth: str, session: str, user_agent: str
    ) -> Subscription:
        """Tell a member in this browser from now on. A browser is one member's: the last who asked for it."""
        with transaction.atomic():
            given = {"public": public, "auth": auth, "session": session, "user_agent": user_agent[:AGENT_MAX]}
            given["sign_in"] = member.get_session_auth_hash()
            taken, is_new = cls.objects.get_or_create(endpoint=endpoint, defaults={"member": member, **given})
            if taken.member_id != member.pk:
                Push.objects.filter(subscription=taken).delete()
            if not is_new:
                cls.objects.filter(pk=taken.pk).update(member=member, **given)
            kept = cls.objects.filter(member=member).order_by("-pk").values("pk")[:BROWSERS_MAX]
            cls.objects.filter(member=member).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
        taken.refresh_from_db()
        return taken

    @property
    def is_signed_in(self) -> bool:
        """Whether the password is the one that its member signed in with, or has changed in this browser itself."""
        known = (self.member.get_session_auth_hash(), *self.member.get_session_auth_fallback_hash())
        return self.sign_in in known

    @classmethod
    def follow(cls, member: Member, before: str, after: str) -> None:
        """The session of a member goes on under another key, as after a change of the password: so do its notices."""
        mine = cls.objects.filter(member=member, session=before)
        mine.update(session=after, sign_in=member.get_session_auth_hash())


class PushQuerySet(models.QuerySet["Push"]):
    def due(self, at: datetime) -> PushQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Push(models.Model):
    """One notice on its way to one browser; gone when it arrived. Without a notice it is a trial."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="pushes")
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="pushes")
    due_at = models.DateTimeField(default=now)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = PushQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "notice"], name="push_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="push_due")]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.notice}"


def forget(at: datetime | None = None) -> bool:
    """Forget some browsers whose sign-in is over; False if there are none."""
    alive = Subscription.objects.alive(at or now()).values("pk")
    return forget_some(Subscription.objects.exclude(pk__in=alive))
