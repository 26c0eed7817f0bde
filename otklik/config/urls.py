"""Which floor answers which address."""

from django.urls import include, path
from django.views.generic import RedirectView

from otklik.portal.views.knowledge import robots

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:home")),
    path("robots.txt", robots),
    path("desk/", include("otklik.desk.urls")),
    path("help/", include("otklik.portal.urls")),
    path("api/", include("otklik.api.urls")),
    path("staff/", include("otklik.staff.urls")),
]
