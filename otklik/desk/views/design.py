"""The look on one page: what pages are put together from, in the words of those who put them together."""

from django.http import HttpResponse

from otklik.desk.access import DeskRequest, members
from otklik.desk.shell import page

SURFACES = ("ground", "surface", "sunken")
INKS = ("ink", "ink-quiet", "ink-faint")
MEANINGS = ("accent", "note", "good", "warn", "bad")
SIZES = range(6, 0, -1)
SPACES = range(1, 8)


@members
def design(request: DeskRequest) -> HttpResponse:
    look = {"surfaces": SURFACES, "inks": INKS, "meanings": MEANINGS, "sizes": SIZES, "spaces": SPACES}
    return page(request, "desk/design/design.html", **look)
