"""The form of a plan: a row for each tier, and how long what was reached is kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.errors import Refused
from liuke.tiers.rules import (
    FOREVER,
    MAX_EARLY_HOURS,
    MAX_GRACE_DAYS,
    MAX_MONTHS,
    MAX_RETURN_DAYS,
    MAX_THRESHOLD,
    MAX_TIERS,
    MONTHS,
    NAME_CHARACTERS,
    NOTICE_CHARACTERS,
    YEAR,
    BadPlan,
    Level,
    Plan,
)

BLANK = 2                                # empty rows to type in
PERIODS: dict[str, Promise] = {
    YEAR: gettext_lazy("按自然年：当年达到的等级保留到次年年底"),
    MONTHS: gettext_lazy("按月数：从达到之日起保留若干个月"),
    FOREVER: gettext_lazy("永久：达到后不因时间降级"),
}
SAID: dict[str, Promise] = {
    "tiers": gettext_lazy("至少写一个等级，最多 %(most)s 个"),
    "code": gettext_lazy("用小写字母开头，不能重复；最低级不能换代码"),
    "name": gettext_lazy("请写名称，不能重复"), "threshold": gettext_lazy("最低级从 0 开始，往上逐级增加"),
    "starts_on": gettext_lazy("从今天或以后开始"), "notice": gettext_lazy("请写明告知客户的内容（G22）"),
    "months": gettext_lazy("1 到 %(months)s 个月"), "grace_days": gettext_lazy("0 到 %(grace)s 天"),
}


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


class PlanForm(forms.Form):
    """All but the tiers themselves."""

    asked = ("months", "notice")

    period = forms.ChoiceField(label=gettext_lazy("有效期"), choices=list(PERIODS.items()))
    months = forms.IntegerField(label=gettext_lazy("几个月"), required=False, min_value=1, max_value=MAX_MONTHS)
    grace_days = forms.IntegerField(label=gettext_lazy("宽限（天）"), required=False, min_value=0,
                                    max_value=MAX_GRACE_DAYS,
                                    help_text=gettext_lazy("到期后再保留这么多天，客户还来得及补上。"))
    starts_on = forms.DateField(label=gettext_lazy("从哪天起"),
                                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    notice = forms.CharField(label=gettext_lazy("告知客户的内容"), required=False, max_length=NOTICE_CHARACTERS,
                             widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=gettext_lazy("更改方案要写。已经达到的等级按当时的门槛保留到期。"))


class LevelForm(forms.Form):
    """One tier; a row without code and name is left out."""

    code = forms.CharField(label=gettext_lazy("代码"), required=False, max_length=20)
    name = forms.CharField(label=gettext_lazy("名称"), required=False, max_length=NAME_CHARACTERS)
    threshold = _number(gettext_lazy("成长值满"), MAX_THRESHOLD)
    early_hours = _number(gettext_lazy("提前购（小时）"), MAX_EARLY_HOURS)
    return_days = _number(gettext_lazy("退换延长（天）"), MAX_RETURN_DAYS)
    free_freight = forms.BooleanField(label=gettext_lazy("免运费"), required=False)
    priority = forms.BooleanField(label=gettext_lazy("服务优先"), required=False)
    own_agent = forms.BooleanField(label=gettext_lazy("专属客服"), required=False)
    birthday = forms.BooleanField(label=gettext_lazy("生日礼"), required=False)

    def filled(self) -> bool:
        return bool(self.cleaned_data.get("code") or self.cleaned_data.get("name"))

    def level(self) -> Level:
        said = {name: value for name, value in self.cleaned_data.items() if value is not None}
        said["priority"] = int(said["priority"])
        said["code"], said["name"] = said["code"].strip(), said["name"].strip()
        return Level(**said)


class Filled:
    """The form of a plan with its rows: as it is shown, and as it was sent."""

    def __init__(self, data: Mapping[str, Any] | None, plan: Plan | None, today: date) -> None:
        self.terms = PlanForm(data, initial=_terms_of(plan, today))
        known = [{**vars(level), "priority": level.priority > 0} for level in plan.levels] if plan else _first()
        count = min(MAX_TIERS, len(known) + BLANK) if data is None else MAX_TIERS
        self.rows = [LevelForm(data, initial=known[at] if at < len(known) else {}, prefix=f"t{at}")
                     for at in range(count) if data is None or f"t{at}-code" in data]

    def is_valid(self) -> bool:
        return all([self.terms.is_valid(), *[row.is_valid() for row in self.rows]])

    def plan(self) -> Plan:
        said = self.terms.cleaned_data
        levels = tuple(row.level() for row in self.rows if row.filled())
        return Plan(levels=tuple(sorted(levels, key=lambda level: level.threshold)), period=said["period"],
                    months=said["months"] or 12, grace_days=said["grace_days"] or 0, starts_on=said["starts_on"],
                    notice=said["notice"].strip())

    def refuse(self, error: Refused) -> None:
        """Put the refusal beside what it is about."""
        about, row = getattr(error, "about", ""), getattr(error, "row", None)
        said = str(SAID.get(about, _("请检查这一项")))
        said %= {"most": MAX_TIERS, "months": MAX_MONTHS, "grace": MAX_GRACE_DAYS}
        if row is not None and isinstance(error, BadPlan):
            mine = sorted((each for each in self.rows if each.filled()), key=lambda each: each.level().threshold)
            mine[row].add_error(about if about in mine[row].fields else "code", said)
        else:
            self.terms.add_error(about if about in self.terms.fields else "period", said)

    @property
    def errors(self) -> bool:
        return bool(self.terms.errors or any(row.errors for row in self.rows))


def _terms_of(plan: Plan | None, today: date) -> dict[str, Any]:
    if plan is None:
        return {"period": YEAR, "months": 12, "grace_days": 30, "starts_on": today}
    return {"period": plan.period, "months": plan.months or 12, "grace_days": plan.grace_days,
            "starts_on": max(today, plan.starts_on)}


def _first() -> list[dict[str, Any]]:
    """What an empty form suggests."""
    return [{"code": "member", "name": _("会员"), "threshold": 0},
            {"code": "silver", "name": _("银卡"), "threshold": 1000},
            {"code": "gold", "name": _("金卡"), "threshold": 3000}]
