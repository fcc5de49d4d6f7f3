"""The points mall (积分商城): goods, coupons and draw tickets for points.

An **item** says what can be had, for how many points, how many there are, how many each customer may have, when, and
for which tiers. An **exchange** takes the points and delivers in one transaction: goods become an order that points pay
wholly, a coupon is issued, a ticket is given. What is undone gives the points back to their lots.

Stands above loyalty and all that it delivers by. Kinds of delivery are in `services/deliveries.py`. Records
ItemExchanged and ExchangeUndone.
"""
