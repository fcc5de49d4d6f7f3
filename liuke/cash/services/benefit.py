"""Cash as a kind of benefit: what rules and draws give through loyalty."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from liuke.cash.services import giving
from liuke.loyalty.models import RuleVersion
from liuke.loyalty.services.benefits import Gift
from liuke.loyalty.services.benefits.amounts import Amount


class Cash(Amount):
    """Money to the customer's WeChat wallet; amounts are fen. `details["reason"]` is what the customer reads."""

    code: ClassVar[str] = "cash"
    unit: ClassVar[str] = "fen"
    expires: ClassVar[bool] = False

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        reasons = _reasons(gifts)
        return giving.give(now=now, grants=[
            giving.Grant(customer_id=gift.customer_id, amount_fen=gift.amount, key=gift.key, source=gift.source,
                         origin=gift.key.split(":")[0].replace("award", "rule"), pending=gift.pending,
                         reason=reasons.get(gift.key) or _("现金红包"), cause=gift.cause) for gift in gifts])

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        giving.release(keys=[gift.key for gift in gifts], now=now)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        giving.take_back(of=gift.key, amount_fen=amount, key=key, now=now)


def _reasons(gifts: Sequence[Gift]) -> Mapping[str, str]:
    """What the details say, or the name of the rule."""
    told: dict[str, Any] = {gift.key: gift.details["reason"] for gift in gifts if "reason" in gift.details}
    versions = {gift.cause.plan_version for gift in gifts if gift.key not in told}
    rules = {int(each[5:].split(".")[0]) for each in versions if each.startswith("rule:")}
    names = dict(RuleVersion.objects.filter(rule_id__in=rules).values_list("rule_id", "rule__name"))
    for gift in gifts:
        if gift.key not in told and gift.cause.plan_version.startswith("rule:"):
            told[gift.key] = names.get(int(gift.cause.plan_version[5:].split(".")[0]), "")
    return told
