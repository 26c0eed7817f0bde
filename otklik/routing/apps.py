from django.apps import AppConfig


class Routing(AppConfig):
    name = "otklik.routing"
