"""Gifts that are sent: what a rule, a draw or a member of staff gives and the customer claims with an address.

A **kind** of gift says which goods, how many pieces, what one costs the brand and for how long it can be claimed. A
**gift** is one of it for one customer: open until it is claimed, taken back, or its time is over. Its goods are
promised and its cost is off the budget from the moment it is given; both come back when nobody claims it.

It is a kind of benefit of `loyalty`, and an order of the mall (`mall.services.gifts`) that is no purchase. Records
GiftGiven, GiftExpiring, GiftClaimed and GiftEnded.
"""
