"""Idempotency-Key: a request that is sent again, because its answer was lost, is not done again."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from ninja import Schema

from otklik.lib.forgetting import forget

from .access import ApiRequest
from .errors import KeyReused
from .models import ApiToken, Repeatable

HEADER = "Idempotency-Key"
KEPT = timedelta(days=30)


def once(request: ApiRequest, wanted: Schema, make: Callable[[], int]) -> int:
    """The number of what `make` made, now or when the same key came first. Raises KeyReused.

    The key and what was made are one transaction: a request that failed leaves its key free, and of two at the
    same moment the slower waits at the constraint `api_key_once`.
    """
    key = request.headers.get(HEADER, "")[:200]
    with transaction.atomic():
        if not key:
            return make()
        digest = sha256(f"{request.path} {json.dumps(wanted.model_dump(mode='json'))}".encode()).hexdigest()
        row = _take(request.auth, key, digest)
        if row is None:
            return _first(request.auth, key, digest)
        made = make()
        Repeatable.objects.filter(pk=row.pk).update(made_id=made)
        return made


def _take(token: ApiToken, key: str, digest: str) -> Repeatable | None:
    try:
        with transaction.atomic():
            return Repeatable.objects.create(token=token, key=key, digest=digest)
    except IntegrityError:
        return None


def _first(token: ApiToken, key: str, digest: str) -> int:
    first = Repeatable.objects.get(token=token, key=key)
    if first.digest != digest or first.made_id is None:
        raise KeyReused
    return first.made_id


def forget_keys() -> bool:
    """Forget some keys of long ago; False if there are none."""
    return forget(Repeatable.objects.filter(at__lt=now() - KEPT))
