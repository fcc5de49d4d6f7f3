"""What a checkout asks of coupons: what would they give, keep them for this purchase, spend them, give them back.

A coupon moves by one conditional UPDATE each time; nothing is read first and believed later.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.coupons.models import Coupon, Use
from liuke.coupons.queries.wallet import Kept, kept_by_code, open_by_code
from liuke.coupons.rules.codes import normal
from liuke.coupons.rules.limits import GIVE_BACK_GRACE, RELEASE_GRACE
from liuke.coupons.rules.reckoning import Discount, Goods, Shopper, Why, apart, reckon, unusable
from liuke.coupons.rules.states import State, UseState
from liuke.coupons.rules.terms import Refund
from liuke.coupons.services import money
from liuke.coupons.services.claiming import check_open, claim
from liuke.coupons.services.refusals import CouponGone, CouponOver, CouponsApart, CouponUnfit, CouponUsed
from liuke.coupons.services.withdrawing import tell_withdrawn
from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many


def discounts(
    *, customer_id: int, codes: Sequence[str], goods: Sequence[Goods], who: Shopper, now: datetime
) -> list[Discount]:
    """What these codes would give on these goods, in the order they are applied. Writes nothing; no codes, no question.

    A code is a coupon of the customer, a single code that nobody has taken, or the one code of many. Raises CouponGone
    and its kinds for a code that cannot be used, and for codes that do not go together.
    """
    wanted = list(dict.fromkeys(normal(code) for code in codes))
    if not wanted:
        return []
    kept = kept_by_code(customer_id, wanted, now=now)
    kept |= open_by_code(customer_id, [code for code in wanted if code not in kept], now=now)
    found = {code: _usable(code, kept.get(code), goods, who, now) for code in wanted}
    for each in found.values():
        if each.batch is not None:
            check_open(batch=each.batch, customer_id=customer_id, now=now)
    tickets = [each.ticket for each in found.values()]
    if pair := apart(tickets):
        raise CouponsApart(_("优惠券 %(one)s 和 %(other)s 不能同时使用") % {"one": pair[0].code, "other": pair[1].code})
    given = reckon(tickets, goods)
    if any(not each.amount_fen and not each.freight_fen for each in given):
        raise CouponUnfit(Why.NOTHING)
    return [replace(each, coupon_id=found[each.code].coupon_id, batch_id=found[each.code].batch_id) for each in given]


def _usable(code: str, kept: Kept | None, goods: Sequence[Goods], who: Shopper, now: datetime) -> Kept:
    if kept is None or kept.state == State.WITHDRAWN:
        raise CouponGone(_("优惠券 %(code)s 不存在或已失效") % {"code": code[:20]})
    if kept.state in (State.USED, State.RESERVED):
        raise CouponUsed(_("优惠券 %(code)s 已用于订单 %(order)s") % {"code": code, "order": kept.purchase})
    if kept.state == State.EXPIRED or kept.ends_at <= now:
        raise CouponOver(_("优惠券 %(code)s 已过期") % {"code": code})
    if kept.state == State.PENDING or kept.starts_at > now:
        raise CouponUnfit(Why.NOT_YET)
    if why := unusable(kept.ticket, goods, who):
        raise CouponUnfit(why)
    return kept


def reserve(
    *, customer_id: int, given: Sequence[Discount], key: str, lines: Sequence[int], now: datetime
) -> None:
    """Keep the coupons of these discounts for the purchase `key`. Again is once.

    `lines` are the ids of the order lines at the positions that the discounts name. A coupon for sending says in its
    amount what it really gave. Codes that the customer did not have yet are taken first. Raises CouponGone and its
    kinds; then the transaction is not to go on.
    """
    require_transaction()
    if not given:
        return
    if any(each.coupon_id is None for each in given) and _reserved_for(key):
        return                                       # asked again: nothing more is taken
    ids = [each.coupon_id or claim(customer_id=customer_id, code=each.code, now=now).pk for each in given]
    spread = [{str(lines[at]): part for at, part in zip(each.lines, each.parts, strict=True)} for each in given]
    taken = rows.fetch(_RESERVE, {
        "ids": ids, "amounts": [each.amount_fen for each in given], "lines": [json.dumps(each) for each in spread],
        "customer": customer_id, "purchase": key, "now": now,
    })
    missing = set(ids) - {pk for (pk,) in taken}
    if missing and set(ids) != set(_reserved_for(key)):
        raise CouponUsed(_("优惠券刚刚被用于另一笔订单，请刷新后再试"))


_RESERVE = f"""
WITH taken AS (
    UPDATE coupons_coupon SET state = '{State.RESERVED}'
    FROM unnest(%(ids)s::bigint[], %(amounts)s::bigint[], %(lines)s::text[]) AS w (pk, amount, lines)
    WHERE coupons_coupon.id = w.pk AND state = '{State.ISSUED}' AND customer_id = %(customer)s
          AND starts_at <= %(now)s AND expires_at > %(now)s AND worth_fen >= w.amount
    RETURNING id, w.amount, w.lines)
