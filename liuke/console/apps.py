from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from liuke.kit.catalogues import compile_stale


class ConsoleConfig(AppConfig):
    name = "liuke.console"

    def ready(self) -> None:
        compile_stale(Path(settings.PACKAGE))
