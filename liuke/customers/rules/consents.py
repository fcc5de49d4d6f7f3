"""What a customer may allow or refuse, and what two records that become one person allow together."""

from typing import NamedTuple

from liuke.kit.errors import BadInput

CHANNELS = {
    "wecom": "企业微信", "wechat": "微信服务号", "mini_program": "小程序订阅消息", "sms": "短信", "email": "邮件",
    "phone": "电话", "inbox": "站内信",
}
MARKETING, SURVEY, SERVICE = "marketing", "survey", "service"
PURPOSES = {MARKETING: "营销推荐", SURVEY: "回访调研", SERVICE: "服务通知"}

GIVEN, WITHDRAWN, CLEARED = "given", "withdrawn", "cleared"      # cleared: as if nothing had been said
STATES = (GIVEN, WITHDRAWN, CLEARED)

VERSION_CHARACTERS, BODY_CHARACTERS, SOURCE_CHARACTERS = 40, 20_000, 40


class Subject(NamedTuple):
    """What a statement is about."""

    channel: str
    purpose: str


def check(channel: str, purpose: str) -> Subject:
    """Raises BadInput for a channel or purpose nobody knows."""
    if channel not in CHANNELS or purpose not in PURPOSES:
        raise BadInput(f"there is no consent for {purpose!r} on {channel!r}")
    return Subject(channel, purpose)


def together(one: str, other: str) -> str:
    """The state after a merge: a refusal on either record wins; else what either has allowed is allowed."""
    for state in (WITHDRAWN, GIVEN):
        if state in (one, other):
            return state
    return CLEARED