INSERT INTO coupons_use (coupon_id, purchase, state, amount_fen, lines, reserved_at)
SELECT id, %(purchase)s, '{UseState.RESERVED}', amount, lines::jsonb, %(now)s FROM taken
ON CONFLICT (coupon_id, purchase) DO UPDATE SET state = '{UseState.RESERVED}', amount_fen = excluded.amount_fen,
    lines = excluded.lines, reserved_at = excluded.reserved_at, ended_at = NULL
RETURNING coupon_id
"""  # noqa: S608  words of our own


def _reserved_for(key: str) -> list[int]:
    rows_ = Use.objects.filter(purchase=key, state=UseState.RESERVED)
    return list(rows_.values_list("coupon_id", flat=True))


def use(*, key: str, now: datetime) -> int:
    """The purchase is paid: its coupons are spent; returns how many. Again is once.

    Coupons that went back after the time to pay are taken again if they are still there. Raises CouponUsed, CouponOver.
    """
    require_transaction()
    uses = list(Use.objects.select_for_update().filter(
        purchase=key, state__in=[UseState.RESERVED, UseState.RELEASED]).order_by("pk"))
    if not uses:
        return 0
    spent = rows.fetch(_USE, {"purchase": key, "now": now})
    if len(spent) < len(uses):
        raise CouponOver(_("优惠券已过期或已用于另一笔订单"))
    money.spend([money.Spent(*row[:5]) for row in spent], now=now)
    record_many([
        NewFact(facts.CouponUsed(coupon_id=coupon, template_id=template, purchase=key, amount_fen=amount), customer,
                f"coupon_used:{use_id}", now)
        for use_id, coupon, _version, _worth, amount, template, customer in spent
    ])
    return len(spent)


_USE = f"""
WITH spent AS (
    UPDATE coupons_coupon SET state = '{State.USED}' FROM coupons_use u
    WHERE u.purchase = %(purchase)s AND coupons_coupon.id = u.coupon_id AND (
        (u.state = '{UseState.RESERVED}' AND coupons_coupon.state = '{State.RESERVED}') OR
        (u.state = '{UseState.RELEASED}' AND coupons_coupon.state = '{State.ISSUED}' AND expires_at > %(now)s
         AND worth_fen >= u.amount_fen))
    RETURNING u.id AS use_id, coupons_coupon.id, version_id, worth_fen, u.amount_fen, customer_id),
noted AS (
    UPDATE coupons_use SET state = '{UseState.USED}', used_at = %(now)s, ended_at = NULL
    WHERE id IN (SELECT use_id FROM spent))
