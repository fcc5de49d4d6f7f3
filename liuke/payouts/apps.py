from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "liuke.payouts"

    def ready(self) -> None:
        """Transfers to somebody whose name was verified carry it from now on: WeChat then pays nobody else."""
        from liuke.cash.services import checks  # noqa: PLC0415  it has models
        from liuke.payouts.queries.people import verified_name  # noqa: PLC0415

        checks.register(verified_name)
