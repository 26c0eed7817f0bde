"""What administrators change: one line in the journal for each, about the company."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare


def sections(values: set[Any]) -> Mapping[Any, str]:
    # Settings lean on forms of many apps, which are not ready yet when kinds are declared.
    from .settings import section_label

    return {value: str(section_label(value)) for value in values}


declare(
    "setting.changed",
    _("Settings"),
    _("Settings, %(section)s: “%(name)s” was saved"),
    keys={"section": sections, "row": as_is, "name": as_is},
    personal=("name",),
)
