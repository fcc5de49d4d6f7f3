"""Money is a whole number of fen. One rounding rule for all: half away from zero (四舍五入)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

BASIS_POINTS = 10_000


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator as a whole number, halves away from zero: 5/2 -> 3, -5/2 -> -3."""
    assert denominator > 0, "the denominator must be positive"
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def share(amount_fen: int, basis_points: int) -> int:
    """So many hundredths of a percent of an amount, rounded by the one rule."""
    return round_half_up(amount_fen * basis_points, BASIS_POINTS)


def fen(yuan: str) -> int:
    """"12.5" -> 1250. Thousands separators and a currency sign are allowed; more than two decimals are rounded.

    Raises ValueError when it is not an amount, or longer than any.
    """
    cleaned = yuan.strip().lstrip("¥￥").replace(",", "").replace("，", "").strip()
    try:
        amount = (Decimal(cleaned) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(f"not an amount of money: {yuan!r}") from error
    if not amount.is_finite():
        raise ValueError(f"not an amount of money: {yuan!r}")
    return int(amount)


def yuan(amount_fen: int) -> str:
    """123450 -> "1,234.50"."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"


def decimal(amount_fen: int) -> Decimal:
    """123450 -> Decimal("1234.50"), for tables that are reckoned with."""
    return Decimal(amount_fen).scaleb(-2)


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Share an amount out by weights so that the parts sum to it exactly (largest remainder, first wins ties).

    Weights are not negative; when all are zero the amount is shared evenly. Empty weights take only the amount 0.
    """
    assert all(weight >= 0 for weight in weights), "weights are not negative"
    if not weights:
        assert amount == 0, "nothing to allocate to"
        return []
    base = list(weights) if any(weights) else [1] * len(weights)
    total, sign = sum(base), -1 if amount < 0 else 1
    parts = [abs(amount) * weight // total for weight in base]
    remainders = sorted(range(len(base)), key=lambda at: (-(abs(amount) * base[at] % total), at))
    for at in remainders[: abs(amount) - sum(parts)]:
        parts[at] += 1
    return [sign * part for part in parts]
