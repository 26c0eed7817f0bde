from django.apps import AppConfig


class Staff(AppConfig):
    name = "otklik.staff"
