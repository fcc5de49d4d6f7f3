"""Budgets, rules and facts for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count

from liuke.customers.tests.builders import make_customer
from liuke.loyalty.rules.terms import Terms
from liuke.loyalty.services import budgets, ruling
from liuke.mall import models as mall
from liuke.referral.models import Referral
from liuke.timeline.models import Fact

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)
customer = make_customer


def budget(amount=1_000_000, *, name=None, unit="points"):
    row = budgets.open_budget(name=name or f"预算 {next(_numbers)}", unit=unit, now=NOW)
    if amount:
        budgets.change_budget(budget_id=row.pk, amount=amount, key="fund", now=NOW)
    return row


def terms(**changes) -> Terms:
    """One point for each yuan of goods, at once, nobody held out; a budget of its own unless told otherwise."""
    given = {"fact_kind": "OrderPaid", "amount": "floor(amount_fen / 100)", "hold_out_bp": 0, "starts_at": NOW}
    given.update(changes)
    if "budget_id" not in given and given.get("benefit", "points") == "points":
        given["budget_id"] = budget().pk
    return Terms(**given)


def rule(name="消费送积分", *, now=NOW, **changes):
    return ruling.write_rule(name=name, terms=terms(**changes), now=now)


def referred(by, *, who):
    """It stands that `by` referred this customer."""
    return Referral.objects.create(customer=who, referrer=by, how="code", bound_at=NOW)


def order(by, *fens, at=NOW, shop=None, products=(), freight_fen=0):
    """A paid order with one line for each amount."""
    goods = sum(fens)
    row = mall.Order.objects.create(
        source="shop", number=f"L{next(_numbers)}", customer=by, shop=shop, state="paid", placed_at=at, paid_at=at,
        goods_fen=goods, freight_fen=freight_fen, total_fen=goods + freight_fen)
    for at_line, fen in enumerate(fens):
        item = products[at_line] if at_line < len(products) else None
        mall.OrderLine.objects.create(order=row, key=str(at_line), sku="K", item=item, quantity=1, price_fen=fen,
                                      amount_fen=fen)
    return row


def fact(by, kind="OrderPaid", *, at=NOW, key=None, **data):
    return Fact.objects.create(kind=kind, customer=by, key=key or f"{kind}:{next(_numbers)}", happened_at=at, data=data)


def paid(by, *fens, at=NOW, **more):
    """The fact that an order of these lines was paid."""
    row = order(by, *fens, at=at, **more)
    return fact(by, at=at, key=f"order_paid:{row.pk}", order_id=row.pk, total_fen=row.total_fen, source="shop")


def refund(of, *fens, at=NOW):
    """Send so much of each line back; the fact of it."""
    lines = list(mall.OrderLine.objects.filter(order_id=of.data["order_id"]).order_by("pk"))
    for line, fen in zip(lines, fens, strict=False):
        mall.OrderLine.objects.filter(pk=line.pk).update(refunded_fen=line.refunded_fen + fen)
    return fact(of.customer, "OrderRefunded", at=at, order_id=of.data["order_id"], refund_fen=sum(fens), source="shop")
