"""The machine's way in: /api/v1, described at /api/v1/openapi.json."""

from django.urls import path
from ninja import NinjaAPI

from . import articles, asides, callbacks, clients, files, problems, tickets, work
from .parsing import CarefulParser

# No documentation page: the one that comes along loads its scripts from a foreign host.
v1 = NinjaAPI(title="Otklik", version="1", docs_url=None, urls_namespace="api", parser=CarefulParser())
for error, answer in problems.HANDLERS.items():
    v1.add_exception_handler(error, answer)
v1.add_router("tickets", tickets.router)
v1.add_router("tickets", callbacks.router)
v1.add_router("", asides.router)
v1.add_router("", clients.router)
v1.add_router("", files.router)
v1.add_router("", work.router)
v1.add_router("", articles.router)

urlpatterns = [path("v1/", v1.urls)]
