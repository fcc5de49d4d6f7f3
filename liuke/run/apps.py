"""`run` is an app for one table's sake: the events of live pages, which belong to no module."""

from django.apps import AppConfig


class RunConfig(AppConfig):
    name = "liuke.run"
