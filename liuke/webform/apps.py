from django.apps import AppConfig


class WebformConfig(AppConfig):
    name = "liuke.webform"
