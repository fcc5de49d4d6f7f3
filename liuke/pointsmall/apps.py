from django.apps import AppConfig


class PointsMallConfig(AppConfig):
    name = "liuke.pointsmall"

    def ready(self) -> None:
        """Points that were spent here say for what."""
        from liuke.points import origins  # noqa: PLC0415  it has models
        from liuke.pointsmall.queries import had_for  # noqa: PLC0415

        origins.register("exchange", had_for)
