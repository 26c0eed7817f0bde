"""Files go up first, each by itself, and are named by a signed id in the request that needs them.

So every verb stays plain JSON, a lost answer costs no second upload, and no row is needed for a file that is
never used.
"""

from dataclasses import asdict

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router, Status
from ninja.files import UploadedFile

from otklik.lib.inbound import InboundFile
from otklik.tickets.files import Kept, keep
from otklik.tickets.models import Attachment

from .access import ApiRequest, Bearer
from .errors import FileTooLarge
from .schemas import FileOut

SALT = "otklik.api.file"
KEPT_FOR = 86400  # seconds in which an uploaded file can be used

router = Router(tags=["files"])


def check_size(size_bytes: int) -> None:
    if size_bytes > settings.MESSAGE_MAX_BYTES:
        raise FileTooLarge(limit=settings.MESSAGE_MAX_BYTES // 2**20)


@router.post("files", auth=Bearer("tickets:write"), response={201: FileOut})
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[FileOut]:
    """Upload one file, as multipart/form-data."""
    check_size(file.size or 0)
    kept = keep(InboundFile(file.name or "", file.content_type or "application/octet-stream", file.read()))
    shown = FileOut(
        id=signing.dumps(asdict(kept), salt=SALT), name=kept.name, type=kept.type, size_bytes=kept.size_bytes
    )
    return Status(201, shown)


def uploaded(ids: list[str]) -> tuple[Kept, ...]:
    """The files that `upload` named so. Raises ValidationError for an id that is old or not ours, FileTooLarge."""
    try:
        kept = tuple(Kept(**signing.loads(id_, salt=SALT, max_age=KEPT_FOR)) for id_ in ids)
    except signing.BadSignature:
        raise ValidationError({"files": _("A file’s id is not known or older than a day. Upload it again.")}) from None
    check_size(sum(file.size_bytes for file in kept))
    return kept


@router.get("attachments/{number}", auth=Bearer("tickets:read"), url_name="attachment")
def download(request: ApiRequest, number: int) -> FileResponse:
    """The bytes of one attachment."""
    row = get_object_or_404(Attachment.objects.visible_to(request.auth.member), pk=number)
    # Always a download of unknown type: what a stranger sent must not be run by a browser on our own site.
    return FileResponse(row.file.open(), as_attachment=True, filename=row.name, content_type="application/octet-stream")
