"""What the prizes of a draw cost is set aside when it is published, so that no promised prize can be missing."""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.draws.models import Draw
from liuke.draws.rules.promise import COUPON, GIFT, UNITS, Promise
from liuke.kit.errors import Refused
from liuke.ledger import services as ledger
from liuke.ledger.queries import balance
from liuke.loyalty.models import Budget
from liuke.loyalty.services import benefits


class BudgetShort(Refused):
    """The budget has less than all prizes together cost."""

    code = "draw_budget_short"


class StockShort(Refused):
    """There are fewer of a prize than the draw promises. `position` is the prize."""

    code = "draw_stock_short"

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def account(draw_id: int, unit: str) -> ledger.NewAccount:
    return ledger.NewAccount(purpose=f"draw_{unit}", unit=unit, owner_kind="draw", owner_id=draw_id, floor=0)


def source_of(draw_id: int, kind: str) -> str:
    """The address that pays prizes of this kind; empty for kinds that cost no amount."""
    return account(draw_id, UNITS[kind]).address if kind in UNITS else ""


def check_stock(promise: Promise) -> None:
    """There must be as many coupons and gifts as all prizes together promise, and money for them in their budgets.

    It is looked at, not set aside: a prize that finds its budget empty later waits until there is more. Raises
    StockShort.
    """
    taken: Counter[str] = Counter()                      # pieces of a thing, and money of a budget
    for prize in promise.prizes:
        if prize.kind not in (COUPON, GIFT) or not prize.count:
            continue
        benefit = benefits.benefit_of(prize.kind)
        benefit.check(prize.details)
        assert isinstance(benefit, benefits.Promised)
        thing, pieces = f"{prize.kind} {sorted(prize.details.items())}", prize.count * prize.amount
        address, fen = benefit.paid_by(prize.details)
        stock = benefit.left(prize.details)
        left = [] if stock is None else [stock - taken[thing]]
        left += [(balance(address).free - taken[address]) // fen] if fen else []
        if left and min(left) < pieces:
            short = {"name": prize.name, "left": max(min(left), 0)}
            raise StockShort(_("%(name)s 只剩 %(left)s 份") % short, prize.position)
        taken[thing] += pieces
        taken[address] += pieces * fen


def fill(*, draw: Draw, costs: dict[str, int], now: datetime) -> None:
    """Move what the prizes cost from their budgets to the draw, once. Raises BudgetShort."""
    for unit, cost in sorted(costs.items()):
        budget = Budget.objects.get(pk=draw.budgets[unit])
        purse = account(draw.pk, unit)
        try:
            ledger.post(key=f"draw:{draw.pk}:{unit}", moves=[ledger.Move(budget.address, purse.address, cost)], now=now,
                        opening=[purse])
        except ledger.Overdrawn as error:
            raise BudgetShort(_("预算“%(name)s”不够支付全部奖品") % {"name": budget.name}) from error


def empty(*, draw: Draw, now: datetime) -> None:
    """What nobody has won goes back to its budgets. Again moves what has come back since, if anything."""
    for unit, budget_id in sorted(draw.budgets.items()):
        purse = account(draw.pk, unit)
        rest = balance(purse.address).free
        if rest > 0:
            budget = Budget.objects.get(pk=budget_id)
            ledger.post(key=f"draw:{draw.pk}:{unit}:back:{now.isoformat()}",
                        moves=[ledger.Move(purse.address, budget.address, rest)], now=now)
