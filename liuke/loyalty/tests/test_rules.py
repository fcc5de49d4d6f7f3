"""The pure parts: formulas and their bounds, expiry, shares of a refund."""

from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.loyalty.rules import formula, guard
from liuke.loyalty.rules.returns import Basis, to_take
from liuke.loyalty.rules.terms import Terms, expires_at

CHINA = ZoneInfo("Asia/Shanghai")
RANGES = {"a": (0, 1_000), "b": (3, 7)}
leaves = st.one_of(st.integers(0, 50).map(str), st.sampled_from(["a", "b"]))
formulas = st.recursive(leaves, lambda inner: st.one_of(
    st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
    st.tuples(inner, st.integers(1, 9)).map(lambda parts: f"({parts[0]} / {parts[1]})"),
    st.tuples(st.sampled_from(["floor", "ceil", "round"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
    st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
), max_leaves=6)


@pytest.mark.parametrize(("text", "amount"), [
    ("50", 50), ("a", 120), ("floor(a / 100) * 2", 2), ("a / 7", 17), ("round(a / 7 * 2)", 34), ("ceil(0.1 * b)", 1),
    ("min(100, a)", 100), ("max(0, 5 - a)", 0), ("1.5 * a", 180), ("-b + a", 115), ("a * a * a * a", 10**7),
])
def test_a_formula_gives_whole_numbers_rounded_down(text, amount):
    assert formula.value(formula.parse(text), {"a": 120, "b": 5}) == amount


@given(text=formulas, a=st.integers(0, 1_000), b=st.integers(3, 7))
def test_a_formula_agrees_with_python_and_stays_within_its_bounds(text, a, b):
    node = formula.parse(text)
    plain = {"floor": lambda x: Fraction(x.numerator // x.denominator), "min": min, "max": max,
             "ceil": lambda x: Fraction(-(-x.numerator // x.denominator)),
             "round": lambda x: Fraction((abs(x) + Fraction(1, 2)).__floor__() * (1 if x >= 0 else -1)),
             "a": Fraction(a), "b": Fraction(b)}
    expected = eval(_with_fractions(text), {**plain, "F": Fraction})      # the oracle may

    least, most = formula.bounds(node, RANGES)

    assert formula.value(node, {"a": a, "b": b}) == max(0, min(10**7, expected.__floor__()))
    assert least <= expected.__floor__() <= most


def _with_fractions(text):
    import re

    return re.sub(r"\b(\d+)\b", r"F(\1)", text)


@pytest.mark.parametrize("text", ["", "()", "a b", "a if b else 0", "a > b", "[1]", "a.b", "max()", "min(a=1)", "'a'",
                                  "lambda: 1", "True", "1e99", "a // 2", "a % 2", "f(a)", "1j", "x := 3"])
def test_anything_else_is_no_formula(text):
    with pytest.raises(formula.BadFormula):
        formula.parse(text)


@pytest.mark.parametrize(("valid", "length", "ends"), [
    ("never", 0, None),
    ("days", 1, datetime(2026, 11, 4, tzinfo=CHINA)),        # all of the next day
    ("days", 30, datetime(2026, 12, 3, tzinfo=CHINA)),
    ("year_end", 0, datetime(2027, 1, 1, tzinfo=CHINA)),
    ("year_end", 1, datetime(2028, 1, 1, tzinfo=CHINA)),
])
def test_points_expire_at_midnight_where_the_brand_is(valid, length, ends):
    terms = Terms(fact_kind="OrderPaid", amount="1", valid=valid, valid_length=length,
                  starts_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert expires_at(terms, available_at=datetime(2026, 11, 2, 9, tzinfo=UTC), zone=CHINA) == ends


@given(given=st.integers(1, 5_000), lines=st.lists(st.integers(0, 9_999), min_size=1, max_size=5), data=st.data())
def test_whatever_the_parts_a_whole_refund_takes_back_exactly_what_was_given(given, lines, data):
    basis, refunded, taken = Basis(dict(enumerate(lines))), dict.fromkeys(range(len(lines)), 0), 0
    for _ in range(4):
        at = data.draw(st.integers(0, len(lines) - 1))
        refunded[at] = data.draw(st.integers(refunded[at], lines[at]))
        more = to_take(given, taken, basis, refunded)
        taken += more
        assert 0 <= taken <= given
        assert to_take(given, taken, basis, refunded) == 0

    taken += to_take(given, taken, basis, dict(enumerate(lines)))

    assert taken == (given if sum(lines) else 0)


GUARDED = {"fact_kind": "OrderPaid", "benefit": "points", "beneficiary": "customer", "bounds": (0, 500), "capped": True,
           "early": False, "changes": False, "notice": ""}
CASH = {"benefit": "cash"}


@pytest.mark.parametrize(("changes", "finding"), [
    ({}, None),
    ({"fact_kind": "LinkShared"}, ("G16", "fact_kind", "诱导分享")),
    ({"fact_kind": "CardShared", **CASH}, ("G16", "fact_kind", "诱导分享")),
    ({"fact_kind": "ReferrerBound", **CASH}, ("G03", "benefit", "禁止传销条例 第七条")),
    ({"fact_kind": "ReferrerBound", "beneficiary": "referrer"}, ("G03", "beneficiary", "禁止传销条例 第七条")),
    ({"fact_kind": "CustomerJoined", "capped": False}, ("G03", "caps", "禁止传销条例 第七条")),
    ({"fact_kind": "CustomerJoined"}, None),                          # a fixed welcome gift with a cap
    ({**CASH, "bounds": (100, 20_000)}, None),
    ({**CASH, "bounds": (99, 20_000)}, ("G20", "amount", "单个 1 至 200 元")),
    ({**CASH, "bounds": (0, 500)}, ("G20", "amount", "单个 1 至 200 元")),
    ({**CASH, "bounds": (100, 20_001)}, ("G20", "amount", "单个 1 至 200 元")),
    ({"early": True}, ("G22", "starts_at", "电子商务法 第三十四条")),
    ({"changes": True, "notice": "  "}, ("G22", "notice", "电子商务法 第三十四条")),
    ({"changes": True, "notice": "明天起"}, None),
], ids=str)
def test_the_guard_names_code_clause_and_the_part_of_the_rule(changes, finding):
    if finding is None:
        guard.check(**{**GUARDED, **changes})
        return

    with pytest.raises(guard.Against) as refused:
        guard.check(**{**GUARDED, **changes})

    found = refused.value.finding
    assert (found.code, found.path) == finding[:2]
    assert finding[2] in found.clause
    assert found.clause in refused.value.message
