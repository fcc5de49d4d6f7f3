"""Whether coupons and the ledger say the same."""

from dataclasses import dataclass

from django.db import connection

from liuke.coupons.rules.limits import PAGE


@dataclass(frozen=True)
class Difference:
    """A version of which ledger and coupons say different things: set aside there, held or given here, in fen."""

    version_id: int
    set_aside: int
    held: int
    spent: int
    given: int


DIFFERING = """
SELECT v.id, coalesce(o.posted, 0), coalesce(h.held, 0), coalesce(s.posted, 0), coalesce(g.given, 0)
FROM coupons_version v
LEFT JOIN ledger_standing o ON o.address = 'coupons:version:' || v.id
LEFT JOIN ledger_standing s ON s.address = 'coupon_spent:version:' || v.id
LEFT JOIN (SELECT version_id, sum(worth_fen)::bigint AS held FROM coupons_coupon
           WHERE state IN ('free', 'pending', 'issued', 'reserved') GROUP BY 1) h ON h.version_id = v.id
LEFT JOIN (SELECT c.version_id, sum(u.amount_fen)::bigint AS given FROM coupons_use u
           JOIN coupons_coupon c ON c.id = u.coupon_id WHERE u.state = 'used' GROUP BY 1) g ON g.version_id = v.id
WHERE coalesce(o.posted, 0) <> coalesce(h.held, 0) OR coalesce(s.posted, 0) <> coalesce(g.given, 0)
ORDER BY 1 LIMIT %s
"""


def differing(*, limit: int = PAGE) -> list[Difference]:
    """Versions of which ledger and coupons disagree; empty, or something is broken. Reads every coupon that is held."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, [limit])
        return [Difference(*row) for row in cursor.fetchall()]
