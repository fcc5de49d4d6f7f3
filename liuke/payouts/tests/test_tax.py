"""Withholding to the fen: published examples, an oracle in fractions, and that splitting a month changes nothing."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.payouts.rules import parts_of, share_back
from liuke.payouts.tax import METHODS, Paid, cumulative, per_payment

YEAR = 2026
PAYMENTS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8_000_000)), min_size=1, max_size=14)


def month(number):
    return date(YEAR, number, 1)


def taxes(method, payments):
    """What is withheld of each payment, one after the other."""
    before, found = [], []
    for number, gross in sorted(payments, key=lambda each: each[0]):
        tax = method(gross, month=month(number), before=before).tax_fen
        before.append(Paid(month(number), gross, tax))
        found.append(tax)
    return found


def rounded(exact):
    return int(exact + Fraction(1, 2))


def oracle_cumulative(payments):
    """The formula of announcement 16/2025 in fractions of a fen, for each run of months of its own."""
    table = [(36_000, 3, 0), (144_000, 10, 2_520), (300_000, 20, 16_920), (420_000, 25, 31_920), (660_000, 30, 52_920),
             (960_000, 35, 85_920), (10**12, 45, 181_920)]
    total, income, months, withheld, last = 0, Fraction(0), 0, 0, None
    for number, gross in sorted(payments, key=lambda each: each[0]):
        if last is None or number > last + 1:                       # a gap: everything begins anew
            total, income, months, withheld = total + withheld, Fraction(0), 0, 0
        months, income, last = months + (number != last), income + Fraction(gross, 100), number
        taxable = max(Fraction(0), income - income / 5 - 5000 * months)
        rate, quick = next((rate, quick) for most, rate, quick in table if taxable <= most)
        withheld = max(withheld, rounded(max(Fraction(0), taxable * rate / 100 - quick) * 100))
    return total + withheld


def oracle_per_payment(payments):
    table = [(20_000, 20, 0), (50_000, 30, 2_000), (10**12, 40, 7_000)]
    total = 0
    for number in range(1, 13):
        income, most = Fraction(0), 0
        for _number, gross in [each for each in payments if each[0] == number]:
            income += Fraction(gross, 100)
            taxable = max(Fraction(0), income - 800 if income <= 4000 else income * 4 / 5)
            rate, quick = next((rate, quick) for limit, rate, quick in table if taxable <= limit)
            most = max(most, rounded((taxable * rate / 100 - quick) * 100))
        total += most
    return total


def test_three_months_of_3000_are_free_by_the_year_and_cost_440_each_by_the_month():
    payments = [(1, 300_000), (2, 300_000), (3, 300_000)]

    assert taxes(cumulative, payments) == [0, 0, 0]
    assert taxes(per_payment, payments) == [44_000, 44_000, 44_000]


@pytest.mark.parametrize(("yuan", "tax"), [
    (800, 0), (801, 0.2), (4_000, 640), (4_001, 640.16), (25_000, 4_000), (25_001, 4_000.24), (62_500, 13_000),
    (62_501, 13_000.32), (100_000, 25_000)])
def test_per_payment_at_the_edges_of_its_table(yuan, tax):
    assert per_payment(yuan * 100, month=month(5), before=[]).tax_fen == round(tax * 100)


@pytest.mark.parametrize(("yuan", "tax"), [
    (6_250, 0), (6_251, 0.02), (51_250, 1_080), (51_251, 1_080.08), (186_250, 11_880), (1_206_251, 250_080.36)])
def test_cumulative_at_the_edges_of_its_table(yuan, tax):
    assert cumulative(yuan * 100, month=month(1), before=[]).tax_fen == round(tax * 100)


def test_a_month_without_income_begins_the_count_of_months_anew():
    steady = [Paid(month(1), 1_000_000, 9_000), Paid(month(2), 1_000_000, 9_000)]

    third, fourth = (cumulative(1_000_000, month=month(number), before=steady) for number in (3, 4))
    assert (third.months, third.income_fen) == (3, 3_000_000)
    assert (fourth.months, fourth.income_fen) == (1, 1_000_000)
    assert cumulative(1_000_000, month=date(YEAR + 1, 1, 1), before=steady).income_fen == 1_000_000


@given(payments=PAYMENTS)
def test_both_methods_agree_with_the_formulas_in_fractions(payments):
    assert sum(taxes(cumulative, payments)) == oracle_cumulative(payments)
    assert sum(taxes(per_payment, payments)) == oracle_per_payment(payments)


@given(payments=PAYMENTS, name=st.sampled_from(sorted(METHODS)))
def test_of_each_payment_more_than_half_is_left(payments, name):
    paid = sorted(payments, key=lambda each: each[0])

    assert all(0 <= tax <= gross // 2 for tax, (_month, gross) in zip(
        taxes(METHODS[name], payments), paid, strict=True))


@given(name=st.sampled_from(sorted(METHODS)), pieces=st.lists(st.integers(1, 900_000), min_size=1, max_size=12))
def test_a_month_paid_in_pieces_is_taxed_as_its_sum(name, pieces):
    whole = METHODS[name](sum(pieces), month=month(7), before=[]).tax_fen

    assert sum(taxes(METHODS[name], [(7, piece) for piece in pieces])) == whole


@given(net=st.integers(200, 5_000_000), tax=st.integers(0, 3_000_000), seed=st.randoms(use_true_random=False))
def test_parts_make_the_whole_and_their_shares_of_the_tax_too_in_any_order(net, tax, seed):
    parts = parts_of(net, "wechat")
    seed.shuffle(parts)

    back, shares = 0, []
    for part in parts:
        shares.append(share_back(tax, net_fen=net, part_fen=part, before_fen=back))
        back += part

    assert sum(parts) == net
    assert all(100 <= part <= 20_000 for part in parts)
    assert sum(shares) == tax
    assert all(share >= 0 for share in shares)
