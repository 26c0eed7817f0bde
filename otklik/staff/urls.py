from django.urls import include, path
from django.views.generic import RedirectView

from . import views

# Allauth would send mail here, which nobody set up: administrators hand out one-time links, and set addresses.
BY_MAIL = ("password/reset/", "email/", "confirm-email/")

urlpatterns = [
    path("link/", views.one_time_link, name="one_time_link"),
    path("profile/", views.profile, name="profile"),
    path("preferences/", views.preferences, name="preferences"),
    path("sessions/", include("allauth.usersessions.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    *(path(page, RedirectView.as_view(pattern_name="account_login")) for page in BY_MAIL),
    path("", include("allauth.account.urls")),
]
