"""Coupons are taken back: what they were given for was undone, staff think better of it, a person is forgotten."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from liuke.coupons.models import Coupon, TakenBack
from liuke.coupons.rules.states import Outcome, State
from liuke.coupons.services import money
from liuke.coupons.services.issuing import keys_of
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many

FIRST = (State.PENDING, State.ISSUED, State.RESERVED, State.USED, State.EXPIRED)       # what is taken back first


def take_back(*, of: str, given: int, amount: int, key: str, now: datetime) -> Counter[str]:
    """Take back `amount` of the `given` coupons that were issued under the key `of`, once per key; what became of them
    (`rules.states.Outcome`).

    Unused ones first. One that a purchase holds is recalled: withdrawn when the purchase is called off. One that is
    used is lost: nothing is asked of the customer for it, unless the purchase goes back and the coupon with it. One
    that has expired is lost, too.
    """
    require_transaction()
    rows = Coupon.objects.select_for_update(of=("self",)).select_related("version")
    coupons = list(rows.filter(key__in=keys_of(of, given)).order_by("pk"))
    known = TakenBack.objects.filter(key=key)
    if known.exists():
        return Counter(known.values_list("outcome", flat=True))
    open_ = [each for each in coupons if each.recalled_at is None and each.state in FIRST]
    open_.sort(key=lambda each: (FIRST.index(State(each.state)), each.pk))
    found = [(each, _undo(each, now)) for each in open_[:amount]]
    TakenBack.objects.bulk_create([TakenBack(key=key, coupon=each, outcome=outcome, at=now) for each, outcome in found])
    _finish([each for each, outcome in found if outcome == Outcome.WITHDRAWN], now)
    return Counter(outcome for _each, outcome in found)


def _undo(coupon: Coupon, now: datetime) -> Outcome:
    coupon.recalled_at = now
    if coupon.state in (State.PENDING, State.ISSUED):
        outcome = Outcome.WITHDRAWN
    else:
        outcome = Outcome.RECALLED if coupon.state == State.RESERVED else Outcome.LOST
    coupon.save(update_fields=["recalled_at"])
    return outcome


def withdraw(*, coupon_id: int, now: datetime) -> Coupon:
    """Staff take one coupon back. Again is nothing; one that a purchase holds is recalled. Raises NotYours.

    What is used or expired stays as it is.
    """
    require_transaction()
    rows = Coupon.objects.select_for_update(of=("self",)).select_related("version")
    coupon = rows.filter(pk=coupon_id, customer__isnull=False).first()
    if coupon is None:
        raise NotYours
    if coupon.state in (State.PENDING, State.ISSUED, State.RESERVED) and coupon.recalled_at is None:
        outcome = _undo(coupon, now)
        _finish([coupon] if outcome == Outcome.WITHDRAWN else [], now)
    return coupon


def withdraw_all(*, customer_ids: Sequence[int], now: datetime) -> int:
    """Take back whatever these records still hold; returns how many. Again is none."""
    require_transaction()
    rows = Coupon.objects.select_for_update(of=("self",)).select_related("version")
    held = [State.PENDING, State.ISSUED, State.RESERVED]
    coupons = list(rows.filter(customer_id__in=customer_ids, state__in=held, recalled_at=None).order_by("pk"))
    done = [(each, _undo(each, now)) for each in coupons]
    _finish([each for each, outcome in done if outcome == Outcome.WITHDRAWN], now)
    return len(done)


def _finish(coupons: Iterable[Coupon], now: datetime) -> None:
    """They are withdrawn: what was set aside for them goes back, and the timeline says so."""
    gone = list(coupons)
    if not gone:
        return
    Coupon.objects.filter(pk__in=[each.pk for each in gone]).update(state=State.WITHDRAWN)
    money.end([money.Ended(each.version_id, each.worth_fen) for each in gone], now=now)
    tell_withdrawn([each.pk for each in gone if each.state != State.PENDING], now=now)


def tell_withdrawn(coupon_ids: Sequence[int], *, now: datetime) -> None:
    """The facts that customers have lost these. Again is once."""
    found = Coupon.objects.filter(pk__in=coupon_ids).order_by("pk").values_list(
        "pk", "version__template_id", "customer_id") if coupon_ids else ()
    if told := [NewFact(facts.CouponWithdrawn(coupon_id=pk, template_id=template), customer or 0,
                        f"coupon_withdrawn:{pk}", now) for pk, template, customer in found]:
        record_many(told)
