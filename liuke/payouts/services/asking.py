"""A pay-out is asked for by the member or by staff, taken back, or let go at once when nobody needs to look."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.kit.money import yuan
from liuke.ledger.queries import balance
from liuke.payouts import accounts, refusals
from liuke.payouts.models import Payout, Run
from liuke.payouts.queries.people import is_minor, person_of, shares_account, terms, ways_of
from liuke.payouts.rules import OPEN, PAYOUT_MOST_FEN, WAITING, BadPayout, State, Way
from liuke.payouts.services import releasing
from liuke.payouts.words import FROZEN
from liuke.referral.queries.frozen import frozen
from liuke.referral.queries.plans import payout_terms
from liuke.timeline import facts
from liuke.timeline.services import record

SAME_ACCOUNT = "payee"                    # a held pay-out: somebody else is paid to the same bank account


def lock(customer_id: int) -> None:
    """One after the other for each member: balances are guarded by the ledger, the order of taxes by this."""
    advisory_lock(f"payouts:{customer_id}")


def ask(
    *, customer_id: int, amount_fen: int, way: str, key: str, now: datetime, by_id: int | None = None,
    run: Run | None = None,
) -> Payout:
    """Set the money aside and let it go, or let it wait for finance. Once per key.

    Raises BadPayout, KeyTaken, and every refusal of `hindrance`; PayoutAboveBalance for more than is free.
    """
    require_transaction()
    lock(customer_id)
    way = _way(way)
    old = Payout.objects.filter(customer_id=customer_id, key=key).first()
    if old is not None:
        if (old.gross_fen, old.way) != (amount_fen, way):
            raise refusals.KeyTaken(_("这个请求号已用于另一笔提现"))
        return old
    if type(amount_fen) is not int or not 0 < amount_fen <= PAYOUT_MOST_FEN:
        raise BadPayout("amount_fen", _("提现金额须大于 0 且不超过 %(most)s 元") % {"most": yuan(PAYOUT_MOST_FEN)})
    if reason := hindrance(customer_id, now=now):
        raise reason
    _check_amount(customer_id, amount_fen, way)
    held_for = SAME_ACCOUNT if way is Way.BANK and shares_account(customer_id) else ""
    waits = run is not None or amount_fen >= terms().approve_from_fen
    payout = Payout.objects.create(
        customer_id=customer_id, key=key, run=run, way=way, gross_fen=amount_fen, held_for=held_for,
        state=State.HELD if held_for else State.APPROVAL, asked_at=now, asked_by_id=by_id)
    releasing.set_aside(payout, now=now)
    record(facts.PayoutAsked(payout_id=payout.pk, amount_fen=amount_fen), customer_id=customer_id,
           key=f"payout_asked:{payout.pk}", happened_at=now)
    return payout if held_for or waits else releasing.release(payout, now=now)


def hindrance(customer_id: int, *, now: datetime) -> Refused | None:
    """Why this member cannot be paid out now, whatever the amount, in words for them; None: nothing is in the way."""
    person = person_of(customer_id)
    if stop := frozen([customer_id]).get(customer_id):
        return refusals.Frozen(str(FROZEN[stop.code]))
    if person is None:
        return refusals.NotVerified(_("请先完成实名核验"))
    if is_minor(person):
        return refusals.Minor(_("未满十八周岁不能提现"))
    if payout_terms(at=now) is None:
        return refusals.NoTerms(_("推广方案还没有写明如何扣税，暂不能提现"))
    if Payout.objects.filter(customer_id=customer_id, state__in=OPEN).exists():
        return refusals.OneOpen(_("上一笔提现还没有结束"))
    return None


def _way(way: str) -> Way:
    if way not in set(Way):
        raise BadPayout("way", _("请选择收款方式"))
    return Way(way)


def _check_amount(customer_id: int, amount_fen: int, way: Way) -> None:
    if way not in ways_of(customer_id):
        raise refusals.NoWay(_("请先绑定微信") if way is Way.WECHAT else _("请先填写银行账户"))
    free = balance(accounts.own(customer_id)).free
    if amount_fen > free:
        raise refusals.PayoutAboveBalance(_("可提现余额为 %(free)s 元") % {"free": yuan(max(free, 0))})
    if amount_fen < terms().minimum_fen:
        raise refusals.BelowMinimum(_("满 %(least)s 元才能提现") % {"least": yuan(terms().minimum_fen)})


def cancel(*, customer_id: int, payout_id: int, now: datetime) -> Payout:
    """The member takes back what was not released. Again is nothing. Raises NotYours, TooLate."""
    require_transaction()
    lock(customer_id)
    payout = Payout.objects.select_for_update().filter(customer_id=customer_id, pk=payout_id).first()
    if payout is None:
        raise NotYours
    if payout.state == State.CANCELLED:
        return payout
    if payout.state not in WAITING:
        raise refusals.TooLate(_("这笔提现已在付款或已结束"))
    return releasing.give_back(payout, State.CANCELLED, why="", now=now)


def ask_for_run(run: Run, *, customer_id: int, amount_fen: int, now: datetime) -> str:
    """One member's pay-out of a run; the code of the refusal instead of raising it, and then nothing is written."""
    try:
        with transaction.atomic():
            ask(customer_id=customer_id, amount_fen=amount_fen, way=run.way, key=f"run:{run.pk}", now=now,
                by_id=run.made_by_id, run=run)
    except Refused as error:
        return error.code
    return ""
