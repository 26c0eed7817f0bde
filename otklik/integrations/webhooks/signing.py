"""The signature of Standard Webhooks 1.0: HMAC-SHA256 over number, moment and body (www.standardwebhooks.com)."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(name: str, body: bytes, keys: Iterable[str], *, at: datetime) -> dict[str, str]:
    """What goes along with a body, signed with each of the secrets; a receiver looks for one that it knows."""
    moment = str(int(at.timestamp()))
    signed = f"{name}.{moment}.".encode() + body
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    digest = hmac.digest(base64.b64decode(key.removeprefix(PREFIX)), signed, "sha256")
    return base64.b64encode(digest).decode()
