from django.apps import AppConfig


class Quality(AppConfig):
    name = "otklik.quality"
