from django.apps import AppConfig


class Calendars(AppConfig):
    name = "otklik.calendars"
