"""Customers with points, and what is left of them."""

from datetime import UTC, datetime, timedelta

from liuke.customers.tests.builders import make_customer as customer
from liuke.points.models import OpenLot
from liuke.points.services import Grant, grant

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def given(someone, amount, key, *, days=None, now=NOW, **more):
    """Grant points that expire in so many days (None: never)."""
    expires_at = None if days is None else now + days * DAY
    (refusal,) = grant(grants=[Grant(customer_id=someone.pk, amount=amount, key=key, expires_at=expires_at, **more)],
                       now=now)
    assert refusal is None
    return key


def rich(*amounts):
    """A customer with one lot for each amount; the first expires in 10 days, the next in 20 and so on."""
    someone = customer()
    for at, amount in enumerate(amounts, start=1):
        given(someone, amount, f"lot{at}:{someone.pk}", days=at * 10)
    return someone


def rests(someone):
    """What is left of each open lot, in the order in which it will be spent."""
    rows = OpenLot.objects.filter(customer=someone).order_by("expires_at", "lot_id")
    return list(rows.values_list("rest", flat=True))


__all__ = ["DAY", "NOW", "customer", "given", "rests", "rich"]
