import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.test import SimpleTestCase, override_settings

from otklik.channels.email.reading import read
from otklik.lib.inbound import Dropped, Forwarded, Inbound

MAILS = Path(__file__).parent / "mail"
ENVELOPE = {
    "mail_from": "bea@client.example",
    "rcpt_to": ["support@shop.example"],
    "own": ["support@shop.example"],
}


def said(inbound: Inbound | Dropped) -> dict[str, Any]:
    """What the .json beside a mail says of it: what is empty is left out."""
    if isinstance(inbound, Dropped):
        return {"dropped": str(inbound.reason)}
    told = {
        "id": inbound.external_id,
        "from": [inbound.sender.value, inbound.sender.name],
        "subject": inbound.subject,
        "text": inbound.text,
        "rest": inbound.rest,
        "has_html": bool(inbound.html),
        "replies_to": list(inbound.replies_to),
        "ticket": inbound.ticket_number,
        "copied": [[person.value, person.name] for person in inbound.copied],
        "files": [[file.name, file.type, len(file.content), file.content_id] for file in inbound.files],
        "nature": str(inbound.nature),
        "reports": [
            [report.recipient, report.why, report.reason, list(report.message_ids)] for report in inbound.reports
        ],
        "forwarded": told_of(inbound.forwarded),
        "subject_number": inbound.subject_number,
        "staff": list(inbound.staff_token or ()),
        "cards": [dict(card) for card in inbound.cards],
    }
    always = {"id", "from", "subject", "text"}
    return {key: value for key, value in told.items() if value or key in always}


def told_of(forwarded: Forwarded | None) -> dict[str, str]:
    if forwarded is None:
        return {}
    told = {key: getattr(forwarded, key) for key in ("subject", "text", "cover")}
    return {"from": [forwarded.sender.value, forwarded.sender.name], **told, "has_html": bool(forwarded.html)}


@override_settings(SECRET_KEY="the key that the mails in this folder were signed with", SECRET_KEY_FALLBACKS=[])
class CorpusTests(SimpleTestCase):
    maxDiff = None

    def test_every_mail_is_read_as_written_beside_it(self) -> None:
        mails = sorted(MAILS.glob("*.eml"))
        self.assertGreaterEqual(len(mails), 150)
        for mail in mails:
            with self.subTest(mail.stem):
                expected = json.loads(mail.with_suffix(".json").read_text("utf-8"))
                envelope = ENVELOPE | expected.pop("envelope", {})
                raw = SimpleNamespace(body=mail.read_bytes(), envelope=envelope)
                self.assertEqual(said(read(raw)), expected)

    def test_the_same_mail_delivered_again_has_the_same_name(self) -> None:
        mail = (MAILS / "message-id-missing.eml").read_bytes()
        again = b"Received: from b.example by mx.shop.example; Tue, 6 May 2025 10:00:00 +0300\r\n" + mail
        names = {said(read(SimpleNamespace(body=body, envelope=ENVELOPE)))["id"] for body in (mail, again)}
        self.assertEqual(len(names), 1)

    def test_another_mail_without_a_name_has_another_one(self) -> None:
        mail = (MAILS / "message-id-missing.eml").read_bytes()
        other = mail.replace(b"No id here.", b"No id there.")
        names = {said(read(SimpleNamespace(body=body, envelope=ENVELOPE)))["id"] for body in (mail, other)}
        self.assertEqual(len(names), 2)
