"""Templates, coupons and goods for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon
from liuke.coupons.rules.reckoning import Goods, Shopper, Ticket
from liuke.coupons.rules.terms import Terms
from liuke.customers.tests.builders import make_customer as customer
from liuke.ledger import services as ledger
from liuke.ledger.queries import balance

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANYBODY = Shopper(first_order=True)
HOUSE = ledger.NewAccount(purpose="reward_fen", unit="fen", debit_normal=True, rolled=True)
_numbers = count(1)


def budget(fen=10_000_000):
    """The address of a budget with so much in it, as loyalty opens them."""
    account = ledger.NewAccount(purpose="reward", unit="fen", owner_kind="budget", owner_id=10**6 + next(_numbers),
                                floor=0)
    ledger.open_account(account)
    if fen:
        fund(account.address, fen)
    return account.address


def fund(address, fen):
    """Put so much more into a budget."""
    ledger.post(key=f"fund:{address}:{next(_numbers)}", moves=[ledger.Move(HOUSE.address, address, fen)], now=NOW,
                opening=[HOUSE])


def terms(**changes) -> Terms:
    """Twenty yuan off, for thirty days; a budget of its own unless told otherwise."""
    given = {"kind": "fixed", "off_fen": 2_000, "days": 30, **changes}
    if given["kind"] != "fixed" and "off_fen" not in changes:
        del given["off_fen"]
    if "budget" not in given:
        given["budget"] = budget()
    return Terms(**given)


def template(name=None, *, now=NOW, **changes):
    """The first version of a new template."""
    return coupons.write_template(name=name or f"优惠券 {next(_numbers)}", terms=terms(**changes), now=now)


def given(someone, version=None, *, count=1, key=None, now=NOW, **more) -> Coupon:
    """Issue coupons of a version's template to somebody; the first of them."""
    version = version or template()
    return coupons.issue(now=now, issue=coupons.Issue(
        customer_id=someone.pk, template_id=version.template_id, key=key or f"t:{next(_numbers)}", count=count, **more,
    ))[0]


def batch(version=None, *, now=NOW, **changes):
    """A batch of a template; one code for ten unless told otherwise."""
    version = version or template()
    plan = {"kind": "mass", "name": "活动", "code": f"CODE{next(_numbers)}", "total": 10, **changes}
    if plan["kind"] != "mass":
        del plan["code"]
    return coupons.open_batch(plan=coupons.Plan(template_id=version.template_id, **plan), now=now)


def goods(amount_fen=10_000, *, quantity=1, sku=1, product=1, categories=(1,), shop=1, on_sale=False) -> Goods:
    return Goods(sku, product, tuple(categories), shop, quantity, amount_fen, on_sale)


def ticket(code="A", *, worth_fen=None, expires_at=None, **changes) -> Ticket:
    """A coupon as reckoning sees it; it needs no database."""
    own = terms(**{"budget": "reward:budget:1", **changes})
    return Ticket(code, own, own.worth_fen if worth_fen is None else worth_fen, expires_at)


def free(address):
    """What is free on a ledger account, in fen."""
    return balance(address).free


def reserve(someone, *codes, key, goods_=None, now=NOW, lines=None):
    """Keep these codes for a purchase of some goods, as a checkout does."""
    found = goods_ or [goods()]
    asked = coupons.discounts(customer_id=someone.pk, codes=codes, goods=found, who=ANYBODY, now=now)
    ids = lines or list(range(1, len(found) + 1))
    coupons.reserve(customer_id=someone.pk, given=asked, key=key, lines=ids, now=now)
    return asked


__all__ = ["ANYBODY", "DAY", "HOUSE", "NOW", "batch", "budget", "customer", "free", "fund", "given", "goods", "reserve",
           "template", "terms", "ticket"]
