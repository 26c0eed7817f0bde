from django.apps import AppConfig


class Clients(AppConfig):
    name = "otklik.clients"
