"""Finance says yes or no to what waits, one or many; staff pay out to everybody who can be paid."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import Refused
from liuke.kit.jobs import later
from liuke.ledger.queries import free_above
from liuke.payouts.models import Payout, Run
from liuke.payouts.queries.people import terms
from liuke.payouts.rules import MAX_PICKED, MAX_REASON, PAYOUT_MOST_FEN, RUN_BATCH, WAITING, BadPayout, State, Way
from liuke.payouts.services import asking, releasing
from liuke.payouts.words import FROZEN
from liuke.referral.accounts import OWN
from liuke.referral.queries.frozen import frozen


class FourEyes(Refused):
    """Who started a run does not approve its pay-outs."""

    code = "payout_four_eyes"


def approve(*, payout_ids: Sequence[int], by_id: int, now: datetime) -> int:
    """Release these; returns how many went. Others than waiting ones are left as they are, so twice is once.

    Raises FourEyes and releases none. Who is frozen meanwhile or owes a refund is refused, with the reason.
    """
    rows, released = _waiting(payout_ids), 0
    if any(payout.run is not None and payout.run.made_by_id == by_id for payout in rows):
        raise FourEyes(_("发起打款的人不能审批同一批提现"))
    for payout in rows:
        payout.decided_by_id, payout.decided_at = by_id, now
        stop = frozen([payout.customer_id]).get(payout.customer_id)
        payout.save(update_fields=["decided_by", "decided_at"])
        if stop is not None:
            releasing.give_back(payout, State.REFUSED, why=str(FROZEN[stop.code]), now=now)
        elif releasing.release(payout, now=now).state == State.SENDING:
            released += 1
    return released


def refuse(*, payout_ids: Sequence[int], reason: str, by_id: int, now: datetime) -> int:
    """Say no with a reason, which the member reads; the money is theirs again. Twice is once. Raises BadPayout."""
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise BadPayout("reason")
    rows = _waiting(payout_ids)
    for payout in rows:
        payout.decided_by_id, payout.decided_at = by_id, now
        payout.save(update_fields=["decided_by", "decided_at"])
        releasing.give_back(payout, State.REFUSED, why=reason.strip(), now=now)
    return len(rows)


def _waiting(payout_ids: Sequence[int]) -> list[Payout]:
    """Those that still wait, each with its member's lock held, in one order for all."""
    require_transaction()
    asked = Payout.objects.filter(pk__in=list(payout_ids)[:MAX_PICKED], state__in=WAITING)
    for customer_id in asked.order_by("customer_id").values_list("customer_id", flat=True):
        asking.lock(customer_id)
    return list(asked.select_related("run").select_for_update(of=("self",)).order_by("pk"))


def start_run(*, way: str, now: datetime, by_id: int | None = None) -> Run:
    """Pay out to everybody who can be paid, in a job; each pay-out waits for somebody else's yes. Raises BadPayout.

    While a run of this way has not gone through everybody, it is that run.
    """
    require_transaction()
    if way not in set(Way):
        raise BadPayout("way")
    advisory_lock("payouts:runs")
    if going := Run.objects.filter(way=way, done_at=None).first():
        return going
    run = Run.objects.create(way=way, made_at=now, made_by_id=by_id)
    later("payouts.run", run_id=run.pk)
    return run


def pay_more(*, run_id: int, now: datetime) -> bool:
    """The next members of a run, by id; whether there may be more. Killed anywhere, it goes on after the last batch."""
    require_transaction()
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.done_at is not None:
        return False
    found = free_above(OWN, least=terms().minimum_fen, after=run.last_customer_id, limit=RUN_BATCH)
    passed = Counter[str](run.passed_over)
    for customer_id, free in found:
        amount = min(free, PAYOUT_MOST_FEN)
        if code := asking.ask_for_run(run, customer_id=customer_id, amount_fen=amount, now=now):
            passed[code] += 1
        else:
            run.payouts_made, run.gross_fen = run.payouts_made + 1, run.gross_fen + amount
        run.last_customer_id = customer_id
    run.passed_over, run.done_at = dict(passed), None if len(found) == RUN_BATCH else now
    run.save(update_fields=["payouts_made", "gross_fen", "passed_over", "last_customer_id", "done_at"])
    return run.done_at is None
