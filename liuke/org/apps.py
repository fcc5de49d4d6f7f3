from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "liuke.org"

    def ready(self) -> None:
        from liuke.org import access  # noqa: F401, PLC0415  registers the permissions; needs the models
