from django.apps import AppConfig

from liuke.channels.registry import payment_providers


class MallConfig(AppConfig):
    name = "liuke.mall"

    def ready(self) -> None:
        """A half-configured way to be paid stops the start, not the first customer who pays."""
        payment_providers()
