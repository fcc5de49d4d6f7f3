"""Which parts of the outside this installation uses. A row per adapter; what its switch does not turn on stays unread.

A row: the name by which our tables know it, the variable that turns it on, and what makes it from the environment.
"""

from functools import cache
from typing import cast

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from liuke.channels.payment import PaymentProvider
from liuke.kit import env

PAYMENTS = [
    ("wechat", "LIUKE_WECHATPAY_MCHID", "liuke.channels.wechatpay.from_environment"),
    ("transfer", "LIUKE_TRANSFER_ACCOUNT", "liuke.channels.transfer.from_environment"),
    ("demo", "LIUKE_DEMO", "liuke.channels.demo.from_environment"),
]


@cache
def payment_providers() -> dict[str, PaymentProvider]:
    """The providers that are turned on, by name. Raises ImproperlyConfigured, which stops the start."""
    return {name: cast("PaymentProvider", import_string(make)()) for name, switch, make in PAYMENTS
            if env.text(switch, "") not in ("", "no")}


def payment_provider(name: str) -> PaymentProvider:
    """Raises ImproperlyConfigured when it is not, or no longer, turned on; what waits for it waits on."""
    try:
        return payment_providers()[name]
    except KeyError:
        raise ImproperlyConfigured(f"the payment provider {name!r} is not turned on") from None
