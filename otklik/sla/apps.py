from django.apps import AppConfig


class Sla(AppConfig):
    name = "otklik.sla"
