"""Members, plans and orders in the database, for tests of the live path."""

from datetime import UTC, datetime, timedelta
from itertools import count

from liuke.customers.tests.builders import make_customer
from liuke.ledger.queries import balance
from liuke.mall import models as mall
from liuke.mall.tests.builders import product, sku
from liuke.org.tests.builders import staff
from liuke.referral.guard import Severity
from liuke.referral.models import Commission
from liuke.referral.queries.plans import findings_of
from liuke.referral.services import accruing, binding, confirming, links, plans, reversing

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)
customer = make_customer

PAYOUT = {"identity_check": True, "tax_method": "cumulative"}


def active(terms, *, name="推广计划", profile="CN", entry=None, starts_at=NOW, now=NOW, notice="新的推广规则"):
    """A plan that is in force: drafted, looked at, signed for and activated."""
    version = plans.draft(name=name, terms={"confirm_after_days": 7, "payout": PAYOUT, **terms}, now=now,
                          profile=profile, entry_product_id=entry.pk if entry else None)
    plans.mark_seen(version_id=version.pk, by_id=staff(username=f"boss{next(_numbers)}").pk, now=now)
    for code in {each.code for each in findings_of(version) if each.severity is Severity.WARN}:
        plans.sign(version_id=version.pk, code=code, signer="王律师", statement="已审阅并同意", now=now)
    return plans.activate(version_id=version.pk, starts_at=starts_at, notice=notice, now=now)


def link(of, **more):
    return links.link_for(customer_id=of.pk, now=NOW, **more)


def refer(who, *, by, now=NOW):
    """Bind by the referrer's code."""
    return binding.bind_by_code(customer_id=who.pk, token=link(by).token, now=now)


def order(by, *fens, of=None, at=NOW, paid=True, received_at=None):
    """A paid order of the shop with one line for each amount."""
    row = mall.Order.objects.create(
        source="shop", number=f"R{next(_numbers)}", customer=by, state="paid" if paid else "placed", placed_at=at,
        paid_at=at if paid else None, goods_fen=sum(fens), total_fen=sum(fens), received_at=received_at)
    for number, fen in enumerate(fens):
        mall.OrderLine.objects.create(order=row, key=str(number), sku="K", item=of, quantity=1, price_fen=fen,
                                      amount_fen=fen)
    return row


def bought(by, *fens, of=None, at=NOW):
    """The same, and its commissions promised."""
    row = order(by, *fens, of=of, at=at)
    accruing.accrue(order_id=row.pk, now=at)
    return row


def received(row, *, at=NOW):
    mall.Order.objects.filter(pk=row.pk).update(received_at=at)
    confirming.plan_confirmation(order_id=row.pk, received_at=at)


def confirmed(row, *, at=NOW):
    """Received, and its return window over; everything else that is due by then too."""
    received(row, at=at)
    while confirming.confirm_due(now=at + 7 * DAY):
        pass


def refunded(row, *fens, key="refund:1", at=NOW):
    """Send so much of each line back."""
    for line, fen in zip(row.lines.order_by("pk"), fens, strict=False):
        mall.OrderLine.objects.filter(pk=line.pk).update(refunded_fen=line.refunded_fen + fen)
    return reversing.reverse(order_id=row.pk, refund=key, now=at)


def own(who):
    """The member's confirmed cash."""
    return balance(f"commission:customer:{who.pk}").posted


def pending(who):
    return balance(f"commission_pending:customer:{who.pk}").posted


def fund(who):
    return balance(f"commission_fund:customer:{who.pk}").posted


def owed(row):
    """(who, reward, amount, state) of every commission of the order."""
    return list(Commission.objects.filter(order=row).order_by("pk").values_list(
        "customer_id", "reward", "amount", "state"))


def entry_pack():
    """The SKU of an entry product."""
    return sku(of=product(), list_fen=49_900)
