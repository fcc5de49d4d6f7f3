"""Forms of coupons: what staff type becomes terms or a plan, and a refusal goes beside the field that it is about."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from liuke.coupons import words as coupon_words
from liuke.coupons.models import Version
from liuke.coupons.queries.templates import terms_of
from liuke.coupons.rules.limits import CLASS_CHARACTERS, MAX_SCOPE, NAME_CHARACTERS, WORDS_CHARACTERS
from liuke.coupons.rules.states import BatchKind
from liuke.coupons.rules.terms import Kind, Refund, Terms
from liuke.coupons.services import Plan
from liuke.customers.queries.tags import all_tags
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.loyalty import words
from liuke.loyalty.models import Budget
from liuke.loyalty.queries.audiences import EVERYBODY
from liuke.loyalty.rules.limits import DEFAULT_HOLD_OUT_BP
from liuke.mall.models import Category, Product, Sku
from liuke.mall.queries.tiers import programme
from liuke.org import queries as org

MOST_CHOICES, FEN, PERCENT = 500, 100, 100
MOST_TYPED, TOLD, CUT = 100_000, 10, 200             # characters of product codes; unknown ones that are named
WHEN = "%Y-%m-%dT%H:%M"
PLACES = {"off_fen": "off", "off_bp": "percent", "ceiling_fen": "ceiling", "least_fen": "least", "sku_id": "sku",
          "budget": "budget_id", "hold_out_bp": "hold_out", "products": "product", "not_products": "not_product",
          "categories": "category", "shops": "shop", "audiences": "audience"}
SCOPE = ("category", "product", "not_product", "shop", "audience", "full_price", "first_order")
TOGETHER = ("exclusive", "alone", "priority", "refund")
REFUSED = {
    "coupon_no_budget": _("请选择一个以元计的预算；没有预算的优惠券不能保存。"),
    "coupon_template_name": _("已有同名的优惠券。"), "coupon_code_taken": _("这个码已被使用，请换一个。"),
    "coupon_terms": _("请检查这一项：留空、超出范围，或与其他项矛盾。"),
}
ABOUT: dict[str, Any] = {                            # what is said beside a field whose value does not fit
    "off": _("请填写减多少元，大于 0。"), "percent": _("请填写 1 到 100 之间的百分数。"),
    "ceiling": _("请填写一张券最多优惠多少元，预算按它留出。"), "days": _("请填写有效天数，或在下面填写结束时间。"),
    "ends_at": _("结束要晚于现在和开始。"), "sku": _("请填写要兑换的商品的 SKU 编码。"),
    "pieces": _("请填写兑换几件，大于 0。"), "not_product": _("同一个商品不能既适用又不适用。"),
    "exclusive": _("选了“不与任何券同用”就不用写互斥组。"), "priority": _("请填写 0 到 1,000 之间的整数。"),
    "code": _("券码是 4 到 20 个字母、数字或汉字。"), "count": _("请填写要多少个券码，大于 0。"),
    "total": _("总量要大于 0，不限就留空。"), "per_customer": _("请填写每人最多几张，1 到 100。"),
    "audience": _("请选择发给谁。"), "hold_out": _("请填写小于 100 的百分数。"),
    "closes_at": _("请填写结束领取，要晚于现在和开始领取。"),
}


def _when(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[WHEN], required=False, **more)


def _many(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class Products(forms.CharField):
    """Product codes, one in a line or with commas between, as ids: one field, however many products a brand has."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or not value:
            return value
        return "\n".join(Product.objects.filter(pk__in=value).order_by("code").values_list("code", flat=True))

    def clean(self, value: Any) -> tuple[int, ...]:
        codes = set(super().clean(value).replace(",", " ").replace("，", " ").split())
        if len(codes) > MAX_SCOPE:
            raise forms.ValidationError(str(_("一张券最多写 %(most)s 个商品，更多请按类目选。")) % {"most": MAX_SCOPE})
        found = dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))
        if missing := sorted(codes - found.keys()):
            named = " ".join(missing[:TOLD])[:CUT]
            raise forms.ValidationError(str(_("没有这些商品编号：%(codes)s")) % {"codes": named})
        return tuple(sorted(found.values()))


def _products(label: Any) -> Products:
    return Products(label=label, required=False, max_length=MOST_TYPED,
                    help_text=_("每行一个商品编号，可以从表格里粘贴。"))


def _money(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, decimal_places=2, max_digits=12, **more)