SELECT use_id, spent.id, version_id, worth_fen, amount_fen, v.template_id, customer_id
FROM spent JOIN coupons_version v ON v.id = version_id ORDER BY use_id
"""  # noqa: S608  words of our own


def release(*, key: str, now: datetime) -> int:
    """The purchase is off: its coupons go back to their owner; returns how many. Again is once; used ones stay used.

    One that would have expired meanwhile lives for limits.RELEASE_GRACE more; one that was recalled is withdrawn.
    """
    require_transaction()
    back = rows.fetch(_RELEASE, {"purchase": key, "now": now, "until": now + RELEASE_GRACE})
    money.end([money.Ended(version, worth) for _pk, version, worth, recalled in back if recalled], now=now)
    tell_withdrawn([pk for pk, _version, _worth, recalled in back if recalled], now=now)
    return len(back)


_BACK = f"""
state = CASE WHEN recalled_at IS NULL THEN '{State.ISSUED}' ELSE '{State.WITHDRAWN}' END,
expires_at = greatest(expires_at, %(until)s)
"""
_RELEASE = f"""
WITH off AS (
    UPDATE coupons_use SET state = '{UseState.RELEASED}', ended_at = %(now)s
    WHERE purchase = %(purchase)s AND state = '{UseState.RESERVED}' RETURNING coupon_id)
UPDATE coupons_coupon SET {_BACK} FROM off
WHERE coupons_coupon.id = off.coupon_id AND coupons_coupon.state = '{State.RESERVED}'
RETURNING id, version_id, worth_fen, recalled_at IS NOT NULL
"""  # noqa: S608  words of our own


def give_back(*, key: str, gone: Collection[int], now: datetime) -> int:
    """Of the paid purchase `key` the order lines `gone` went back entirely; returns how many coupons come back. Again
    is once.

    The rule: a coupon comes back when all lines that it was used for are gone, unless its terms say that it is spent.
    It keeps its end, and lives for limits.GIVE_BACK_GRACE at least. It is worth what it was, or, when the budget has
    not got the difference any more, what it gave. One that was recalled is withdrawn.
    """
    require_transaction()
    uses = Use.objects.select_for_update(of=("self",)).select_related("coupon__version")
    whole = {str(each) for each in gone}
    back = [used for used in uses.filter(purchase=key, state=UseState.USED).order_by("pk")
            if used.lines.keys() <= whole and used.coupon.version.refund == Refund.RETURN]
    for used in back:
        _give_back(used, now)
    record_many([
        NewFact(facts.CouponGivenBack(coupon_id=used.coupon_id, template_id=used.coupon.version.template_id,
                                      purchase=key), used.coupon.customer_id or 0, f"coupon_given_back:{used.pk}", now)
        for used in back if used.coupon.recalled_at is None
    ])
    return len(back)


def _give_back(used: Use, now: datetime) -> None:
    coupon = used.coupon
    worth = money.take_back(used, now=now)
    moved = rows.fetch(_GIVE_BACK, {"id": coupon.pk, "worth": worth, "until": now + GIVE_BACK_GRACE})
    assert moved, "a used coupon is given back once, under the lock of its use"
    used.state, used.ended_at = UseState.GIVEN_BACK, now
    used.save(update_fields=["state", "ended_at"])
    if moved[0][0]:
        money.end([money.Ended(coupon.version_id, worth)], now=now)
        tell_withdrawn([coupon.pk], now=now)


_GIVE_BACK = f"""
UPDATE coupons_coupon SET {_BACK}, worth_fen = %(worth)s WHERE id = %(id)s AND state = '{State.USED}'
RETURNING recalled_at IS NOT NULL
"""  # noqa: S608  words of our own


def lines_of(*, key: str) -> frozenset[int]:
    """The order lines for which the purchase `key` has spent coupons that could come back."""
    found = Use.objects.filter(purchase=key, state=UseState.USED).values_list("lines", flat=True)
    return frozenset(int(line) for lines in found for line in lines)


def codes_of(*, key: str) -> dict[str, Coupon]:
    """The coupons that the purchase `key` holds or has spent, by their codes."""
    held = Use.objects.filter(purchase=key, state__in=[UseState.RESERVED, UseState.USED])
    return {use.coupon.code: use.coupon for use in held.select_related("coupon__version__template")}
