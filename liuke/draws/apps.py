from django.apps import AppConfig


class DrawsConfig(AppConfig):
    name = "liuke.draws"

    def ready(self) -> None:
        """Rules and the points mall can give tickets from now on."""
        from liuke.draws.services.benefit import DrawTickets  # noqa: PLC0415  it has models
        from liuke.loyalty.services import benefits  # noqa: PLC0415

        benefits.register(DrawTickets())
