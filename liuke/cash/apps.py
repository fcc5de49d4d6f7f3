from django.apps import AppConfig


class CashConfig(AppConfig):
    name = "liuke.cash"

    def ready(self) -> None:
        """Rules and draws give cash from now on."""
        from liuke.cash.services.benefit import Cash  # noqa: PLC0415  it has models
        from liuke.loyalty.services import benefits  # noqa: PLC0415

        benefits.register(Cash())
