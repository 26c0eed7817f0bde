"""A stored mail as its reader's program would show it."""

from dataclasses import dataclass
from email import message_from_bytes, policy

HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date")


@dataclass(frozen=True)
class Letter:
    headers: list[tuple[str, str]]
    text: str
    html: str
    files: list[str]


def letter_of(raw: bytes) -> Letter:
    """Ours are well formed, so the standard library reads them as they are."""
    mail = message_from_bytes(raw, policy=policy.default)
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    return Letter(
        headers=[(name, str(mail[name])) for name in HEADERS if mail[name]],
        text=plain.get_content() if plain else "",
        html=rich.get_content() if rich else "",
        files=[str(part.get_filename() or "") for part in mail.iter_attachments()],
    )
