"""The reward plans as frozen values: what a version of a plan says, nothing about whether it may be used.

Beside rules.py because the sums, the guard, the plays and the services all read the same plan. `plan_reader` makes one
from JSON; the guard judges it. Amounts are whole numbers of the plan's unit (fen unless stated), percentages are whole
parts per million so that no sum ever sees a float.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PPM = 1_000_000
PPM_PER_PCT = PPM // 100
PAID_TIERS_AT_MOST = 2                        # a third level is never paid, whatever a plan says
DEFAULT_SHARE_CAP_PPM = 30 * PPM_PER_PCT
RETURN_WINDOW_DAYS = 7


class Role(StrEnum):
    AGENT = "agent"
    BOSS = "boss"


class Reward(StrEnum):
    """What a reward is paid for."""

    DIRECT = "direct"
    TEAM = "team"
    PEER = "peer"
    SELF_SAVING = "self_saving"
    TIER1 = "tier1"
    TIER2 = "tier2"


class PaidIn(StrEnum):
    """Only cash is money a person can withdraw; the other two are counted at their value in the plan's unit."""

    CASH = "cash"
    POINTS = "points"
    COUPON = "coupon"


class StayPolicy(StrEnum):
    """Who goes to the former boss when somebody graduates."""

    FIRST_N = "first_n_to_former_boss"        # everybody placed under the graduate, so N directs and any unconfirmed
    LAST_ONE = "last_one_to_former_boss"      # only the direct that completed the count


class TaxMethod(StrEnum):
    CUMULATIVE = "cumulative"
    PER_PAYMENT = "per_payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repurchase:
    """Rewards on further orders of people who have joined."""

    self_saving: bool
    team_differential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePack:
    """A fixed present for both sides of an invitation, once the newcomer has joined."""

    referrer: str
    referee: str
    paid_in: PaidIn
    cap_per_referrer: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """How earned cash leaves."""

    identity_check: bool
    tax_method: TaxMethod | None
    forced_purchase_ppm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every plan may say besides its sums; the guard reads it, the sums only `paid_in`."""

    unit: str = "fen"
    paid_in: Mapping[Reward, PaidIn] = field(default_factory=dict)
    share_cap_ppm: int = DEFAULT_SHARE_CAP_PPM
    gross_margin_ppm: int | None = None
    confirm_after_days: int | None = None
    payout: Payout | None = None
    coupon_template: int | None = None        # of what is paid in coupons
    welcome_pack: WelcomePack | None = None
    share_gate: bool = False
    copy: tuple[str, ...] = ()

    def currency_of(self, reward: Reward) -> PaidIn:
        return self.paid_in.get(reward, PaidIn.CASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain21:
    """链动 2+1: agents earn `agent_rate` on each entry order, bosses `boss_rate`, a boss above gets the difference."""

    entry_amount: int
    agent_rate: int
    boss_rate: int
    graduate_directs: int = 2
    root_role: Role = Role.BOSS
    stay_policy: StayPolicy = StayPolicy.FIRST_N
    holds_until_confirm: bool = False
    peer_ppm: int = 0                         # of every reward of a graduate, to the former boss, paid by the platform
    help_fund_ppm: int = 0                    # of every reward, withheld until the first N directs have graduated
    repurchase: Repurchase | None = None
    terms: Terms = field(default_factory=Terms)

    @property
    def differential(self) -> int:
        return self.boss_rate - self.agent_rate

    @property
    def has_fixed_teams(self) -> bool:
        """Whether a person's team boss, once fixed at joining, never changes: then one order costs O(1).

        True when everybody has a boss above (no agent roots) and a graduate leaves everybody behind. With an agent
        root, or when only the last direct is left, a graduation gives a new boss to a whole subtree.
        """
        return self.root_role is Role.BOSS and self.stay_policy is StayPolicy.FIRST_N


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoTier:
    """The ordinary distribution plan: a percentage of the goods amount really paid, for at most two levels above."""

    tiers_ppm: tuple[int, ...]                # as the plan says them; a third one is for the guard to refuse
    max_tiers: int = PAID_TIERS_AT_MOST
    entry_purchase_required: bool = False
    terms: Terms = field(default_factory=Terms)

    @property
    def paid_tiers_ppm(self) -> tuple[int, ...]:
        return self.tiers_ppm[: min(self.max_tiers, PAID_TIERS_AT_MOST)]


Plan = Chain21 | TwoTier
