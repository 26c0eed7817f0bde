from django.apps import AppConfig


class Webhooks(AppConfig):
    name = "otklik.integrations.webhooks"
