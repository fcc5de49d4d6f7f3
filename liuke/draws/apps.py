from django.apps import AppConfig


class DrawsConfig(AppConfig):
    name = "liuke.draws"

    def ready(self) -> None:
        """Rules and the points mall can give tickets from now on; points that were won say where."""
        from liuke.draws.services.benefit import DrawTickets  # noqa: PLC0415  it has models
        from liuke.draws.services.effect import Draws  # noqa: PLC0415
        from liuke.draws.words import won_in  # noqa: PLC0415
        from liuke.loyalty.services import benefits, effect  # noqa: PLC0415
        from liuke.points import origins  # noqa: PLC0415

        benefits.register(DrawTickets())
        effect.register(Draws())
        origins.register("draw", won_in)
