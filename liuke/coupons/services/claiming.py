"""Customers take coupons: by a single code, by the one code of many, or from the list that is open to all."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from liuke.coupons.models import Batch, Coupon
from liuke.coupons.queries.templates import terms_of
from liuke.coupons.rules.codes import normal
from liuke.coupons.rules.states import BatchKind, State, span
from liuke.coupons.services import accounts
from liuke.coupons.services.issuing import BUDGET, STOPPED, NotIssued, coupons_for, tell_issued, write, zone
from liuke.coupons.services.refusals import (
    CouponGone,
    CouponOver,
    CouponsOut,
    CouponTaken,
    NotForYou,
    YoursTaken,
)
from liuke.kit.db import advisory_lock, require_transaction
from liuke.ledger import services as ledger

FOR_ALL = (BatchKind.MASS, BatchKind.OPEN)


def claim(
    *, customer_id: int, code: str, now: datetime, audiences: Collection[str] | None = None
) -> Coupon:
    """The coupon behind what the customer typed is theirs. A single code again is the same coupon.

    `audiences`: who the customer is ("tier:gold"); None does not ask. Raises CouponGone for what nobody knows or
    somebody else has, CouponOver, CouponsOut, YoursTaken, NotForYou, NotIssued.
    """
    require_transaction()
    typed = normal(code)
    coupon = Coupon.objects.select_related("version__template", "batch__version__template").filter(code=typed).first()
    if coupon is not None:
        return _claim_single(coupon, customer_id, now, audiences)
    batch = Batch.objects.filter(code=typed).first() if typed else None
    if batch is None:
        raise CouponGone(_("优惠券 %(code)s 不存在或已失效") % {"code": typed[:20]})
    return _claim_from(batch.pk, customer_id, now, audiences)


def claim_open(
    *, batch_id: int, customer_id: int, now: datetime, audiences: Collection[str] | None = None
) -> Coupon:
    """One coupon from the list that is open to all. Each call takes one. Raises as `claim`."""
    require_transaction()
    if not Batch.objects.filter(pk=batch_id, kind=BatchKind.OPEN).exists():
        raise CouponGone(_("没有这个活动"))
    return _claim_from(batch_id, customer_id, now, audiences)


def _claim_single(coupon: Coupon, customer_id: int, now: datetime, audiences: Collection[str] | None) -> Coupon:
    if coupon.customer_id == customer_id:
        return coupon
    if coupon.customer_id is not None or coupon.batch is None:
        raise CouponGone(_("优惠券 %(code)s 不存在或已失效") % {"code": coupon.code})
    _check_audience(coupon.batch, audiences)
    advisory_lock(f"coupon batch:{coupon.batch_id}:{customer_id}")       # two codes at once do not both pass
    check_open(batch=coupon.batch, customer_id=customer_id, now=now)
    starts_at, expires_at = span(terms_of(coupon.version), at=now, zone=zone())
    changed = Coupon.objects.filter(pk=coupon.pk, state=State.FREE, expires_at__gt=now).update(
        state=State.ISSUED, customer_id=customer_id, given_at=now, starts_at=starts_at, expires_at=expires_at)
    if not changed:                                  # somebody was quicker, or its time is over
        raise CouponTaken(_("这个券码已被领取或已过期"))
    tell_issued([(coupon.pk, coupon.version.template_id, customer_id, coupon.batch_id)], now=now)
    return Coupon.objects.select_related("version__template").get(pk=coupon.pk)


def _claim_from(batch_id: int, customer_id: int, now: datetime, audiences: Collection[str] | None) -> Coupon:
    """One coupon out of a batch for all, as long as batch and customer may have more.

    The counter of the batch is raised by one conditional UPDATE, so that it never passes its total; the row stays
    locked until the end of the transaction, so that what is counted of the customer afterwards is all there is.
    """
    taken = Batch.objects.filter(
        Q(total=None) | Q(issued__lt=F("total")), Q(closes_at=None) | Q(closes_at__gt=now), pk=batch_id,
        kind__in=FOR_ALL, stopped_at=None, opens_at__lte=now,
    ).update(issued=F("issued") + 1)                 # no join: a condition in one is not asked again after waiting
    batch = Batch.objects.select_related("version__template").get(pk=batch_id)
    if not taken:
        check_open(batch=batch, customer_id=customer_id, now=now)
        raise CouponsOut(_("已被领完"))
    _check_audience(batch, audiences)
    check_open(batch=batch, customer_id=customer_id, now=now, counted=True)
    coupon, = coupons_for(batch.version, [(customer_id, f"batch:{batch.pk}:{batch.issued}")], now=now, batch=batch)
    if coupon.expires_at is None or coupon.expires_at <= now:
        raise CouponOver(_("这种优惠券已过有效期"))
    post = accounts.set_aside(batch.version, amount_fen=coupon.worth_fen, key=coupon.key)
    result, = ledger.post_many([post], now=now)
    if isinstance(result, ledger.Overdrawn):
        raise NotIssued(BUDGET)
    assert not isinstance(result, ledger.LedgerRefused), result
    write([coupon], now=now)
    return Coupon.objects.select_related("version__template").get(code=coupon.code)


def check_open(*, batch: Batch, customer_id: int, now: datetime, counted: bool = False) -> None:
    """Whether the customer may take one from the batch now, as far as can be seen; taking it decides.

    `counted`: the batch has counted this one already. Raises CouponOver, CouponsOut, YoursTaken, NotIssued.
    """
    if batch.version.template.stopped_at is not None:
        raise NotIssued(STOPPED)
    if batch.opens_at > now:
        raise CouponOver(_("还没有开始领取"))
    if batch.stopped_at is not None or (batch.closes_at is not None and batch.closes_at <= now):
        raise CouponOver(_("已过领取时间"))
    for_all = batch.kind in FOR_ALL and not counted
    if for_all and batch.total is not None and batch.issued >= batch.total:
        raise CouponsOut(_("已被领完"))
    if Coupon.objects.filter(batch=batch, customer_id=customer_id).count() >= batch.per_customer:
        raise YoursTaken(_("您已领过，每人最多 %(most)s 张") % {"most": batch.per_customer})


def _check_audience(batch: Batch, audiences: Collection[str] | None) -> None:
    wanted = batch.version.audiences
    if audiences is not None and wanted and not set(wanted) & set(audiences):
        raise NotForYou(_("这种优惠券仅限部分会员领取"))
