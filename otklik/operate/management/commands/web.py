import gc
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import get_resolver

from otklik.operate.page_files import collect

FAREWELL_SECONDS = 3  # for requests under way; live streams never end by themselves


class Command(BaseCommand):
    help = "Serve the pages and the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen at (%(default)s)")
        parser.add_argument("--port", default=settings.PORT, type=int, help="port to listen at (%(default)s)")

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        collect()
        get_resolver().url_patterns  # noqa: B018 loads every page now, so that the first visitor need not wait
        config = uvicorn.Config(
            "otklik.config.asgi:application",
            host=host,
            port=port,
            loop="uvloop",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        config.load()
        # What is loaded now stays. To look through all of it for garbage would take a page a tenth of a second.
        gc.collect()
        gc.freeze()
        uvicorn.Server(config).run()
