"""The ledger's accounts of commissions (fen), and the moves between them.

    commission_cost:house -> commission_pending:customer:N -> commission:customer:N -> paid out
                                                           -> commission_fund:customer:N (the help fund's share)

    commission_coupon_cost:house -> commission_coupon:customer:N -> commission_coupon_given:house

The member's own accounts have no floor: what a refund takes back may leave a debt, which later rewards pay.
"""

from liuke.ledger.rules import Move, NewAccount, address

COST = NewAccount(purpose="commission_cost", unit="fen", debit_normal=True, rolled=True)
PENDING, OWN, FUND = "commission_pending", "commission", "commission_fund"
COUPON = "commission_coupon"                  # what has gathered for the next coupon; not money
COUPON_COST = NewAccount(purpose="commission_coupon_cost", unit="fen", debit_normal=True, rolled=True)
COUPON_GIVEN = NewAccount(purpose="commission_coupon_given", unit="fen", rolled=True)


def account(purpose: str, customer_id: int) -> NewAccount:
    return NewAccount(purpose=purpose, unit="fen", owner_kind="customer", owner_id=customer_id)


def of(purpose: str, customer_id: int) -> str:
    """The address."""
    return address(purpose, "customer", customer_id)


def promise(customer_id: int, amount: int, *, line_id: int) -> Move:
    return Move(COST.address, of(PENDING, customer_id), amount, order_line_id=line_id)


def unpromise(customer_id: int, amount: int, *, line_id: int) -> Move:
    return Move(of(PENDING, customer_id), COST.address, amount, order_line_id=line_id)


def credit(customer_id: int, amount: int, withheld: int, *, line_id: int) -> list[Move]:
    """What was promised becomes the member's own; the help fund keeps its share."""
    parts = ((OWN, amount - withheld), (FUND, withheld))
    return [Move(of(PENDING, customer_id), of(purpose, customer_id), part, order_line_id=line_id)
            for purpose, part in parts if part]


def claw_back(customer_id: int, amount: int, from_fund: int, *, line_id: int) -> list[Move]:
    parts = ((OWN, amount - from_fund), (FUND, from_fund))
    return [Move(of(purpose, customer_id), COST.address, part, order_line_id=line_id)
            for purpose, part in parts if part]


def opening(*customer_ids: int) -> list[NewAccount]:
    """Everything that the moves of these members touch."""
    return [COST, *(account(purpose, customer_id) for customer_id in sorted(set(customer_ids))
                    for purpose in (PENDING, OWN, FUND))]


def coupon_credit(customer_id: int, amount: int, *, line_id: int) -> Move:
    return Move(COUPON_COST.address, of(COUPON, customer_id), amount, order_line_id=line_id)


def coupon_taken(customer_id: int, amount: int, *, line_id: int) -> Move:
    return Move(of(COUPON, customer_id), COUPON_COST.address, amount, order_line_id=line_id)


def coupon_opening(*customer_ids: int) -> list[NewAccount]:
    """The accounts of what is paid in coupons."""
    return [COUPON_COST, COUPON_GIVEN, *(account(COUPON, customer_id) for customer_id in sorted(set(customer_ids)))]
