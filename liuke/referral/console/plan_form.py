"""The form of a plan: the usual figures in fields, everything else as JSON, packs and coupons by their names."""

import json
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.forms import offer_choices
from liuke.referral import words
from liuke.referral.guard import Profile
from liuke.referral.plan_reader import MAX_DAYS, MAX_PACKS
from liuke.referral.plans import PaidIn, TaxMethod
from liuke.referral.presets import preset
from liuke.referral.services import couponing, plans, promising

MAX_JSON = 20_000
TAXES = {TaxMethod.CUMULATIVE: gettext_lazy("按月累计预扣"), TaxMethod.PER_PAYMENT: gettext_lazy("按次预扣")}
USUAL = ("first_pct", "second_pct", "second_in", "days", "tax")       # of two levels


class PlanForm(forms.Form):
    """What is typed in a field goes before what the JSON says of it."""

    asked = USUAL                        # not optional for two levels, and not there for a chain

    name = forms.CharField(label=gettext_lazy("方案名称"), max_length=plans.NAME_CHARACTERS)
    profile = forms.ChoiceField(label=gettext_lazy("合规档案"), choices=[
        (Profile.CN, gettext_lazy("中国大陆")), (Profile.OTHER, gettext_lazy("其他法域（须律师签署）"))])
    first_pct = forms.DecimalField(label=gettext_lazy("推荐人得实付货款的（%）"), required=False, min_value=0,
                                   max_value=100, decimal_places=4)
    second_pct = forms.DecimalField(label=gettext_lazy("上一级得（%）"), required=False, min_value=0, max_value=100,
                                    decimal_places=4, help_text=gettext_lazy("写 0 就只有一级。"))
    second_in = forms.ChoiceField(label=gettext_lazy("上一级以什么支付"), required=False, choices=[
        (str(code), word) for code, word in words.PAID_IN.items()])
    coupon = forms.ChoiceField(label=gettext_lazy("用哪种优惠券"), required=False,
                               help_text=gettext_lazy("够一张的面额就发一张，不足的留到下一单。"))
    days = forms.IntegerField(label=gettext_lazy("签收后几天确认"), required=False, min_value=0, max_value=MAX_DAYS)
    tax = forms.ChoiceField(label=gettext_lazy("提现怎样扣税"), required=False, choices=list(TAXES.items()))
    referee_pack = forms.ChoiceField(label=gettext_lazy("送给新客的礼包"), required=False,
                                     help_text=gettext_lazy("确定推荐人时到账，每人一次。"))
    referrer_pack = forms.ChoiceField(label=gettext_lazy("送给推荐人的礼包"), required=False,
                                      help_text=gettext_lazy("新客首单过了退货期到账。"))
    pack_cap = forms.IntegerField(label=gettext_lazy("每位推荐人最多得到几个礼包"), required=False, initial=20,
                                  min_value=1, max_value=MAX_PACKS)
    entry = forms.CharField(label=gettext_lazy("入门商品编码"), required=False, max_length=60,
                            help_text=gettext_lazy("只有链动方案需要。"))
    terms = forms.CharField(label=gettext_lazy("方案内容（JSON）"), max_length=MAX_JSON, widget=forms.Textarea(
        attrs={"rows": 18, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy("上面填写的内容优先。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packs = [("", "—"), *((name, name) for name in promising.pack_names())]
        offer_choices(self, coupon=[("", "—"), *couponing.choices(at=timezone.now())], referee_pack=packs,
                      referrer_pack=packs)

    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in (*USUAL[:3], "coupon", *USUAL[3:])]

    @property
    def has_levels(self) -> bool:
        """Whether the plan that is typed pays by levels; anything else than a chain does."""
        return '"chain21"' not in str(self["terms"].value() or "")

    def plan(self) -> dict[str, Any] | None:
        """The plan as it was typed; None when the JSON is none, with the error beside it."""
        try:
            terms = json.loads(self.cleaned_data["terms"])
        except (ValueError, RecursionError) as error:
            self.add_error("terms", _("不是完整的 JSON：%(why)s") % {"why": error})
            return None
        if not isinstance(terms, dict):
            self.add_error("terms", _("方案内容须是一个 JSON 对象"))
            return None
        said = self.cleaned_data
        if isinstance(terms.get("tiers_pct"), list):
            terms |= self._levels(terms)
        if said["referrer_pack"] or said["referee_pack"]:
            terms["welcome_pack"] = {"referrer": said["referrer_pack"], "referee": said["referee_pack"],
                                     "paid_in": PaidIn.COUPON, "cap_per_referrer": said["pack_cap"]}
        return terms

    def _levels(self, terms: dict[str, Any]) -> dict[str, Any]:
        said, changed = self.cleaned_data, dict[str, Any]()
        typed, written = (said["first_pct"], said["second_pct"]), [*terms["tiers_pct"], 0, 0]
        if any(pct is not None for pct in typed):
            first, second = (float(pct) if pct is not None else written[at] for at, pct in enumerate(typed))
            changed["tiers_pct"] = [first, second] if second else [first]
        paid_in, payout = terms.get("paid_in") or {}, terms.get("payout") or {}
        if said["second_in"] and isinstance(paid_in, dict):                # what is none, the reader refuses
            changed["paid_in"] = {**paid_in, "tier2": said["second_in"]}
        if said["coupon"]:
            changed["coupon_template"] = int(said["coupon"])
        if said["days"] is not None:
            changed["confirm_after_days"] = said["days"]
        if said["tax"] and isinstance(payout, dict):
            changed["payout"] = {"identity_check": True, **payout, "tax_method": said["tax"]}
        return changed


def initial_of(name: str) -> dict[str, Any]:
    """What the form shows first of a preset."""
    terms = preset(name)
    levels, paid_in = [*terms.get("tiers_pct", ()), None, None], terms.get("paid_in", {})
    usual = {"first_pct": levels[0], "second_pct": levels[1], "second_in": paid_in.get("tier2", PaidIn.CASH),
             "days": terms["confirm_after_days"], "tax": terms["payout"]["tax_method"]}
    return {"name": words.PRESETS[name][0], "terms": json.dumps(terms, ensure_ascii=False, indent=2),
            **(usual if "tiers_pct" in terms else {})}
