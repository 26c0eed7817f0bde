from django.apps import AppConfig


class Tickets(AppConfig):
    name = "otklik.tickets"
