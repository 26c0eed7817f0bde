"""Which presets there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import complaints, information_line, it_desk, shop, state_portal

if TYPE_CHECKING:
    from .making import Making


@dataclass(frozen=True)
class Preset:
    """A ready-made desk: what it is like, whom it needs, and what makes it."""

    key: str
    label: Any
    about: Any
    people: Any
    make: Callable[[Making], None]


PRESETS = {
    module.KEY: Preset(module.KEY, module.LABEL, module.ABOUT, module.PEOPLE, module.make)
    for module in (shop, it_desk, information_line, state_portal, complaints)
}
