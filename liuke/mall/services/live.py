"""Open pages of staff hear that orders or returns have changed; they fetch the rest themselves."""

from liuke.kit.push import publish

ORDERS, RETURNS = "mall.orders", "mall.returns"


def tell_orders() -> None:
    """Boards and lists of orders look again when this transaction commits."""
    publish(topic=ORDERS)


def tell_returns() -> None:
    publish(topic=RETURNS)
