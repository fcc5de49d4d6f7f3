"""What must be withheld from a payment: two methods behind one interface, exact in fen. Pure.

Beside rules.py because it is a matter of its own, with its own sources. Which method holds is said by the plan
(`payout.tax_method`); counsel decides whether a brand's own shop is a platform.

- `cumulative`: announcement 16/2025 of the State Taxation Administration, for platforms, from 2025-10-01. Income of the
  unbroken run of months of this year that ends now, less 20 % of it as expense, less 5,000 yuan for each of its months,
  by the cumulative table, less what was withheld in the run already; never below zero. After a month without income a
  new run begins, for the income as well as for the months.
- `per_payment`: 劳务报酬. 800 yuan off up to 4,000, else 20 % off; 20/30/40 %. Income of a continuing matter within one
  month is one payment (个人所得税法实施条例, article 14), so many small payments are taxed as their sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from liuke.kit.money import round_half_up

EXPENSE_PCT = 20
MONTH_OFF_FEN = 500_000
FLAT_UNTIL_FEN, FLAT_OFF_FEN = 400_000, 80_000

# (taxable fen up to, per cent, quick deduction in fen)
CUMULATIVE = (
    (3_600_000, 3, 0), (14_400_000, 10, 252_000), (30_000_000, 20, 1_692_000), (42_000_000, 25, 3_192_000),
    (66_000_000, 30, 5_292_000), (96_000_000, 35, 8_592_000), (None, 45, 18_192_000),
)
PER_PAYMENT = ((2_000_000, 20, 0), (5_000_000, 30, 200_000), (None, 40, 700_000))


@dataclass(frozen=True, slots=True)
class Paid:
    """One earlier payment to the same person: its tax month, what they earned, what was withheld."""

    month: date
    gross_fen: int
    tax_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """What is withheld now, and every figure it came from."""

    tax_fen: int
    income_fen: int                           # that counted: of the months in a row, or of the month, with this payment
    months: int                               # that were deducted for; 0 where none are
    taxable_fen: int                          # rounded for people to read; the tax is reckoned exactly
    rate_pct: int
    quick_fen: int
    owed_fen: int                             # on all of the income that counted
    withheld_fen: int                         # of it already


class Method(Protocol):
    """`before`: every payment to the person so far, in any order; `month` is this one's."""

    def __call__(self, gross_fen: int, *, month: date, before: Sequence[Paid]) -> Withholding: ...


def cumulative(gross_fen: int, *, month: date, before: Sequence[Paid]) -> Withholding:
    """By the months in a row that end now. What would be below zero is zero: the person's yearly return settles it."""
    months = _months_in_a_row(month, {each.month for each in before if each.gross_fen})
    counted = [each for each in before if months[-1] <= each.month <= month]
    income = gross_fen + sum(each.gross_fen for each in counted)
    taxable_x100 = max(0, income * (100 - EXPENSE_PCT) - 100 * MONTH_OFF_FEN * len(months))
    withheld = sum(each.tax_fen for each in counted)
    return _withholding(CUMULATIVE, taxable_x100, income=income, months=len(months), withheld=withheld)


def per_payment(gross_fen: int, *, month: date, before: Sequence[Paid]) -> Withholding:
    """By the month's income."""
    same_month = [each for each in before if each.month == month]
    income = gross_fen + sum(each.gross_fen for each in same_month)
    taxable_x100 = (max(0, income - FLAT_OFF_FEN) * 100 if income <= FLAT_UNTIL_FEN
                    else income * (100 - EXPENSE_PCT))
    withheld = sum(each.tax_fen for each in same_month)
    return _withholding(PER_PAYMENT, taxable_x100, income=income, months=0, withheld=withheld)


METHODS: dict[str, Method] = {"cumulative": cumulative, "per_payment": per_payment}


def _months_in_a_row(month: date, with_income: set[date]) -> list[date]:
    """This month and those of the year before it that had income without a gap, newest first."""
    found = [month]
    while found[-1].month > 1 and (before := found[-1].replace(month=found[-1].month - 1)) in with_income:
        found.append(before)
    return found


def _withholding(
    table: Sequence[tuple[int | None, int, int]], taxable_x100: int, *, income: int, months: int, withheld: int
) -> Withholding:
    rate, quick = next((rate, quick) for most, rate, quick in table if most is None or taxable_x100 <= most * 100)
    owed = max(0, round_half_up(taxable_x100 * rate - quick * 10_000, 10_000))
    return Withholding(
        tax_fen=max(0, owed - withheld), income_fen=income, months=months,
        taxable_fen=round_half_up(taxable_x100, 100), rate_pct=rate, quick_fen=quick, owed_fen=owed,
        withheld_fen=withheld)
