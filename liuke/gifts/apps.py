from django.apps import AppConfig


class GiftsConfig(AppConfig):
    name = "liuke.gifts"

    def ready(self) -> None:
        """Rules, draws and packs can give gifts from now on, and their effect knows what one costs."""
        from liuke.gifts.services.benefit import Gifts, cost, worth  # noqa: PLC0415  it has models
        from liuke.loyalty.services import benefits, effect  # noqa: PLC0415
        from liuke.loyalty.services.effect import worths  # noqa: PLC0415

        benefits.register(Gifts())
        effect.cost_of(Gifts.code, cost)
        worths.teach(Gifts.code, worth)
