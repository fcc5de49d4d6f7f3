"""What a customer's words say about a ticket: its kind, whether it is dangerous, how urgent. Pure: words in, words out.

Stands beside `rules.py` because it is a table of words and the matrix over it. Words of danger are rules and win over
everything else; a kind is named only when one kind clearly leads, otherwise it stays open and a person says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class TicketKind(StrEnum):
    """What a ticket is about. Tags are free; kinds are fixed, for policies and comparisons hang on them."""

    QUALITY = "quality"
    LOGISTICS = "logistics"
    USAGE = "usage"
    RETURN = "return"                # return or exchange
    REPAIR = "repair"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    MENTION = "mention"              # somebody in a group named us


class Risk(StrEnum):
    SAFETY = "safety"
    LEGAL = "legal"
    MEDIA = "media"


class Severity(IntEnum):
    """How bad it is for the customer."""

    LOW = 1
    MIDDLE = 2
    HIGH = 3
    DANGER = 4


class Priority(IntEnum):
    """In which order we work; 1 comes first."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


VIP, PLAIN = "vip", "plain"
TIERS = (VIP, PLAIN)

RISKS: Mapping[Risk, tuple[str, ...]] = {
    Risk.SAFETY: (
        "过敏", "红疹", "起疹", "皮疹", "烫伤", "烧伤", "受伤", "摔伤", "磕破", "划伤", "割伤", "夹伤", "流血", "出血",
        "窒息", "噎", "中毒", "呕吐", "送医", "急诊", "住院", "着火", "起火", "冒烟", "爆炸", "炸了", "漏电", "触电",
        "自燃", "碎玻璃", "异物", "针头", "吞下", "误食", "孩子受", "宝宝受", "allergy", "allergic", "injur", "burn",
        "on fire", "caught fire", "catch fire", "catches fire", "catching fire", "in flames", "smoke", "explod", "chok",
        "electric shock", "poison", "hospital",
    ),
    Risk.LEGAL: (
        "律师", "起诉", "法院", "12315", "消协", "工商局", "市场监管", "报警", "lawyer", "lawsuit", "sue you",
    ),
    Risk.MEDIA: (
        "记者", "曝光", "媒体", "上热搜", "发微博", "发小红书", "发抖音", "journalist", "newspaper",
    ),
}

# a word for a child and one for harm near it in one sentence; neither says anything alone. Shops call their
# goods 宝贝 too, and what is a child's may fall without the child
CHILDREN = (
    "孩子|小孩|宝宝|(?:我家|家里|我们家|我的|小)宝贝|婴儿|儿子|女儿|娃|child|children|kid|kids|baby|babies|toddler|son|"
    "daughter"
)
HARMS = (
    "摔倒|摔下|摔了|摔到|磕到|磕了|碰伤|烫到|烫了|划到|割到|夹到|夹住|夹了手|扎到|扎了|卡住|卡喉|呛到|呛了|吐了|"
    "肿了|发烧|喊疼|hurt|fell off|fell down|fell out|fell over|cut himself|cut herself|bleeding|bruised|swallowed|"
    "a rash|got sick"
)
_BETWEEN = r"[^。！？!?.\n]{0,24}?"
_CHILDS_FELL = rf"(?:'s| (?:seat|chair|bed|gate|bottle|car|bike|table|toy|stroller)){_BETWEEN}fell"
_CHILD_HURT = re.compile(
    rf"(?<![a-z])(?:(?P<child>{CHILDREN})(?![a-z]|{_CHILDS_FELL}){_BETWEEN}(?<![a-z])(?P<harm>{HARMS})(?![a-z])"
    rf"|(?P<harm_first>hurt|injured|cut|burned)(?: my| our| the| a)? (?P<child_last>{CHILDREN})(?![a-z]))")
_A_FIRE = re.compile(
    r"(?<![a-z])(?:a|the) fire(?![a-z])"
    r"(?! (?:pit|place|sale|extinguisher|truck|engine|alarm|station|stick|tv|door|tablet|hydrant))")

