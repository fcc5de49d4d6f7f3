"""Every write of tiers. `from liuke.tiers import services as tiers` gives what other modules need."""

from liuke.tiers.services.birthdays import record_birthdays
from liuke.tiers.services.granting import BadGrant, grant_tier, reward_tier, shorten_reward, withdraw_tier
from liuke.tiers.services.growing import BadGrowth, Growing, confirm, grow, take_back
from liuke.tiers.services.planning import write_plan
from liuke.tiers.services.standing import settle, settle_due, settle_plan

__all__ = [
    "BadGrant", "BadGrowth", "Growing", "confirm", "grant_tier", "grow", "record_birthdays", "reward_tier", "settle",
    "settle_due", "settle_plan", "shorten_reward", "take_back", "withdraw_tier", "write_plan",
]
