"""What counts as a purchase, and what as money. Said here once, for figures, lists and pages; loads no engine.

A *purchase* is an order that was paid for and not taken back as a whole. It makes a customer, a buying day and an
order. Its money is what was paid less what went back of it since, in the month of the purchase: a refund of a third
lowers that month, and a refund of everything ends the purchase as if it had never been.

A *return* is a row of its own with negative money: an imported cancellation or return that names no order (such as
C536379). It lowers the revenue of its own month and its customer's money, and is no order, no customer and no return to
the brand.
"""

from liuke.mall.rules import State

BOUGHT = (State.PAID, State.SHIPPED, State.DELIVERED, State.RECEIVED)
NOT_BOUGHT = (State.PLACED, State.CANCELLED, State.REFUNDED)      # together they are all states; a test keeps it so
NOT_SOLD = ("repair", "gift")                                      # sources of orders: a fee, a present
RETURNED = State.REFUNDED                                         # of a return, which has no other


def is_purchase(state: str) -> bool:
    """Whether an order in this state was bought. Raises ValueError for a state that the mall does not know."""
    return State(state) in BOUGHT


def is_return(state: str, net_fen: int) -> bool:
    """Whether this is goods that came back and not an order; `net_fen` is what was paid less what went back."""
    return state == RETURNED and net_fen < 0


def money_fen(state: str, net_fen: int) -> int:
    """What the row adds to revenue: of purchases what was kept, of returns what went back, of anything else nothing."""
    return net_fen if is_purchase(state) or is_return(state, net_fen) else 0
