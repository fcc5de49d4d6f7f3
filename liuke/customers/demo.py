"""The words that customers of the demo brand agree to; not part of the usual file set, like `org/demo.py`."""

from datetime import datetime

from liuke.customers.rules.consents import MARKETING, SERVICE, SURVEY
from liuke.customers.services.consents import publish_text

MARKETING_WORDS = """我同意小满家通过我选择的方式向我发送新品、优惠和会员活动。
每月不超过八次，晚上九点到早上九点不打扰。
我可以随时在“我的-消息设置”里取消，或告诉店员取消，取消立即生效。"""
CALLS_WORDS = "我同意小满家的店员打电话向我介绍新品和优惠，每月最多一次，我可以随时拒绝。"
SURVEY_WORDS = """我同意小满家在我购买后回访，问我用得好不好。
回答只用于改进产品和服务，我可以不答，也可以随时取消。"""
SERVICE_WORDS = "小满家会告诉我订单、物流和售后的进展。这类通知不含广告，我可以随时关闭。"

TEXTS = (
    ("marketing-1", MARKETING, "", MARKETING_WORDS),
    ("marketing-phone-1", MARKETING, "phone", CALLS_WORDS),
    ("survey-1", SURVEY, "", SURVEY_WORDS),
    ("service-1", SERVICE, "", SERVICE_WORDS),
)


def seed(*, now: datetime) -> None:
    """Publish them; again is nothing. Needs a transaction."""
    for version, purpose, channel, body in TEXTS:
        publish_text(version=version, purpose=purpose, channel=channel, body=body, now=now)
