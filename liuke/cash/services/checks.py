"""Whether a customer can be paid now, asked before money becomes a transfer. Modules that know more add a check.

    checks.register(my_check)            # in the ready() of the app that knows: (customer_id, amount_fen) -> Checked
"""

from collections.abc import Callable
from dataclasses import dataclass

from liuke.cash.rules import Waits
from liuke.channels.payout import PayoutProvider
from liuke.customers.models import Identity
from liuke.customers.rules.identities import WECHAT_OPENID
from liuke.kit import crypto


@dataclass(frozen=True)
class Checked:
    """`waits`: why not now, empty for yes. `name`: the person's real name, where the check knows it."""

    waits: str = ""
    name: str = ""


Check = Callable[[int, int], Checked]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Ask this too. Again with the same check is nothing."""
    if check not in _checks:
        _checks.append(check)


def check(customer_id: int, amount_fen: int) -> Checked:
    """The first check that says not now, else yes with the name that any of them knows."""
    name = ""
    for each in _checks:
        found = each(customer_id, amount_fen)
        if found.waits:
            return found
        name = name or found.name
    return Checked(name=name)


def payee(customer_id: int, provider: PayoutProvider) -> str:
    """Who the customer is at the channel: the verified WeChat identity of its app. Empty when there is none."""
    if not provider.scope:
        return f"customer-{customer_id}"
    rows = Identity.objects.filter(customer_id=customer_id, kind=WECHAT_OPENID, scope=provider.scope,
                                   verified_at__isnull=False)
    row = rows.order_by("pk").first()
    return crypto.decrypt(row.value_enc) if row else ""


__all__ = ["Check", "Checked", "Waits", "check", "payee", "register"]
