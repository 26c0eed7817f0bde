"""The desk as an app of its own: the manifest, the worker in the browser, and the page for when there is no network.

Nothing here is private, so nobody has to be signed in: a browser asks for these things in its own time.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

# The tokens --ground and --accent by day; a manifest knows no light-dark().
GROUND, ACCENT = "#f8f7f4", "#275ca8"


def manifest(request: HttpRequest) -> HttpResponse:
    """What an installed desk is called and how it looks."""
    name = request.company.name  # type: ignore[attr-defined]
    content = {
        "id": reverse("desk:home"),
        "name": _("%(company)s: support desk") % {"company": name},
        "short_name": name,
        "lang": get_language(),
        "start_url": reverse("desk:home"),
        "scope": reverse("desk:home"),
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": [
            {"src": static("icon.svg"), "type": "image/svg+xml", "sizes": "any"},
            {"src": static("icons/192.png"), "type": "image/png", "sizes": "192x192"},
            {"src": static("icons/512.png"), "type": "image/png", "sizes": "512x512"},
            {"src": static("icons/maskable.png"), "type": "image/png", "sizes": "512x512", "purpose": "maskable"},
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The worker: at this address it has power over the desk, and over nothing else."""
    return render(request, "desk/app/worker.js", content_type="text/javascript")


@never_cache
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows when the network is gone; in both languages, for whoever sits there then."""
    return render(request, "desk/app/offline.html", {"ground": GROUND, "accent": ACCENT})
