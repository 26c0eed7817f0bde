"""A browser and its push service, made by RFC 8030, 8291 and 8292 and by nothing of ours: it checks and decrypts."""

import json
import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from unittest import mock

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from otklik.lib.posting import Answer
from otklik.notices.models import PushKey

CURVE = ec.SECP256R1()
DAY = 24 * 60 * 60
RECORD_MAX = 4096  # bytes, RFC 8030, 7.2


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def sealed(key: bytes, *parts: bytes) -> bytes:
    whole = hmac.HMAC(key, hashes.SHA256())
    whole.update(b"".join(parts))
    return whole.finalize()


class FarBrowser:
    """`answers` are given in turn, the last one for ever; `shown` is what the browser was told, decrypted."""

    endpoint = "https://push.example/send/abc"

    def __init__(self) -> None:
        self.become(ec.generate_private_key(CURVE), bytes(range(16)))
        self.answers = [Answer(201)]
        self.shown: list[dict[str, Any]] = []
        self.asked = 0

    def become(self, private: ec.EllipticCurvePrivateKey, secret: bytes) -> None:
        self.private, self.secret = private, secret
        self.point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> dict[str, str]:
        return {"public": encoded(self.point), "auth": encoded(self.secret)}

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """In the place of `lib.posting.post`."""
        self.asked += 1
        self.check(url, headers)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.status == 201:
            self.shown.append(json.loads(self.decrypted(body)))
        return answer

    def check(self, url: str, headers: dict[str, str]) -> None:
        """RFC 8030: how long it may be kept. RFC 8292: by a token of ours, for this service, for a day at most."""
        assert url == self.endpoint
        assert headers["Content-Encoding"] == "aes128gcm"
        assert int(headers["TTL"]) >= 0
        assert headers["Urgency"] in ("very-low", "low", "normal", "high")
        scheme, _space, rest = headers["Authorization"].partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert scheme == "vapid"
        assert fields["k"] == PushKey.objects.get().public
        head, claims, signature = fields["t"].split(".")
        raw = decoded(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        known = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(fields["k"]))
        known.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
        said = json.loads(decoded(claims))
        assert said["aud"] == "https://push.example"
        assert time.time() < said["exp"] <= time.time() + DAY
        assert said["sub"].startswith(("mailto:", "https:"))

    def decrypted(self, body: bytes) -> bytes:
        """RFC 8291, 3.4: one record of RFC 8188, whose key id is the sender's point."""
        assert len(body) <= RECORD_MAX
        salt, size, length = body[:16], struct.unpack("!L", body[16:20])[0], body[20]
        point, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
        shared = self.private.exchange(ec.ECDH(), theirs)
        mixed = sealed(sealed(self.secret, shared), b"WebPush: info\0", self.point, point, b"\x01")
        key = sealed(salt, mixed)
        content = sealed(key, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = sealed(key, b"Content-Encoding: nonce\0\x01")[:12]
        padded = AESGCM(content).decrypt(nonce, record, None)
        text, delimiter, padding = padded.rpartition(b"\x02")
        assert delimiter
        assert not padding.strip(b"\0")
        return text

    def open(self) -> Any:
        return mock.patch("otklik.notices.pushing.post", self.post)
