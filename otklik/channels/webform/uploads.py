"""Several files in one form field, together no larger than a message may be."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FILES_MAX = 20


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files as a tuple, empty if there are none."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        told: dict[str, Any] = {
            "label": gettext_lazy("Files"),
            "help_text": gettext_lazy("Several can be chosen at once."),
        }
        super().__init__(**(told | {"required": False, "allow_empty_file": True, "max_length": 1000} | kwargs))

    def clean(self, value: Any, initial: Any = None) -> Any:
        check = super().clean
        uploaded = tuple(check(each, initial) for each in value or ())
        _check(uploaded)
        return uploaded


def _check(uploaded: tuple[UploadedFile[Any], ...]) -> None:
    total = sum(each.size or 0 for each in uploaded)
    if total > settings.MESSAGE_MAX_BYTES:
        raise ValidationError(
            _(
                "The files are %(total)s together, and one message may carry %(most)s. Nothing you typed was lost: "
                "choose fewer or smaller files, and send the rest in a second message."
            ),
            params={"total": filesizeformat(total), "most": filesizeformat(settings.MESSAGE_MAX_BYTES)},
        )
    if len(uploaded) > FILES_MAX:
        raise ValidationError(
            _("One message may carry %(most)s files. Choose fewer, or put them into one archive."),
            params={"most": FILES_MAX},
        )
