from django.apps import AppConfig


class Rules(AppConfig):
    name = "otklik.rules"
