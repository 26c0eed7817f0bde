"""Settings: examples of whole desks, what each would make, and taking one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, administrators
from otklik.desk.presets import contents
from otklik.presets.book import PRESETS, Preset
from otklik.presets.making import apply

from .settings import settings_page


@administrators
def presets(request: DeskRequest) -> HttpResponse:
    return settings_page(request, "desk/presets/list.html", current="presets", presets=PRESETS.values())


@administrators
def preset(request: DeskRequest, key: str) -> HttpResponse:
    """What an example would make here and what it would leave alone; posted, it is made."""
    found = PRESETS.get(key)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _take(request, found)
    shown = contents(found, by=request.user)
    new = sum(one.is_new for _label, things in shown for one in things)
    return settings_page(
        request, "desk/presets/contents.html", current="presets", preset=found, contents=shown, new=new
    )


def _take(request: DeskRequest, found: Preset) -> HttpResponse:
    made = apply(found, by=request.user)
    left = [str(one.row) for one in made if not one.is_new]
    messages.success(request, _("New things made: %(count)s.") % {"count": len(made) - len(left)})
    if left:
        names = ", ".join(f"“{name}”" for name in left)
        messages.info(request, _("There already, and left as they are: %(names)s.") % {"names": names})
    return redirect("desk:preset", found.key)
