from django.apps import AppConfig


class Approvals(AppConfig):
    name = "otklik.approvals"
