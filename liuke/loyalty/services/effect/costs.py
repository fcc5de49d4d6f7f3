"""What points and coupons cost, as SQL over what was given. The other kinds teach theirs where they are."""

from liuke.loyalty.services.effect import Costed


def of_points(of: Costed) -> str:
    """What they pay at checkout."""
    return f"{of.kept} * 100 / {int(of.points_per_yuan)}"


def of_fen(of: Costed) -> str:
    return of.kept


def of_coupons(of: Costed) -> str:
    """What they took off when they were used; one that nobody used costs nothing."""
    return f"""
    SELECT coalesce(sum(u.amount_fen), 0) FROM coupons_coupon c JOIN coupons_use u ON u.coupon_id = c.id
    WHERE u.state = 'used'
      AND c.key = ANY (ARRAY(SELECT {of.key} || '#' || number FROM generate_series(1, {of.given}) number))
    """  # noqa: S608  texts of our own
