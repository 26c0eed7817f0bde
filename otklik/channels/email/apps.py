from django.apps import AppConfig


class EmailChannel(AppConfig):
    name = "otklik.channels.email"
    label = "email"
