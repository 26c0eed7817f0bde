from django.apps import AppConfig


class Simulation(AppConfig):
    name = "otklik.simulation"
