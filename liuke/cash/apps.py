from django.apps import AppConfig


class CashConfig(AppConfig):
    name = "liuke.cash"

    def ready(self) -> None:
        """Rules and draws give cash from now on."""
        from liuke.cash.services.benefit import Cash  # noqa: PLC0415  it has models
        from liuke.cash.services.effect import CashPlans  # noqa: PLC0415
        from liuke.loyalty.services import benefits, effect  # noqa: PLC0415
        from liuke.loyalty.services.effect import worths  # noqa: PLC0415
        from liuke.loyalty.services.effect.costs import of_fen  # noqa: PLC0415

        benefits.register(Cash())
        effect.register(CashPlans())
        effect.cost_of(Cash.code, of_fen)
        worths.teach(Cash.code, worths.of_fen)
