"""What can happen with ready-made desks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare


def labels(values: set[Any]) -> Mapping[Any, str]:
    # The presets lean on models of many apps, which are not ready yet when kinds are declared.
    from .book import PRESETS

    return {key: str(PRESETS[key].label) for key in values if key in PRESETS}


declare(
    "preset.applied",
    _("Settings"),
    _("The example “%(preset)s” was taken: %(new)s new, %(left)s left as they were"),
    keys={"preset": labels, "new": as_is, "left": as_is},
    personal=(),
)
