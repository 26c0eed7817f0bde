"""Django's `migrate`, to which an empty store is no long way."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from otklik.operate.laying import is_empty, lay


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        is_whole = not (options["app_label"] or options["plan"] or options["check_unapplied"] or options["fake"])
        if is_whole and is_empty(connection):
            lay(connection)
        super().handle(*args, **options)  # makes what is new since, and tells the apps that they may fill their tables
