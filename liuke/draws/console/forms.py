"""The form of a draw and its prizes: what staff type becomes a promise, and a refusal goes beside its field."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from liuke.customers.queries.tags import all_tags
from liuke.draws import words
from liuke.draws.models import Draw
from liuke.draws.queries.terms import promise_of
from liuke.draws.rules import odds
from liuke.draws.rules.limits import (
    CONTACT_CHARACTERS,
    MAX_PRIZES,
    NAME_CHARACTERS,
    PRIZE_CHARACTERS,
    TEXT_CHARACTERS,
)
from liuke.draws.rules.promise import CASH, COUPON, GIFT, NOTHING, UNITS, Prize, Promise
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.kit.money import decimal
from liuke.loyalty import words as loyalty
from liuke.loyalty.queries.versions import budgets_of_rules
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.services import benefits

WHEN = "%Y-%m-%dT%H:%M"
FEN = 100
EMPTY_ROWS = 6
AUDIENCE = ("tag", "segment")
PRIZE_FIELDS = {"prize_name": "name", "kind": "kind", "count": "count", "amount": "amount", "odds": "odds",
                "value_fen": "value", "fallback": "fallback", "nothing": "kind"}


def _when(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[WHEN])


class DrawForm(forms.Form):
    """All terms of a draw but its prizes."""

    asked = ("rules", "contact")         # a draft may be without, a published draw may not

    name = forms.CharField(label=_("抽奖名称"), max_length=NAME_CHARACTERS)
    look = forms.ChoiceField(label=_("样式"), choices=list(words.LOOKS.items()))
    opens_at = _when(_("开始"))
    closes_at = _when(_("结束"))
    free_a_day = forms.IntegerField(label=_("每天免费次数"), initial=1, min_value=0)
    most_a_day = forms.IntegerField(label=_("每人每天最多"), initial=0, min_value=0, help_text=_("0 表示不限"))
    most = forms.IntegerField(label=_("每人一共最多"), initial=0, min_value=0, help_text=_("0 表示不限"))
    points_budget = forms.ChoiceField(label=_("积分奖品从哪个预算出"), required=False)
    cash_budget = forms.ChoiceField(label=_("红包奖品从哪个预算出"), required=False)
    tag = forms.MultipleChoiceField(label=_("只限这些标签"), required=False,
                                    widget=forms.CheckboxSelectMultiple)
    segment = forms.MultipleChoiceField(label=_("只限这些分层"), required=False,
                                        widget=forms.CheckboxSelectMultiple)
    rules = forms.CharField(label=_("活动规则"), max_length=TEXT_CHARACTERS, required=False,
                            widget=forms.Textarea(attrs={"rows": 5}),
                            help_text=_("参加方式、兑奖时间和方式、弃奖条件。公示后不能更改。"))
    contact = forms.CharField(label=_("主办方及联系方式"), max_length=CONTACT_CHARACTERS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        budgets = {name: [("", "—"), *loyalty.budget_choices(budgets_of_rules().filter(unit=unit))]
                   for name, unit in (("points_budget", "points"), ("cash_budget", "fen"))}
        tags = [(tag.pk, tag.name) for tag in all_tags()[:500]]
        offer_choices(self, **budgets, tag=tags, segment=loyalty.SEGMENTS.items())

    def promise(self, prizes: list[Prize]) -> Promise:
        """What was typed, unchecked."""
        said = self.cleaned_data
        budgets = {unit: int(said[name]) for name, unit in (("points_budget", "points"), ("cash_budget", "fen"))
                   if said[name] and unit in {UNITS.get(prize.kind) for prize in prizes}}
        chosen = {name: said[name] for name in AUDIENCE if said[name]}
        return Promise(
            **{name: said[name] for name in ("look", "opens_at", "closes_at", "free_a_day", "most_a_day", "most")},
            name=said["name"].strip(), rules=said["rules"].strip(), contact=said["contact"].strip(), budgets=budgets,
            audience={name: {"any": [int(each) if each.isdecimal() else each for each in many]}
                      for name, many in chosen.items()},
            prizes=prizes,
        )


class PrizeForm(forms.Form):
    """One line of the prizes; an empty name leaves the line out."""

    name = forms.CharField(label=_("奖品"), required=False, max_length=PRIZE_CHARACTERS)
    kind = forms.ChoiceField(label=_("类型"), choices=list(words.KINDS.items()))
    which = forms.ChoiceField(label=_("哪一种"), required=False)
    amount = forms.DecimalField(label=_("数额"), required=False, min_value=0, decimal_places=2)
    count = forms.IntegerField(label=_("数量"), required=False, min_value=0)
    odds = forms.CharField(label=_("概率"), required=False, max_length=24)
    value = forms.DecimalField(label=_("价值（元）"), required=False, min_value=0, decimal_places=2)
    fallback = forms.IntegerField(label=_("发完改为第几行"), required=False, min_value=1, max_value=MAX_PRIZES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [code for code in (COUPON, GIFT) if code in benefits.codes()]
        offer_choices(self, which=[
            ("", "—"),
            *((f"{code}:{pk}", called) for code in kinds for pk, called in benefits.benefit_of(code).choices())])

    def prize(self, position: int, nothing: int | None) -> Prize:
        """What was typed, unchecked but for the odds. Raises BadOdds."""
        said = self.cleaned_data
        kind, amount = said["kind"], said["amount"] or Decimal(0)
        if kind == NOTHING:
            return Prize(position=position, name=said["name"].strip(), kind=kind, odds=odds.read(said["odds"]))
        code, _sign, pk = said["which"].partition(":")
        details = {benefits.benefit_of(kind).detail: int(pk)} if code == kind and pk else {}
        return Prize(
            position=position, name=said["name"].strip(), kind=kind, odds=odds.read(said["odds"]), details=details,
            amount=int(amount * FEN) if kind == CASH else int(amount) or (1 if kind in (COUPON, GIFT) else 0),
            count=said["count"] or 0, value_fen=int((said["value"] or 0) * FEN), fallback=said["fallback"] or nothing,
        )


PrizeFormSet = forms.formset_factory(PrizeForm, extra=0, max_num=MAX_PRIZES)


def prizes_of(forms_set: Any) -> list[Prize]:
    """The prizes as they were typed, by line. Raises BadOdds, which it puts beside its field."""
    lines = [(at, form) for at, form in enumerate(forms_set.forms, start=1)
             if (form.cleaned_data.get("name") or "").strip()]
    nothing = next((at for at, form in lines if form.cleaned_data["kind"] == NOTHING), None)
    found = []
    for at, form in lines:
        try:
            found.append(form.prize(at, nothing))
        except odds.BadOdds as error:
            form.add_error("odds", words.refused(error))
            raise
    return found


def refuse(error: Refused, form: DrawForm, lines: Any) -> None:
    """Put the refusal beside the field that it is about."""
    said = words.refused(error)
    about = error.finding.path if isinstance(error, Against) else getattr(error, "about", "")
    position = getattr(error, "position", 0)
    if isinstance(error, odds.BadOdds):
        return
    if position and 0 < position <= len(lines.forms):
        lines.forms[position - 1].add_error(PRIZE_FIELDS.get(about, "name"), said)
    elif about in form.fields:
        form.add_error(about, said)
    else:
        form.add_error(None, said)


def initial_of(draw: Draw | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the forms show first: an example that sums to one, or the draft that is about to be changed."""
    if draw is None:
        rows = [{"name": "", "kind": "points"} for _row in range(EMPTY_ROWS - 1)]
        return {}, [*rows, {"name": str(_("谢谢参与")), "kind": NOTHING, "odds": ""}]
    promise = promise_of(draw)
    said = {name: getattr(promise, name) for name in (
        "name", "look", "free_a_day", "most_a_day", "most", "rules", "contact")}
    chosen = {name: promise.audience[name]["any"] for name in AUDIENCE if name in promise.audience}
    lines: list[dict[str, Any]] = [{
        "name": prize.name, "kind": prize.kind, "odds": odds.told(prize.odds), "count": prize.count,
        "amount": decimal(prize.amount) if prize.kind == CASH else prize.amount or None,
        "value": decimal(prize.value_fen) if prize.value_fen and prize.kind != CASH else None,
        "fallback": prize.fallback,
        "which": next((f"{prize.kind}:{pk}" for pk in prize.details.values()), ""),
    } for prize in promise.prizes]
    lines += [{"name": "", "kind": "points"} for _row in range(min(3, MAX_PRIZES - len(lines)))]
    return {**said, **chosen, "points_budget": promise.budgets.get("points"), "cash_budget": promise.budgets.get("fen"),
            "opens_at": timezone.localtime(promise.opens_at), "closes_at": timezone.localtime(promise.closes_at)}, lines
