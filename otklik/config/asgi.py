"""The web process's entry for uvicorn."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from otklik.lib.doorkeeper import Doorkeeper
from otklik.lib.threads import StandingThreads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
application = Doorkeeper(StandingThreads(get_asgi_application()), most_bytes=settings.BODY_MAX_BYTES)
