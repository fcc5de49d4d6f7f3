"""Money of a pay-out: set aside when it is asked for, released with its tax, given back where it did not arrive.

Every step of the ledger has a key of its own, so that whatever is repeated after a crash happens once.
"""

from dataclasses import asdict
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from liuke.cash.rules import PAYOUT
from liuke.cash.services import giving
from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.ledger.queries import balance
from liuke.payouts import accounts, tax
from liuke.payouts.models import Part, Payout
from liuke.payouts.queries.taxes import paid_before
from liuke.payouts.rules import PartState, State, Way, month_of, parts_of, share_back
from liuke.referral.queries.plans import payout_terms
from liuke.timeline import facts
from liuke.timeline.services import record

REMARK = "推广佣金"                        # what the customer reads in WeChat  # data, not words


def set_aside(payout: Payout, *, now: datetime) -> None:
    """Hold the gross at the member's balance, which it may not take below zero. Raises Overdrawn."""
    require_transaction()
    to = accounts.set_aside(payout.customer_id)
    move = ledger.Move(accounts.own(payout.customer_id), to.address, payout.gross_fen, keep=0)
    ledger.hold(key=_held(payout), moves=[move], now=now, opening=[to, accounts.TAX, accounts.BANK])


def release(payout: Payout, *, now: datetime) -> Payout:
    """Reckon the tax and send the rest on its way. The caller holds the member's lock.

    When refunds have since taken more than what is not set aside, it is refused instead: nothing is paid on credit.
    """
    require_transaction()
    if balance(accounts.own(payout.customer_id)).free < 0:
        return give_back(payout, State.REFUSED, why=_("申请后有订单退款，可提现余额不足"), now=now)
    terms = payout_terms(at=now)
    assert terms, "nobody asks without"
    assert terms.tax_method, "no plan is activated without"
    month = month_of(now)
    found = tax.METHODS[terms.tax_method](payout.gross_fen, month=month, before=paid_before(payout.customer_id))
    payout.tax_fen, payout.tax_method, payout.tax_month = found.tax_fen, terms.tax_method, month
    payout.tax_basis, payout.state, payout.held_for = asdict(found), State.SENDING, ""
    payout.save(update_fields=["tax_fen", "tax_method", "tax_month", "tax_basis", "state", "held_for"])
    ledger.confirm(key=f"{_held(payout)}:released", of=_held(payout), now=now)
    if payout.tax_fen:
        move = ledger.Move(_aside(payout), accounts.TAX.address, payout.tax_fen)
        ledger.post(key=f"{_held(payout)}:tax", moves=[move], now=now)
    _send(payout, now)
    return payout


def _send(payout: Payout, now: datetime) -> None:
    """To WeChat through `cash`, its limits and its queue; to a bank as a line that waits for a file."""
    amounts = parts_of(payout.net_fen, Way(payout.way))
    parts = Part.objects.bulk_create([
        Part(payout=payout, key=f"{_held(payout)}:{at}", amount_fen=amount, state=PartState.SENDING)
        for at, amount in enumerate(amounts)])
    if payout.way == Way.BANK:
        move = ledger.Move(_aside(payout), accounts.BANK.address, payout.net_fen)
        ledger.hold(key=parts[0].key, moves=[move], now=now)
        return
    refused = giving.give(now=now, grants=[
        giving.Grant(customer_id=payout.customer_id, amount_fen=part.amount_fen, key=part.key, source=_aside(payout),
                     origin=PAYOUT, reason=REMARK, approved=True) for part in parts])
    assert not any(refused), refused


def arrived(part: Part, *, at: datetime, now: datetime) -> None:
    """A part reached the member. Again is nothing. The caller holds the part's lock."""
    require_transaction()
    if part.state != PartState.SENDING:
        return
    if part.payout.way == Way.BANK:
        ledger.confirm(key=f"{part.key}:paid", of=part.key, now=now)
    part.state, part.ended_at = PartState.PAID, at
    part.save(update_fields=["state", "ended_at"])
    _settle(_locked(part.payout_id), now)


def failed(part: Part, *, why: str, now: datetime) -> None:
    """A part will not arrive: it goes back to the balance with its share of the tax. Again is nothing."""
    require_transaction()
    if part.state != PartState.SENDING:
        return
    payout = _locked(part.payout_id)
    if payout.way == Way.BANK:
        ledger.void(key=f"{part.key}:void", of=part.key, now=now)
    share = share_back(payout.tax_fen, net_fen=payout.net_fen, part_fen=part.amount_fen,
                       before_fen=payout.back_fen - payout.back_tax_fen)
    moves = [ledger.Move(_aside(payout), accounts.own(payout.customer_id), part.amount_fen)]
    if share:
        moves.append(ledger.Move(accounts.TAX.address, accounts.own(payout.customer_id), share))
    ledger.post(key=f"{part.key}:back", moves=moves, now=now)
    part.state, part.why, part.ended_at = PartState.FAILED, why[:100], now
    part.save(update_fields=["state", "why", "ended_at"])
    payout.back_fen, payout.back_tax_fen = payout.back_fen + part.amount_fen + share, payout.back_tax_fen + share
    payout.why = why[:100]
    payout.save(update_fields=["back_fen", "back_tax_fen", "why"])
    record(facts.PayoutReturned(payout_id=payout.pk, amount_fen=part.amount_fen + share),
           customer_id=payout.customer_id, key=f"payout_returned:{part.pk}", happened_at=now)
    _settle(payout, now)


def give_back(payout: Payout, state: State, *, why: str, now: datetime) -> Payout:
    """What was only set aside is the member's again; the caller holds the member's lock and says with which end."""
    require_transaction()
    ledger.void(key=f"{_held(payout)}:void", of=_held(payout), now=now)
    payout.state, payout.why, payout.ended_at = state, why[:100], now
    payout.back_fen = payout.gross_fen
    payout.save(update_fields=["state", "why", "ended_at", "back_fen"])
    if state is State.REFUSED:
        record(facts.PayoutReturned(payout_id=payout.pk, amount_fen=payout.gross_fen), customer_id=payout.customer_id,
               key=f"payout_returned:{payout.pk}:all", happened_at=now)
    return payout


def _settle(payout: Payout, now: datetime) -> None:
    """Ended once every part has."""
    if payout.parts.filter(state=PartState.SENDING).exists():
        return
    paid = payout.parts.filter(state=PartState.PAID).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    payout.state, payout.ended_at = State.PAID if paid else State.FAILED, now
    payout.save(update_fields=["state", "ended_at"])
    if paid:
        record(facts.PayoutPaid(payout_id=payout.pk, amount_fen=paid, tax_fen=payout.tax_fen - payout.back_tax_fen),
               customer_id=payout.customer_id, key=f"payout_paid:{payout.pk}", happened_at=now)


def _locked(payout_id: int) -> Payout:
    return Payout.objects.select_for_update().get(pk=payout_id)


def _held(payout: Payout) -> str:
    return f"payout:{payout.pk}"


def _aside(payout: Payout) -> str:
    return accounts.set_aside(payout.customer_id).address
