"""The mall's rules, a file per noun: states and moves, prices, freight, shares of money, returns. Pure, all of it."""

from liuke.mall.rules.orders import MOVES, NotAllowed, State, next_state

__all__ = ["MOVES", "NotAllowed", "State", "next_state"]
