"""All views that there are, kept in this process: the menu of every page names them, and they change rarely.

Whether they changed is asked together with the counts of the menu, in the same query; only then they are read anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from otklik.lib.remembered import forgotten_with_all

from .models import View

# One number that is another one as soon as any view was made, changed or removed.
STAMP = f"(SELECT COALESCE(SUM(version), 0) FROM {View._meta.db_table})"  # noqa: S608 the name is Django's


@dataclass(frozen=True)
class Shelf:
    """Views by name, with their owners and teams; nobody changes them here. `stamp` is what STAMP was."""

    views: tuple[View, ...]
    stamp: int


_kept = [Shelf((), 0)]  # the last one read; of a store without views, which nobody need ask whether it is true


def forget() -> None:
    _kept[:] = [Shelf((), 0)]


forgotten_with_all(forget)


def shelf(*, stamp: int | None = None) -> Shelf:
    """The views as this process knows them; read anew if they are not those of `stamp`."""
    if stamp is not None and _kept[0].stamp != stamp:
        views = tuple(View.objects.select_related("owner", "team"))
        _kept[:] = [Shelf(views, sum(view.version for view in views))]
    return _kept[0]