KINDS: Mapping[TicketKind, tuple[str, ...]] = {
    TicketKind.QUALITY: (
        "质量", "坏了", "破了", "破损", "裂", "漏", "掉色", "开线", "瑕疵", "次品", "发霉", "变质", "过期", "有味",
        "defect", "broken", "quality",
    ),
    TicketKind.LOGISTICS: (
        "快递", "物流", "发货", "没收到", "还没到", "包裹", "派送", "运单", "签收", "催单", "少发", "漏发", "parcel",
        "delivery", "shipping", "tracking",
    ),
    TicketKind.USAGE: (
        "怎么用", "如何使用", "怎么装", "怎么安装", "怎么洗", "说明书", "教程", "用法", "怎么连", "怎么设置", "尺码",
        "how to", "how do i", "manual",
    ),
    TicketKind.RETURN: (
        "退货", "退款", "换货", "退换", "想退", "要退", "换一个", "换个尺码", "return", "refund", "exchange",
    ),
    TicketKind.REPAIR: (
        "维修", "修一下", "返修", "保修", "寄修", "不工作", "开不了机", "不通电", "repair", "warranty",
    ),
    TicketKind.COMPLAINT: (
        "投诉", "差评", "态度", "欺骗", "骗人", "垃圾", "太差", "失望", "气死", "complain", "terrible",
    ),
    TicketKind.SUGGESTION: (
        "建议", "希望你们", "能不能出", "要是能", "改进", "suggest", "it would be nice",
    ),
}

SEVERITY_OF: Mapping[str, Severity] = {
    TicketKind.QUALITY: Severity.HIGH, TicketKind.COMPLAINT: Severity.HIGH, TicketKind.RETURN: Severity.MIDDLE,
    TicketKind.REPAIR: Severity.MIDDLE, TicketKind.LOGISTICS: Severity.MIDDLE, TicketKind.MENTION: Severity.MIDDLE,
    TicketKind.USAGE: Severity.LOW, TicketKind.SUGGESTION: Severity.LOW,
}
MATRIX: Mapping[tuple[Severity, str], Priority] = {
    (Severity.DANGER, VIP): Priority.URGENT, (Severity.DANGER, PLAIN): Priority.URGENT,
    (Severity.HIGH, VIP): Priority.URGENT, (Severity.HIGH, PLAIN): Priority.HIGH,
    (Severity.MIDDLE, VIP): Priority.HIGH, (Severity.MIDDLE, PLAIN): Priority.NORMAL,
    (Severity.LOW, VIP): Priority.NORMAL, (Severity.LOW, PLAIN): Priority.LOW,
}
THANKS = re.compile(
    r"(好的?|嗯|行|收到|知道了|明白了?|太好了|谢谢(您|你|啦|了)?|多谢|感谢(您|你)?|辛苦了?|ok|thanks?( you)?"
    r"|👍|🙏|😊|[\s,，.。!！~～])+", re.IGNORECASE)
LONGEST_THANKS = 30


@dataclass(frozen=True, slots=True)
class Judgement:
    """`kind` is empty when no kind clearly leads; `word` is what gave the danger away."""

    kind: TicketKind | None
    risk: Risk | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A priority and why: safety:过敏, or high+vip."""

    severity: Severity
    priority: Priority
    why: str


def judged(text: str) -> Judgement:
    """What the words say; the same words always say the same."""
    lowered = text.lower()
    risk, word = _danger(lowered)
    hits = {kind: sum(word in lowered for word in words) for kind, words in KINDS.items()}
    most = max(hits.values())
    leading = [kind for kind, count in hits.items() if count == most]
    return Judgement(leading[0] if most and len(leading) == 1 else None, risk, word)


def _danger(lowered: str) -> tuple[Risk | None, str]:
    """The first risk that the words name, and by which word of ours; safety goes before the others."""
    said = {risk: next((word for word in words if word in lowered), "") for risk, words in RISKS.items()}
    if not said[Risk.SAFETY]:
        if hurt := _CHILD_HURT.search(lowered):
            said[Risk.SAFETY] = " ".join(filter(None, hurt.groups()))
        elif _A_FIRE.search(lowered):
            said[Risk.SAFETY] = "fire"
    return next(((risk, word) for risk, word in said.items() if word), (None, ""))


def ranked(*, kind: str, tier: str, risk: str = "", word: str = "") -> Ranked:
    """Severity by kind, priority by severity and tier. Danger, law and press are urgent for everybody."""
    if risk:
        return Ranked(Severity.DANGER, Priority.URGENT, f"{risk}:{word}")
    severity = SEVERITY_OF.get(kind, Severity.MIDDLE)
    return Ranked(severity, MATRIX[severity, tier], f"{severity.name.lower()}+{tier}")


def only_thanks(text: str) -> bool:
    """Whether nothing but thanks was said: that is owed no answer and opens nothing again."""
    return 0 < len(text.strip()) <= LONGEST_THANKS and THANKS.fullmatch(text.strip()) is not None
