from django.apps import AppConfig

from liuke.channels.registry import carrier_doors, payment_providers


class MallConfig(AppConfig):
    name = "liuke.mall"

    def ready(self) -> None:
        """A half-configured way to be paid, or to hear of parcels, stops the start, not the first customer who pays."""
        payment_providers()
        carrier_doors()
