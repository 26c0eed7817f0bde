"""Which floor answers which address."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:home")),
    path("desk/", include("otklik.desk.urls")),
    path("help/", include("otklik.portal.urls")),
    path("api/", include("otklik.api.urls")),
    path("staff/", include("otklik.staff.urls")),
]