class _Refusing(forms.Form):
    def refuse(self, error: Refused) -> None:
        """Put the refusal beside the field that it is about."""
        about = PLACES.get(getattr(error, "about", ""), getattr(error, "about", ""))
        default = "code" if error.code == "coupon_code_taken" else "name"
        about = about if about in self.fields else default
        said = ABOUT.get(about) if error.code == "coupon_terms" else None
        self.add_error(about, str(said or REFUSED.get(error.code, error.message)))


class TemplateForm(_Refusing):
    """All terms of a template."""

    asked = ("off", "percent", "ceiling", "sku", "pieces", "budget_id")       # by its kind, not by the form

    name = forms.CharField(label=_("优惠券名称"), max_length=NAME_CHARACTERS)
    words = forms.CharField(label=_("使用说明"), required=False, max_length=WORDS_CHARACTERS,
                            widget=forms.Textarea(attrs={"rows": 2}), help_text=_("客户会看到。"))
    kind = forms.ChoiceField(label=_("优惠方式"), choices=list(coupon_words.KINDS.items()))
    off = _money(_("减多少元"))
    percent = forms.DecimalField(label=_("减百分之几"), required=False, decimal_places=2, max_digits=5,
                                 help_text=_("八折写 20。"))
    ceiling = _money(_("最多优惠（元）"))
    least = _money(_("满多少可用（元）"), help_text=_("按适用商品的售价算，留空为无门槛。"))
    budget_id = forms.ChoiceField(label=_("从哪个预算出"), required=False,
                                  help_text=_("发一张就先留出最多优惠的金额，没用掉的会退回预算。"))
    starts_at = _when(_("开始可用"))
    ends_at = _when(_("结束"))
    days = forms.IntegerField(label=_("领取后几天有效"), required=False,
                              help_text=_("结束时间和天数至少写一项，都写则先到为准。"))
    sku = forms.CharField(label=_("兑换哪个商品（SKU 编码）"), required=False, max_length=60)
    pieces = forms.IntegerField(label=_("兑换几件"), required=False)
    category = _many(_("适用类目"))
    product = _products(_("适用商品"))
    not_product = _products(_("不适用商品"))
    shop = _many(_("适用门店"))
    audience = _many(_("适用客户"))
    full_price = forms.BooleanField(label=_("限时价商品不可用"), required=False)
    first_order = forms.BooleanField(label=_("仅限首单"), required=False)
    exclusive = forms.CharField(label=_("互斥组"), required=False, max_length=CLASS_CHARACTERS,
                                help_text=_("同组的券一单只能用一张；留空可与其他券同用。"))
    alone = forms.BooleanField(label=_("不与任何券同用"), required=False)
    priority = forms.IntegerField(label=_("先后"), initial=100, help_text=_("数字小的先算。"))
    refund = forms.ChoiceField(label=_("退款时"), choices=list(coupon_words.REFUNDS.items()), initial=Refund.RETURN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, **_choices())

    def clean_sku(self) -> int | None:
        typed = self.cleaned_data["sku"].strip()
        found = Sku.objects.filter(code=typed).values_list("pk", flat=True).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError(str(_("没有这个 SKU")))
        return found

    def folds(self) -> dict[str, bool]:
        """Which folded parts hold an error, and so stand open."""
        return {part: any(name in self.errors for name in names)
                for part, names in (("scope", SCOPE), ("together", TOGETHER))}

    def terms(self) -> Terms:
        """What was typed, unchecked."""
        said, kind = self.cleaned_data, self.cleaned_data["kind"]
        gift, lists = kind == Kind.GIFT, {"products": "product", "not_products": "not_product",
                                          "categories": "category", "shops": "shop"}
        ids: dict[str, Any] = {name: tuple(int(each) for each in said[field]) for name, field in lists.items()}
        return Terms(
            kind=kind, off_fen=_fen(said["off"]) if kind == Kind.FIXED else 0,
            off_bp=int((said["percent"] or 0) * PERCENT) if kind == Kind.PERCENT else 0,
            ceiling_fen=0 if kind == Kind.FIXED else _fen(said["ceiling"]), least_fen=_fen(said["least"]),
            sku_id=said["sku"] if gift else None, pieces=(said["pieces"] or 0) if gift else 0, **ids,
            audiences=tuple(said["audience"]), full_price=said["full_price"], first_order=said["first_order"],
            exclusive=said["exclusive"].strip(), alone=said["alone"], priority=said["priority"],
            starts_at=said["starts_at"], ends_at=said["ends_at"], days=said["days"] or 0, refund=said["refund"],
            budget=f"reward:budget:{said['budget_id']}" if said["budget_id"] else "",
        )


