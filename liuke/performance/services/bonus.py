"""Service bonuses: suggested by month from the days, decided by a manager, kept in the ledger until wages pay them.

Cash bonuses (`cash`) go to the WeChat of customers; staff are paid by wages, so an approved bonus stands in the ledger
as owed to the person, and a file tells the wages office how much.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.ledger.rules import Move, NewAccount
from liuke.ledger.services.posting import post
from liuke.org.models import Staff
from liuke.performance import queries
from liuke.performance.models import Bonus, BonusTerms
from liuke.performance.rules import MOST_BONUS_FEN, Terms, suggested

SUGGESTED, APPROVED, REFUSED, PAID = "suggested", "approved", "refused", "paid"
SPENT = NewAccount(purpose="service_bonus", unit="fen", debit_normal=True, rolled=True)
WAGES = NewAccount(purpose="service_bonus_wages", unit="fen", rolled=True)
NOTE_CHARACTERS = 200


class NotOwn(Refused):
    """Nobody decides about their own bonus."""

    code = "bonus_not_ones_own"


class Decided(Refused):
    """The bonus has been decided."""

    code = "bonus_decided"


class MonthRuns(BadInput):
    """The month is not over."""

    code = "bonus_month_runs"


def month_of(day: date) -> date:
    return day.replace(day=1)


def after(month: date) -> date:
    """The first day of the month after that of this day."""
    return month_of(month_of(month) + timedelta(days=31))


def suggest(*, month: date, today: date, now: datetime) -> int:
    """Suggest bonuses for a month that is over; returns how many. Again brings those not decided up to date.

    Who gets nothing by the terms gets no row. Raises MonthRuns.
    """
    require_transaction()
    first, until = month_of(month), after(month)
    if until > today:
        raise MonthRuns(_("这个月还没有结束。"))
    advisory_lock("performance.suggest")
    found, terms = queries.figures(since=first, until=until), queries.terms()
    usual, count = queries.everyone(found), 0
    known = {row.staff_id: row for row in Bonus.objects.filter(month=first)}
    for staff_id, kinds in found.items():
        told = suggested(kinds, usual, terms)
        row = known.get(staff_id or 0)
        if staff_id is None or (row is None and not told.fen) or (row is not None and row.state != SUGGESTED):
            continue
        row = row or Bonus(staff_id=staff_id, month=first)
        row.suggested_fen, row.suggested_at = told.fen, now
        row.parts = [[part.reason, part.hundredths, part.fen] for part in told.parts]
        row.save()
        count += 1
    return count


def decide(*, bonus_id: int, agree: bool, by_id: int, now: datetime, fen: int | None = None, note: str = "") -> Bonus:
    """Approve a suggestion, with another amount and the reason for it if need be, or refuse it. The same again is once.

    What is approved is owed to the person in the ledger. Raises NotOwn, Decided, BadInput.
    """
    require_transaction()
    row, words = Bonus.objects.select_for_update().get(pk=bonus_id), " ".join(note.split())
    amount = (row.suggested_fen if fen is None else fen) if agree else 0
    if row.staff_id == by_id:
        raise NotOwn(_("自己的奖金要由别人决定。"))
    if row.state != SUGGESTED:
        if (row.state == REFUSED) == (not agree) and row.fen == amount:
            return row
        raise Decided(_("这笔奖金已经决定过了。"))
    if not 0 <= amount <= MOST_BONUS_FEN or (agree and not amount) or len(words) > NOTE_CHARACTERS:
        raise BadInput(_("金额要在 0.01 到 %(most)s 元之间。") % {"most": MOST_BONUS_FEN // 100})
    if (amount != row.suggested_fen or not agree) and not words:
        raise BadInput(_("改了金额或不同意时，请写明原因。"))
    row.state, row.fen, row.note = APPROVED if agree else REFUSED, amount, words
    row.decided_at, row.decided_by_id = now, by_id
    row.save()
    if agree:
        owed = _owed(row.staff_id)
        post(key=f"service_bonus:{row.pk}", moves=[Move(SPENT.address, owed.address, amount)], now=now,
             opening=[SPENT, owed])
    return row


def mark_paid(*, month: date, now: datetime) -> int:
    """The wages office has paid what was approved for the month; returns how many. Again is nothing."""
    require_transaction()
    rows = list(Bonus.objects.select_for_update().filter(month=month, state=APPROVED).order_by("pk"))
    for row in rows:
        owed = _owed(row.staff_id)
        post(key=f"service_bonus_paid:{row.pk}", moves=[Move(owed.address, WAGES.address, row.fen)], now=now,
             opening=[owed, WAGES])
        row.state, row.paid_at = PAID, now
        row.save(update_fields=["state", "paid_at"])
    return len(rows)


def _owed(staff_id: int) -> NewAccount:
    return NewAccount(purpose="service_bonus", unit="fen", owner_kind="staff", owner_id=staff_id, floor=0)


def set_terms(*, terms: Terms, by: Staff, now: datetime) -> BonusTerms:
    """What bonuses are made of from now on; those decided stay as they are."""
    require_transaction()
    return BonusTerms.objects.create(saved_at=now, saved_by=by, **asdict(terms))
