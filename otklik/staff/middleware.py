"""What a signed-in member prefers: the language of the pages; and the company's time zone for everybody."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from .models import Company, Member

COOKIE = settings.LANGUAGE_COOKIE_NAME


class Preferences:
    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        company = Company.current()
        request.company = company  # type: ignore[attr-defined]
        language = self.language(request, company)
        with timezone.override(company.zone), translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def language(self, request: HttpRequest, company: Company) -> str:
        """The member's own choice, else the visitor's by cookie, else the company's."""
        if isinstance(request.user, Member):
            return request.user.language
        chosen = request.COOKIES.get(COOKIE, "")
        # The default of an unsaved company is a member of an enumeration, which no header may carry.
        return chosen if chosen in dict(settings.LANGUAGES) else str(company.language)
