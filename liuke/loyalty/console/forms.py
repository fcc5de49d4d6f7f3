"""The form of a rule: what staff type becomes terms, and a refusal goes beside the field that it is about."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from liuke.customers.queries.tags import all_tags
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.loyalty import words
from liuke.loyalty.models import RuleVersion
from liuke.loyalty.queries.fields import earning_kinds
from liuke.loyalty.queries.versions import budgets_of_rules
from liuke.loyalty.rules import guard
from liuke.loyalty.rules import terms as rules
from liuke.loyalty.rules.formula import BadFormula
from liuke.loyalty.rules.limits import DEFAULT_HOLD_OUT_BP, FORMULA_CHARACTERS, NAME_CHARACTERS, NOTICE_CHARACTERS
from liuke.loyalty.services import benefits
from liuke.mall.models import Category
from liuke.org import queries as org
from liuke.tiers.queries import ladder

MOST_CHOICES = 500
WHEN = "%Y-%m-%dT%H:%M"
FEN = 100
PERCENT = 100
ANY = "any"
CHOSEN = ("shop", "category", "segment", "tag", "tier")  # fields that are many of a list
CONDITIONS = (*CHOSEN, "least_yuan", "most_yuan", "first", "number_field", "number_least", "number_most")
TIMES = ("hold", "hold_days", "valid", "valid_length", "hold_out", "exclusive", "starts_at", "ends_at")
PLACES = {"caps": "cap_customer", "conditions": None, "amount_fen": "least_yuan", "starts_at": "starts_at",
          "hold_out_bp": "hold_out", "budget": "budget_id", "valid": "valid_length"}


def _when() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN)


def _many(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class RuleForm(forms.Form):
    """All terms of a rule. What is left empty is not asked of the fact."""

    asked = ("budget_id", "notice")      # not optional, though what asks for them is the rule and not the form
    costly = " ".join(code for code in words.BENEFITS if code != "growth")       # what comes out of a budget

    name = forms.CharField(label=_("规则名称"), max_length=NAME_CHARACTERS)
    fact_kind = forms.ChoiceField(label=_("客户做了什么"))
    beneficiary = forms.ChoiceField(label=_("奖励谁"), choices=list(words.BENEFICIARIES.items()))
    benefit = forms.ChoiceField(label=_("奖励什么"))
    amount = forms.CharField(
        label=_("奖励多少"), max_length=FORMULA_CHARACTERS, widget=forms.TextInput(attrs={"list": "amounts"}),
        help_text=_("写数字或算式。amount_fen 是实付商品金额，单位分：floor(amount_fen / 100) 就是每满 1 元得 1。"))
    budget_id = forms.ChoiceField(label=_("从哪个预算出"), required=False,
                                  help_text=_("预算用完就不再发放，由财务设置。"))
    least_yuan = forms.DecimalField(label=_("实付满（元）"), required=False, min_value=0, decimal_places=2)
    most_yuan = forms.DecimalField(label=_("实付不超过（元）"), required=False, min_value=0, decimal_places=2)
    first = forms.ChoiceField(label=_("是否首次"), required=False,
                              choices=[("", _("不限")), ("yes", _("只限首次")), ("no", _("首次除外"))])
    shop = _many(_("门店"))
    category = _many(_("类目"))
    segment = _many(_("分层"))
    tag = _many(_("标签"))
    tier = _many(_("会员等级"))
    number_field = forms.CharField(label=_("其他数值"), required=False, max_length=40,
                                   help_text=_("例如 quality（质量评分）或 growth（成长值）。"))
    number_least = forms.IntegerField(label=_("不低于"), required=False, min_value=0)
    number_most = forms.IntegerField(label=_("不高于"), required=False, min_value=0)
    hold = forms.ChoiceField(label=_("什么时候到账"), choices=list(words.HOLDS.items()))
    hold_days = forms.IntegerField(label=_("退货期或等待天数"), initial=7, min_value=0)
    valid = forms.ChoiceField(label=_("有效期"), choices=list(words.VALIDS.items()), initial=rules.YEAR_END)
    valid_length = forms.IntegerField(label=_("天数或年数"), initial=1, min_value=0)
    hold_out = forms.DecimalField(label=_("对照组（%）"), initial=DEFAULT_HOLD_OUT_BP / PERCENT, min_value=0,
                                  decimal_places=2,
                                  help_text=_("这部分客户不参加，用来比较规则有没有效果；名单固定不变。"))
    exclusive = forms.CharField(label=_("互斥组"), required=False, max_length=NAME_CHARACTERS,
                                help_text=_("同组的规则不会对同一件事重复奖励，条件必须互不重叠。"))
    starts_at = forms.DateTimeField(label=_("开始"), widget=_when(), input_formats=[WHEN])
    ends_at = forms.DateTimeField(label=_("结束"), required=False, widget=_when(), input_formats=[WHEN])
    notice = forms.CharField(label=_("告知客户的内容"), required=False, max_length=NOTICE_CHARACTERS,
                             help_text=_("更改规则时必填：客户会看到什么变了、从什么时候起。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for cap, word in words.CAPS.items():
            self.fields[f"cap_{cap}"] = forms.IntegerField(label=str(word), required=False, min_value=1)
        offer_choices(self, **_choices())
        for benefit in _with_kinds():
            label = str(words.WHICH.get(benefit.code, benefit.code))
            self.fields[f"detail_{benefit.code}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", "—"), *benefit.choices()])

    def details(self) -> list[tuple[str, Any]]:
        """Which coupon, which draw: one field for each kind of benefit that has kinds of its own, by its code."""
        return [(benefit.code, self[f"detail_{benefit.code}"]) for benefit in _with_kinds()]

    def folds(self) -> dict[str, bool]:
        """Which folded parts hold an error, and so stand open."""
        return {part: any(name in self.errors for name in names) for part, names in {
            "conditions": CONDITIONS, "caps": [f"cap_{cap}" for cap in words.CAPS], "times": TIMES}.items()}

    def caps(self) -> list[Any]:
        return [self[f"cap_{cap}"] for cap in words.CAPS]

    def terms(self) -> rules.Terms:
        """What was typed, unchecked."""
        said = self.cleaned_data
        return rules.Terms(
            fact_kind=said["fact_kind"], conditions=self._conditions(), beneficiary=said["beneficiary"],
            benefit=said["benefit"], details=self._details(), amount=said["amount"].strip(),
            caps={cap: said[f"cap_{cap}"] for cap in words.CAPS if said[f"cap_{cap}"]},
            budget_id=int(said["budget_id"]) if said["budget_id"] and said["benefit"] in self.costly.split() else None,
            hold=said["hold"], hold_days=0 if said["hold"] == rules.AT_ONCE else said["hold_days"],
            valid=said["valid"], valid_length=0 if said["valid"] == rules.NEVER else said["valid_length"],
            hold_out_bp=int(said["hold_out"] * PERCENT), exclusive=said["exclusive"].strip(),
            starts_at=said["starts_at"], ends_at=said["ends_at"], notice=said["notice"].strip(),
        )

    def _details(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get(f"detail_{self.cleaned_data['benefit']}")
        return {benefits.benefit_of(self.cleaned_data["benefit"]).detail: int(chosen)} if chosen else {}

    def _conditions(self) -> dict[str, dict[str, Any]]:
        said = self.cleaned_data
        bands = {"amount_fen": (_fen(said["least_yuan"]), _fen(said["most_yuan"]))}
        if said["number_field"]:
            bands[said["number_field"].strip()] = (said["number_least"], said["number_most"])
        found: dict[str, dict[str, Any]] = {}
        for name, (least, most) in bands.items():
            if band := {end: value for end, value in (("least", least), ("most", most)) if value is not None}:
                found[name] = band
        for name in CHOSEN:
            if said[name]:
                found[name] = {ANY: [int(each) if each.isdecimal() else each for each in said[name]]}
        if said["first"]:
            found["first"] = {"is": said["first"] == "yes"}
        return found

    def refuse(self, error: Refused) -> None:
        """Put the refusal beside the field that it is about."""
        about = getattr(error, "about", "")
        if isinstance(error, BadFormula):
            about = "amount"
        elif isinstance(error, guard.Against):
            about = error.finding.path
        elif isinstance(error, rules.NoBudget):
            about = "budget_id"
        elif isinstance(error, rules.Overlaps):
            about = "exclusive"
        elif isinstance(error, benefits.BadDetails):
            about = f"detail_{self.cleaned_data['benefit']}"
        about = PLACES.get(about, about) or ""
        if about not in self.fields:
            about = "number_field" if about == self.cleaned_data.get("number_field") and about else "name"
        self.add_error(about, words.refused(error))


def _with_kinds() -> list[benefits.Benefit]:
    return [benefit for benefit in map(benefits.benefit_of, benefits.codes()) if benefit.detail]


def _fen(value: Any) -> int | None:
    return None if value is None else int(value * FEN)


def _hundredth(value: int | None) -> Decimal | None:
    """Fen as yuan, basis points as percent, without a point where none is needed."""
    return None if value is None else Decimal(value) / 100


def _choices() -> dict[str, list[tuple[Any, Any]]]:
    return {
        "fact_kind": [(kind, words.fact(kind)) for kind in earning_kinds()],
        "benefit": [(code, words.BENEFITS.get(code, code)) for code in benefits.codes()],
        "budget_id": [("", "—"), *words.budget_choices(budgets_of_rules())],
        "shop": [(shop.pk, shop.name) for shop in org.shops()],
        "category": list(Category.objects.order_by("name", "pk").values_list("pk", "name")[:MOST_CHOICES]),
        "segment": list(words.SEGMENTS.items()),
        "tag": [(tag.pk, tag.name) for tag in all_tags()[:MOST_CHOICES]],
        "tier": ladder(),
    }


@dataclass(frozen=True)
class _Band:
    least: Any = None
    most: Any = None


def initial_of(version: RuleVersion | None, *, now: datetime) -> dict[str, Any]:
    """What the form shows first: nothing but sensible defaults, or the version that is about to be changed."""
    start = timezone.localtime(now)
    if version is None:
        return {"starts_at": start, "fact_kind": "OrderPaid", "amount": "floor(amount_fen / 100)"}
    same = ("fact_kind", "beneficiary", "benefit", "amount", "budget_id", "hold", "hold_days", "valid", "valid_length",
            "exclusive")
    conditions = dict(version.conditions)
    money = _Band(**conditions.pop("amount_fen", {}))
    first = conditions.pop("first", None)
    chosen = {name: conditions.pop(name)[ANY] for name in CHOSEN if name in conditions}
    other: str = next(iter(conditions), "")
    rest = conditions.get(other, {})
    return {
        **{name: getattr(version, name) for name in same}, "name": version.rule.name, **chosen,
        "least_yuan": _hundredth(money.least), "most_yuan": _hundredth(money.most),
        "first": "" if first is None else "yes" if first["is"] else "no",
        "number_field": other, "number_least": rest.get("least"), "number_most": rest.get("most"),
        "hold_out": _hundredth(version.hold_out_bp), "starts_at": start,
        "ends_at": version.ends_at and timezone.localtime(version.ends_at),
        f"detail_{version.benefit}": next(iter(version.details.values()), ""),
        **{f"cap_{cap}": limit for cap, limit in version.caps.items()},
    }
