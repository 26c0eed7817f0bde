from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Journal(AppConfig):
    name = "otklik.journal"

    def ready(self) -> None:
        autodiscover_modules("kinds")
