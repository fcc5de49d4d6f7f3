from django.apps import AppConfig


class ImproveConfig(AppConfig):
    name = "liuke.improve"
