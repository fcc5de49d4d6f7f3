"""Rules that Chinese law or the platforms forbid are refused with the clause they rest on. Not legal advice: counsel
signs what a brand may do. Codes are those of the guard's list; G15, on draws, is checked where draws are published.
"""

from dataclasses import dataclass
from enum import StrEnum

from liuke.kit.errors import Refused


class Code(StrEnum):
    G03 = "G03"                      # paid for joining or recruiting
    G15 = "G15"                      # a draw without prizes, odds, period, budget; or changed after it was published
    G16 = "G16"                      # paid for sharing
    G20 = "G20"                      # cash beyond what the channel allows
    G22 = "G22"                      # changed backwards or without notice


CLAUSES = {
    Code.G03: "禁止传销条例 第七条",
    Code.G15: "反不正当竞争法 有奖销售条款; 规范促销行为暂行规定",
    Code.G16: "微信外部链接内容管理规范: 诱导分享",
    Code.G20: "微信支付 现金红包: 单个 1 至 200 元",
    Code.G22: "电子商务法 第三十四条; 规范促销行为暂行规定",
}
SHARE_GATES = (
    "分享后", "转发后", "分享到朋友圈", "转发到朋友圈", "分享至", "转发至", "集赞", "好友助力",  # data, not words
)
SHARING = ("CardShared", "LinkShared", "PosterShared", "ContentShared")
JOINING = ("CustomerJoined", "ReferrerBound", "GroupJoined")
CASH = "cash"
CASH_FEN = (100, 20_000)             # of one bonus, as the channel takes it


class Against(Refused):
    """What is asked for is forbidden. `finding` names the code, the clause and the part of the rule."""

    code = "loyalty_guard"
    status = 422

    def __init__(self, finding: "Finding") -> None:
        super().__init__(f"{finding.code}: {finding.clause}")
        self.finding = finding


@dataclass(frozen=True)
class Finding:
    code: Code
    path: str                        # the part of the rule that is against it

    @property
    def clause(self) -> str:
        return CLAUSES[self.code]


def check_words(text: str, path: str) -> None:
    """Raises Against for what people are told, when it asks them to share first."""
    if any(word in text for word in SHARE_GATES):
        raise Against(Finding(Code.G16, path))


def check_fact(fact_kind: str) -> None:
    """Raises Against for something that nobody may be paid for, whether it is a fact here or not."""
    if fact_kind in SHARING:
        raise Against(Finding(Code.G16, "fact_kind"))


def check(
    *, fact_kind: str, benefit: str, beneficiary: str, bounds: tuple[int, int], capped: bool, early: bool,
    changes: bool, notice: str,
) -> None:
    """Raises Against for the first finding. `bounds`: what one award can come to, in the benefit's unit."""
    check_fact(fact_kind)
    if fact_kind in JOINING and (benefit == CASH or beneficiary == "referrer" or not capped):
        raise Against(Finding(Code.G03, "benefit" if benefit == CASH else "caps" if not capped else "beneficiary"))
    if benefit == CASH and not CASH_FEN[0] <= bounds[0] <= bounds[1] <= CASH_FEN[1]:
        raise Against(Finding(Code.G20, "amount"))
    if early:
        raise Against(Finding(Code.G22, "starts_at"))
    if changes and not notice.strip():
        raise Against(Finding(Code.G22, "notice"))
