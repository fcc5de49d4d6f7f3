"""Nothing is confirmed that was not screened: what looks wrong is held, with a reason, until named staff decide."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.ledger import services as ledger
from liuke.referral import accounts, fraud
from liuke.referral.commissions import State
from liuke.referral.fraud import Judged, Policy, Verdict
from liuke.referral.models import Commission, CommissionBack, FraudPolicy, Screening
from liuke.referral.plans import PaidIn, Reward
from liuke.referral.queries.screening import Pair, figures, policy
from liuke.referral.services.binding import staff_among
from liuke.timeline import facts
from liuke.timeline.services import record

REASON_CHARACTERS = 200
RELEASED, VOIDED = "released", "voided"


class Decided(Refused):
    """Somebody has decided already."""

    code = "referral_screening_decided"


class NoReason(BadInput):
    """A decision says why, in at most 200 characters."""

    code = "referral_screening_reason"


def passed(due: Sequence[Commission], *, now: datetime) -> list[Commission]:
    """Those of these commissions that may be confirmed; the others are held from now on. The caller holds their locks.

    An order is measured once for each member whom it rewards; what was released stays released.
    """
    require_transaction()
    pairs = {(row.order_id, row.customer_id): row.reward == Reward.SELF_SAVING for row in due}
    stops = {**_known(pairs), **_screened(pairs, now)}
    held = [row for row in due if (row.order_id, row.customer_id) in stops]
    for row in held:
        row.held_for = stops[row.order_id, row.customer_id]
    Commission.objects.bulk_update(held, ["held_for"])
    return [row for row in due if not row.held_for]


def _known(pairs: Mapping[Pair, bool]) -> dict[Pair, str]:
    """What was screened before and must wait, with its strongest signal."""
    seen = Screening.objects.filter(order_id__in={order for order, _who in pairs}).exclude(verdict=Verdict.PASS)
    return {(row.order_id, row.customer_id): row.fired[0][0] for row in seen if row.decision != RELEASED}


def _screened(pairs: Mapping[Pair, bool], now: datetime) -> dict[Pair, str]:
    """Measure what was not yet; what must wait, with its strongest signal."""
    done = set(Screening.objects.filter(order_id__in={order for order, _who in pairs}).values_list(
        "order_id", "customer_id"))
    new = {pair: saved for pair, saved in pairs.items() if pair not in done}
    if not new:
        return {}
    counts, policy_id = policy()
    measured = figures(new, staff=staff_among({who for _order, who in new}))
    judged = {pair: fraud.judge(counts, found) for pair, found in measured.items()}
    Screening.objects.bulk_create(                # another worker may have other lines of the same order
        [_row(pair, each, measured[pair], policy_id, now) for pair, each in judged.items() if each.fired],
        ignore_conflicts=True)
    return {pair: str(each.fired[0].signal) for pair, each in judged.items() if each.verdict is not Verdict.PASS}


def _row(
    pair: Pair, judged: Judged, found: Mapping[fraud.Signal, int], policy_id: int | None, now: datetime
) -> Screening:
    return Screening(
        order_id=pair[0], customer_id=pair[1], policy_id=policy_id, score=judged.score, verdict=judged.verdict, at=now,
        fired=[list(astuple(each)) for each in judged.fired], figures={str(name): found[name] for name in found})


def release(*, screening_id: int, reason: str, by_id: int, now: datetime) -> Screening:
    """Somebody has looked and it is fine: its commissions are confirmed when they are due. Raises Decided, NoReason."""
    row = _decide(screening_id, RELEASED, reason, by_id, now)
    Commission.objects.filter(order_id=row.order_id, customer_id=row.customer_id).exclude(held_for="").update(
        held_for="")
    return row


def void(*, screening_id: int, reason: str, by_id: int, now: datetime) -> Screening:
    """Somebody has looked and it is not: what the order promised to the member is taken back. Raises Decided, NoReason.
    """
    row = _decide(screening_id, VOIDED, reason, by_id, now)
    held = Commission.objects.select_for_update(no_key=True).filter(
        order_id=row.order_id, customer_id=row.customer_id, state=State.PENDING)
    rows = list(held.order_by("pk"))
    moves = [accounts.unpromise(each.customer_id, each.amount, line_id=each.line_id)
             for each in rows if each.paid_in == PaidIn.CASH and each.amount]
    CommissionBack.objects.bulk_create([
        CommissionBack(commission=each, refund=f"screening:{row.pk}", amount=each.amount, confirmed=False, at=now)
        for each in rows])
    taken = sum(each.amount for each in rows)
    for each in rows:
        each.amount, each.state, each.due_at, each.held_for = 0, State.VOID, None, ""
    Commission.objects.bulk_update(rows, ["amount", "state", "due_at", "held_for"])
    if moves:
        ledger.post(key=f"commission_screened:{row.pk}", moves=moves, now=now,
                    cause=ledger.Cause(order_id=row.order_id))
    if taken:
        record(facts.CommissionTakenBack(order_id=row.order_id, amount_fen=taken), customer_id=row.customer_id,
               key=f"commission_screened:{row.pk}", happened_at=now)
    return row


def _decide(screening_id: int, decision: str, reason: str, by_id: int, now: datetime) -> Screening:
    require_transaction()
    if not 0 < len(reason.strip()) <= REASON_CHARACTERS:
        raise NoReason(_("请写明理由，不超过200个字"))
    row = Screening.objects.select_for_update().get(pk=screening_id)
    if row.decision:
        raise Decided(_("这一单已经有人处理"))
    row.decision, row.reason, row.decided_by_id, row.decided_at = decision, reason.strip(), by_id, now
    row.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    return row


def set_policy(*, new: Policy, now: datetime, by_id: int | None = None) -> FraudPolicy:
    """What is screened from now on is judged by this; what was screened stays as it was judged. Raises BadPolicy.

    Again the same that counts now is no new version.
    """
    require_transaction()
    fraud.check_policy(new)
    now_counts, row_id = policy()
    if row_id is not None and now_counts == new:
        return FraudPolicy.objects.get(pk=row_id)
    return FraudPolicy.objects.create(
        rules={str(signal): [rule.threshold, rule.weight] for signal, rule in new.rules.items()},
        hold_from=new.hold_from, block_from=new.block_from, made_at=now, made_by_id=by_id)
