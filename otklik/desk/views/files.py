"""Files on their way to a browser."""

from io import BytesIO

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from otklik.desk.access import DeskRequest, members
from otklik.knowledge.models import ArticleFile
from otklik.tickets.models import Attachment, DraftFile, Message, RawMessage

# Shown in the browser; anything else is only ever downloaded, under a name that cannot be run from our address.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Cache-Control": "private, max-age=3600",
}


@members
def file(request: DeskRequest, pk: int) -> FileResponse:
    """An attachment of a message."""
    return sent(get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk))


@members
def original(request: DeskRequest, pk: int) -> FileResponse:
    """The mail that a message was read from, byte for byte; never shown, only downloaded."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk, via="email")
    raw = get_object_or_404(RawMessage, message=message)
    name = f"{message.ticket_id}-{message.pk}.eml"
    return FileResponse(BytesIO(raw.body), as_attachment=True, filename=name, content_type="application/octet-stream")


def sent(found: Attachment | DraftFile | ArticleFile) -> FileResponse:
    """A file: harmless kinds are shown, the rest is downloaded."""
    is_shown = found.type in SHOWN
    kind = found.type if is_shown else "application/octet-stream"
    answer = FileResponse(found.file.open(), as_attachment=not is_shown, filename=found.name, content_type=kind)
    for name, value in HARMLESS.items():
        answer.headers[name] = value
    return answer
