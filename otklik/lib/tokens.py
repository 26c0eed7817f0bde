"""Short signed tokens for links and addresses that we hand out and later get back from anybody."""

import base64
import hmac
from hashlib import sha256

from django.conf import settings
from django.utils.encoding import force_bytes

SIGNATURE_BYTES = 10  # 80 bits: an online guess needs 2^79 requests on average


def _signature(purpose: str, value: str, secret: str) -> str:
    key = sha256(force_bytes(f"otklik.{purpose}:{secret}")).digest()
    digest = hmac.digest(key, value.encode(), "sha256")[:SIGNATURE_BYTES]
    # Base32 in lower case survives mail servers that fold the case of an address.
    return base64.b32encode(digest).decode().lower()


def sign(purpose: str, value: str) -> str:
    """`value` with its signature, as ``value-signature``; the value must not be secret."""
    return f"{value}-{_signature(purpose, value, settings.SECRET_KEY)}"


def unsign(purpose: str, token: str) -> str | None:
    """The value that was signed for this purpose; None if the token is not ours."""
    value, _, given = token.lower().rpartition("-")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) if value else ():
        if hmac.compare_digest(_signature(purpose, value, secret).encode(), given.encode()):
            return value
    return None
