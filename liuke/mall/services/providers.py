"""Every way in which this installation is paid: the providers outside, and the customer's own balance."""

from liuke.channels import registry
from liuke.channels.payment import PaymentProvider
from liuke.kit import env
from liuke.mall.services import balance

BALANCE: PaymentProvider = balance.BalanceProvider()


def providers() -> dict[str, PaymentProvider]:
    """Those that are turned on, by name. The balance is on in the demo, or when LIUKE_BALANCE says yes."""
    outside = registry.payment_providers()
    offered = env.flag("LIUKE_BALANCE", "yes" if "demo" in outside else "no")
    return {**outside, balance.NAME: BALANCE} if offered else dict(outside)


def provider(name: str) -> PaymentProvider:
    """One provider; the balance always, since it may owe refunds. Raises ImproperlyConfigured for one that is off."""
    return BALANCE if name == balance.NAME else registry.payment_provider(name)
