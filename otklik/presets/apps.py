from django.apps import AppConfig


class Presets(AppConfig):
    name = "otklik.presets"
