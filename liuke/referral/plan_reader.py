"""A plan from JSON: every field is known, every value is checked, and what is wrong has a code and a path.

Beside plans.py because reading is longer than the thing read. Unknown fields are refused: a rule that nobody plays is
worse than an error. Fields that are left out take the value named in docs/howto/plans.md.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from liuke.referral import refusals, rules
from liuke.referral.plans import (
    DEFAULT_SHARE_CAP_PPM,
    PAID_TIERS_AT_MOST,
    PPM_PER_PCT,
    Chain21,
    PaidIn,
    Payout,
    Plan,
    Repurchase,
    Reward,
    Role,
    StayPolicy,
    TaxMethod,
    Terms,
    TwoTier,
    WelcomePack,
)

KINDS = ("chain21", "two_tier")
MAX_TEXTS = 100
MAX_TEXT = 2_000
MAX_DAYS = 365
MAX_PACKS = 10_000
MAX_ID = 2**63 - 1
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")          # no database keeps them; JSON can spell them

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)
_REQUIRED: Any = object()


def read_plan(raw: object, *, kind: str | None = None) -> Plan:
    """The plan in `raw` (parsed JSON). Without `kind`, percentages per tier mean two_tier and anything else chain21.

    Raises PlanRefused: UnknownPlanField, UnknownPlanValue, MissingPlanField or a bad value, with its path.
    """
    fields = _Fields(raw, "plan")
    named = fields.take("kind", _word(KINDS), kind)
    if named is None:
        named = "two_tier" if "tiers_pct" in fields.raw else "chain21"
    if kind is not None and named != kind:
        raise refusals.UnknownPlanValue("plan.kind", f"{named} here, {kind} beside the plan")
    plan = _two_tier(fields) if named == "two_tier" else _chain21(fields)
    fields.end()
    return plan


def plan_digest(raw: Mapping[str, Any]) -> str:
    """The same for the same plan however it is spaced or ordered; stands on every row that a plan version paid."""
    canonical = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _chain21(fields: "_Fields") -> Chain21:
    plan = Chain21(
        entry_amount=fields.take("entry_amount", _amount),
        agent_rate=fields.take("agent_rate", _amount),
        boss_rate=fields.take("boss_rate", _amount),
        graduate_directs=fields.take("graduate_directs", _whole(1, rules.MAX_DIRECTS), 2),
        root_role=fields.take("root_role", _one_of(Role), Role.BOSS),
        stay_policy=fields.take("stay_policy", _one_of(StayPolicy), StayPolicy.FIRST_N),
        holds_until_confirm=fields.take("hold", _word(("none", "until_confirm")), "none") == "until_confirm",
        peer_ppm=fields.take("peer", _peer, 0),
        help_fund_ppm=fields.take("help_fund", _help_fund, 0),
        repurchase=fields.take("repurchase", _repurchase, None),
        terms=_terms(fields),
    )
    fields.take("stay_target", _word(("nearest_boss",)), "nearest_boss")
    # under "last one" the completing direct moves and nothing else does: there this field describes, it does not rule
    if plan.stay_policy is StayPolicy.LAST_ONE:
        fields.take("stay_move", _text, None)
    else:
        fields.take("stay_move", _word(("all_placement_children",)), None)
    if plan.differential < 0:
        raise refusals.PlanRefused("plan.boss_rate", "a boss earns at least what an agent earns")
    return plan


def _two_tier(fields: "_Fields") -> TwoTier:
    fields.take("base", _text, "")
    fields.take("rounding", _word(("floor per reward",)), "floor per reward")
    return TwoTier(
        tiers_ppm=fields.take("tiers_pct", _tiers),
        max_tiers=fields.take("max_tiers", _whole(1, rules.MAX_DECLARED_TIERS), PAID_TIERS_AT_MOST),
        entry_purchase_required=fields.take("entry_purchase_required", _flag, False),
        terms=_terms(fields),
    )


def _terms(fields: "_Fields") -> Terms:
    return Terms(
        unit=fields.take("unit", _text, "fen"),
        paid_in=fields.take("paid_in", _paid_in, {}),
        share_cap_ppm=fields.take("share_cap_pct", _ppm, DEFAULT_SHARE_CAP_PPM),
        gross_margin_ppm=fields.take("gross_margin_pct", _ppm, None),
        confirm_after_days=fields.take("confirm_after_days", _whole(0, MAX_DAYS), None),
        payout=fields.take("payout", _payout, None),
        coupon_template=fields.take("coupon_template", _whole(1, MAX_ID), None),
        welcome_pack=fields.take("welcome_pack", _welcome_pack, None),
        share_gate=fields.take("share_gate", _flag, False),
        copy=fields.take("copy", _copy, ()),
    )


class _Fields:
    """One JSON object whose fields are taken one by one; what is left at the end is unknown."""

    def __init__(self, raw: object, path: str) -> None:
        if not isinstance(raw, dict):
            raise refusals.PlanRefused(path, "must be an object")
        self.raw, self._path, self._left = raw, path, set(raw)

    def take(self, name: str, read: Callable[[object, str], Value], default: Any = _REQUIRED) -> Value:
        """The value of a field, or the default when it is missing or null."""
        self._left.discard(name)
        path = f"{self._path}.{name}"
        if self.raw.get(name) is not None:
            return read(self.raw[name], path)
        if default is _REQUIRED:
            raise refusals.MissingPlanField(path, "is missing")
        value: Value = default
        return value

    def end(self) -> None:
        if self._left:
            raise refusals.UnknownPlanField(f"{self._path}.{min(self._left)}", "no rule knows this field")


def _peer(raw: object, path: str) -> int:
    fields = _Fields(raw, path)
    fields.take("mode", _word(("pct_of_graduate_rewards",)), "pct_of_graduate_rewards")
    fields.take("to", _word(("former_boss",)), "former_boss")
    fields.take("funded_by", _word(("platform",)), "platform")
    ppm = fields.take("pct", _ppm)
    fields.end()
    return ppm


def _help_fund(raw: object, path: str) -> int:
    fields = _Fields(raw, path)
    ppm = fields.take("pct", _ppm)
    fields.end()
    return ppm


def _repurchase(raw: object, path: str) -> Repurchase:
    fields = _Fields(raw, path)
    read = Repurchase(
        self_saving=fields.take("self_saving", _flag, False),
        team_differential=fields.take("team_differential", _flag, False),
    )
    fields.end()
    return read


def _payout(raw: object, path: str) -> Payout:
    fields = _Fields(raw, path)
    read = Payout(
        identity_check=fields.take("identity_check", _flag, False),
        tax_method=fields.take("tax_method", _one_of(TaxMethod), None),
        forced_purchase_ppm=fields.take("forced_purchase_pct", _ppm, 0),
    )
    fields.end()
    return read


def _welcome_pack(raw: object, path: str) -> WelcomePack:
    fields = _Fields(raw, path)
    read = WelcomePack(
        referrer=fields.take("referrer", _text, ""),
        referee=fields.take("referee", _text, ""),
        paid_in=fields.take("paid_in", _one_of(PaidIn), PaidIn.COUPON),
        cap_per_referrer=fields.take("cap_per_referrer", _whole(1, MAX_PACKS), None),
    )
    fields.end()
    return read


def _paid_in(raw: object, path: str) -> dict[Reward, PaidIn]:
    fields = _Fields(raw, path)
    read = {reward: fields.take(reward, _one_of(PaidIn), PaidIn.CASH) for reward in Reward}
    fields.end()
    return {reward: paid_in for reward, paid_in in read.items() if paid_in is not PaidIn.CASH}


def _tiers(raw: object, path: str) -> tuple[int, ...]:
    if not isinstance(raw, list) or len(raw) > rules.MAX_DECLARED_TIERS:
        raise refusals.PlanRefused(path, "must be a list of percentages")
    return tuple(_ppm(pct, f"{path}[{at}]") for at, pct in enumerate(raw))


def _copy(raw: object, path: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_TEXTS:
        raise refusals.PlanRefused(path, f"must be a list of at most {MAX_TEXTS} texts")
    return tuple(_text(text, f"{path}[{at}]") for at, text in enumerate(raw))


def _amount(raw: object, path: str) -> int:
    return _whole(0, rules.MAX_AMOUNT)(raw, path)


def _whole(least: int, most: int) -> Callable[[object, str], int]:
    def read(raw: object, path: str) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise refusals.PlanRefused(path, f"must be a whole number from {least} to {most}")
        return raw

    return read


def _ppm(raw: object, path: str) -> int:
    """A percentage with at most four decimals, as whole parts per million."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 100:
        raise refusals.PlanRefused(path, "must be a percentage from 0 to 100")
    ppm = Decimal(str(raw)) * PPM_PER_PCT
    if ppm != int(ppm):
        raise refusals.PlanRefused(path, "has more than four decimals")
    return int(ppm)


def _flag(raw: object, path: str) -> bool:
    if not isinstance(raw, bool):
        raise refusals.PlanRefused(path, "must be true or false")
    return raw


def _text(raw: object, path: str) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_TEXT:
        raise refusals.PlanRefused(path, f"must be a text of at most {MAX_TEXT} characters")
    if UNSTORABLE.search(raw):
        raise refusals.PlanRefused(path, "has a character that cannot be stored")
    return raw


def _word(known: tuple[str, ...]) -> Callable[[object, str], str]:
    def read(raw: object, path: str) -> str:
        if not isinstance(raw, str) or raw not in known:
            raise refusals.UnknownPlanValue(path, f"must be one of {', '.join(known)}")
        return raw

    return read


def _one_of(words: type[Word]) -> Callable[[object, str], Word]:
    read_word = _word(tuple(words))

    def read(raw: object, path: str) -> Word:
        return words(read_word(raw, path))

    return read
