from django.apps import AppConfig


class PointsMallConfig(AppConfig):
    name = "liuke.pointsmall"
