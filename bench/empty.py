"""`python -m bench.empty PORT`: an empty Django view under the same server: what a page costs before any work."""

import sys

import django
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("empty")


urlpatterns = [path("", view)]

if __name__ == "__main__":
    settings.configure(ROOT_URLCONF="bench.empty", ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="empty", MIDDLEWARE=[])
    django.setup()
    application = get_asgi_application()
    port = int(sys.argv[1])
    uvicorn.run(application, host="127.0.0.1", port=port, loop="uvloop", lifespan="off", log_level="warning")
