"""A coupon is a thing with a state, not an amount. Until coupons are issued here, every code is unknown, and said so.

The mall asks through the few functions of `services.py`; what stands behind them may grow without the mall noticing.
"""