class BatchForm(_Refusing):
    """A way in which coupons come to customers."""

    asked = ("code", "count", "per_customer", "audience")

    kind = forms.ChoiceField(label=_("怎么发"), choices=list(coupon_words.BATCHES.items()))
    name = forms.CharField(label=_("活动名称"), max_length=NAME_CHARACTERS)
    code = forms.CharField(label=_("统一券码"), required=False, max_length=40,
                           help_text=_("4 到 20 个字母、数字或汉字。"))
    count = forms.IntegerField(label=_("券码数量"), required=False)
    total = forms.IntegerField(label=_("总量"), required=False, help_text=_("留空不限。"))
    per_customer = forms.IntegerField(label=_("每人最多几张"), initial=1, required=False)
    audience = forms.ChoiceField(label=_("发给谁"), required=False)
    hold_out = forms.DecimalField(label=_("对照组（%）"), required=False, decimal_places=2,
                                  initial=DEFAULT_HOLD_OUT_BP / PERCENT,
                                  help_text=_("这部分客户不发，用来比较效果。"))
    opens_at = _when(_("开始领取"))
    closes_at = _when(_("结束领取"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, audience=[
            ("", "—"), (EVERYBODY, _("全部客户")),
            *((f"segment:{code}", word) for code, word in words.SEGMENTS.items()),
            *((f"tag:{tag.pk}", tag.name) for tag in all_tags()[:MOST_CHOICES]),
        ])

    def plan(self, template_id: int) -> Plan:
        said, kind = self.cleaned_data, self.cleaned_data["kind"]
        grant, typed = kind == BatchKind.GRANT, said["hold_out"]
        hold_out_bp = DEFAULT_HOLD_OUT_BP if typed is None else int(typed * PERCENT)
        return Plan(
            template_id=template_id, kind=kind, name=said["name"], code=said["code"] if kind == BatchKind.MASS else "",
            total=said["total"] if kind in (BatchKind.MASS, BatchKind.OPEN) else None,
            per_customer=said["per_customer"] or 0, count=said["count"] or 0 if kind == BatchKind.CODES else 0,
            audience=said["audience"] if grant else "",
            hold_out_bp=hold_out_bp if grant else 0,
            opens_at=said["opens_at"], closes_at=said["closes_at"],
        )


def _fen(value: Decimal | None) -> int:
    return int((value or 0) * FEN)


def _typed(value: int) -> Decimal | None:
    """Fen as yuan, basis points as percent; nothing for nothing."""
    return Decimal(value) / 100 if value else None


def _choices() -> dict[str, list[tuple[Any, Any]]]:
    return {
        "budget_id": [("", "—"), *words.budget_choices(Budget.objects.filter(unit="fen").order_by("name"))],
        "category": list(Category.objects.order_by("name", "pk").values_list("pk", "name")[:MOST_CHOICES]),
        "shop": [(shop.pk, shop.name) for shop in org.shops()], "audience": audiences(),
    }


def audiences() -> list[tuple[str, Any]]:
    """Whom a coupon can be for, as a checkout knows them."""
    return [
        *((f"tier:{tier.code}", tier.name) for tier in programme()),
        *((f"segment:{code}", word) for code, word in words.SEGMENTS.items()),
        *((f"tag:{tag.pk}", tag.name) for tag in all_tags()[:MOST_CHOICES]),
    ]


def initial_of(version: Version | None) -> dict[str, Any]:
    """What the form shows first: sensible defaults, or the version that is about to be changed."""
    if version is None:
        return {"days": 30, "exclusive": str(_("全场券"))}
    terms = terms_of(version)
    budget = version.budget.removeprefix("reward:budget:")
    same = ("kind", "pieces", "days", "full_price", "first_order", "exclusive", "alone", "priority", "refund")
    return {
        **{name: getattr(terms, name) for name in same}, "name": version.template.name, "words": version.template.words,
        "off": _typed(terms.off_fen), "percent": _typed(terms.off_bp), "ceiling": _typed(terms.ceiling_fen),
        "least": _typed(terms.least_fen), "budget_id": budget,
        "sku": version.sku.code if version.sku else "", "category": terms.categories, "product": terms.products,
        "not_product": terms.not_products, "shop": terms.shops, "audience": terms.audiences,
        "starts_at": terms.starts_at and timezone.localtime(terms.starts_at),
        "ends_at": terms.ends_at and timezone.localtime(terms.ends_at),
    }
