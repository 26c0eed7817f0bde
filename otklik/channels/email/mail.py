"""A mail with pictures in its text: multipart/related around the HTML, RFC 2387."""

from __future__ import annotations

from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from typing import Any

from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart
from django.core.mail.message import EmailAlternative


class Mail(EmailMultiAlternatives):
    """Django's mail, whose HTML may show pictures by ``cid:``."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._pictures: list[MIMEBase] = []

    def show(self, cid: str, name: str, content: bytes, kind: str) -> None:
        """Let the HTML show a picture as ``cid:…``."""
        picture = MIMEBase(*kind.split("/", 1))
        picture.set_payload(content)
        encode_base64(picture)
        picture["Content-ID"] = f"<{cid}>"
        shown_as: Any = name if name.isascii() else ("utf-8", "", name)
        picture.add_header("Content-Disposition", "inline", filename=shown_as)
        self._pictures.append(picture)

    def _create_mime_attachment(self, content: Any, mimetype: str) -> Any:
        part = super()._create_mime_attachment(content, mimetype)  # type: ignore[misc]
        is_body = mimetype == "text/html" and EmailAlternative(content, mimetype) in self.alternatives
        if not is_body or not self._pictures:
            return part
        whole: MIMEMultipart = SafeMIMEMultipart(_subtype="related", encoding=self.encoding, type="text/html")
        for each in (part, *self._pictures):
            whole.attach(each)
        return whole
