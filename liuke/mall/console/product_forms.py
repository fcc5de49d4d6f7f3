"""What staff type of a product: about it, its specifications, and a row for each SKU."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.forms import number_of, offer_choices
from liuke.mall.console.fields import CountField, MoneyField
from liuke.mall.models import Product, Sku
from liuke.mall.queries import goods
from liuke.mall.rules import catalogue as rules
from liuke.mall.rules.matrix import listed
from liuke.mall.services.catalogue import MAX_DAYS, MAX_MONTHS, About, Piece

MOST_GRAMS = 10_000_000
MOST_PLACE = 1_000_000


class AboutForm(forms.Form):
    """The texts of a product and where it stands."""

    name = forms.CharField(label=gettext_lazy("商品名称"), max_length=200)
    code = forms.CharField(label=gettext_lazy("商品编号"), max_length=60, required=False,
                           help_text=gettext_lazy("留空会自动编号；它会出现在顾客看到的地址里。"))
    supplier = forms.ChoiceField(label=gettext_lazy("供应商"))
    category = forms.ChoiceField(label=gettext_lazy("分类"))
    label = forms.ChoiceField(label=gettext_lazy("商品品牌"), required=False)
    summary = forms.CharField(label=gettext_lazy("一句话卖点"), max_length=300, required=False)
    description = forms.CharField(label=gettext_lazy("详情"), max_length=rules.MAX_DESCRIPTION, required=False,
                                  widget=forms.Textarea(attrs={"rows": 8}))
    care = forms.CharField(label=gettext_lazy("使用与保养"), max_length=2_000, required=False,
                           widget=forms.Textarea(attrs={"rows": 3}),
                           help_text=gettext_lazy("会印在包裹里的卡片上。"))
    serial_numbered = forms.BooleanField(label=gettext_lazy("每件有序列号"), required=False,
                                         help_text=gettext_lazy("发货时登记序列号，保修和维修按它查。"))
    warranty_months = CountField(label=gettext_lazy("质保月数"), most=MAX_MONTHS, required=False,
                                 help_text=gettext_lazy("0 是没有质保。"))
    return_days = CountField(label=gettext_lazy("可退换天数"), most=MAX_DAYS, required=False)
    position = CountField(label=gettext_lazy("排序"), least=-MOST_PLACE, most=MOST_PLACE, required=False,
                          help_text=gettext_lazy("大的排在前面。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = [(str(one.pk), one.name if one.active else _("%(name)s（已停用）") % {"name": one.name})
                     for one in goods.suppliers()]
        nodes = [(str(node.id), node.word) for node in goods.nodes()]
        labels = [(str(one.pk), one.name) for one in goods.labels()]
        offer_choices(self, supplier=[("", _("请选择")), *suppliers], category=[("", _("请选择")), *nodes],
                      label=[("", _("没有品牌")), *labels])

    def needs_code(self) -> None:
        """A product that is there keeps a code."""
        self.fields["code"].required = True
        self.fields["code"].help_text = _("它出现在顾客看到的地址里，改了旧地址就打不开。")

    def about(self, *, code: str, options: Sequence[str]) -> About:
        """As the services want it."""
        said = self.cleaned_data
        return About(
            supplier_id=int(said["supplier"]), category_id=int(said["category"]), code=said["code"] or code,
            name=said["name"], label_id=int(said["label"]) if said["label"] else None, summary=said["summary"],
            description=said["description"], care=said["care"], options=tuple(options),
            serial_numbered=said["serial_numbered"], warranty_months=said["warranty_months"] or 0,
            return_days=7 if said["return_days"] is None else said["return_days"], position=said["position"] or 0,
        )


def about_of(product: Product) -> dict[str, Any]:
    """What the form shows of a product."""
    same = ("name", "code", "summary", "description", "care", "serial_numbered", "warranty_months", "return_days",
            "position")
    return {**{name: getattr(product, name) for name in same}, "supplier": str(product.supplier_id),
            "category": str(product.category_id), "label": str(product.label_id or "")}


class OptionsForm(forms.Form):
    """Up to four specifications, each with its values in a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        examples = (_("例如 尺码"), _("例如 颜色"), "", "")
        values = (_("例如 S，M，L"), _("例如 红，蓝"), "", "")
        for at in range(rules.MAX_OPTIONS):
            self.fields[f"option{at}"] = forms.CharField(
                label=_("规格名"), max_length=30, required=False,
                widget=forms.TextInput(attrs={"class": "input", "placeholder": examples[at], "autocomplete": "off"}))
            self.fields[f"values{at}"] = forms.CharField(
                label=_("规格值"), max_length=2_000, required=False,
                widget=forms.TextInput(attrs={"class": "input", "placeholder": values[at], "autocomplete": "off"}))

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"option{at}"], self[f"values{at}"]) for at in range(rules.MAX_OPTIONS)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        names = [said.get(f"option{at}", "") for at in range(rules.MAX_OPTIONS)]
        size = 1
        for at, name in enumerate(names):
            values = listed(said.get(f"values{at}", ""))
            if bool(name) != bool(values):
                self.add_error(f"values{at}", _("规格名和规格值要一起填。"))
            if name and name in names[:at]:
                self.add_error(f"option{at}", _("规格名重复了。"))
            if any(len(value) > 60 for value in values):
                self.add_error(f"values{at}", _("一个规格值最多 60 个字。"))
            size *= max(1, len(values))
        if size > rules.MAX_SKUS:
            self.add_error("values0", _("组合起来有 %(size)s 个规格，最多 %(most)s 个。") % {
                "size": size, "most": rules.MAX_SKUS})
        return said

    def options(self) -> dict[str, list[str]]:
        """Name -> values, in order."""
        said = self.cleaned_data
        return {said[f"option{at}"]: listed(said[f"values{at}"])
                for at in range(rules.MAX_OPTIONS) if said[f"option{at}"]}


def options_of(names: Sequence[str], combinations: Sequence[Sequence[str]]) -> dict[str, str]:
    """What the form shows: each specification with the values that SKUs have."""
    shown: dict[str, str] = {}
    for at, name in enumerate(names):
        values = dict.fromkeys(each[at] for each in combinations if len(each) > at)
        shown |= {f"option{at}": name, f"values{at}": "，".join(values)}       # data, not words
    return shown


class PieceForm(forms.Form):
    """One SKU, a row of the table."""

    code = forms.CharField(label=gettext_lazy("规格编号"), max_length=60)
    barcode = forms.CharField(label=gettext_lazy("条码"), max_length=30, required=False)
    supply_fen = MoneyField(label=gettext_lazy("供货价"))
    list_fen = MoneyField(label=gettext_lazy("标价"))
    floor_fen = MoneyField(label=gettext_lazy("最低价"), required=False)
    ceiling_fen = MoneyField(label=gettext_lazy("最高价"), required=False)
    weight_grams = CountField(label=gettext_lazy("重量（克）"), most=MOST_GRAMS, required=False)
    active = forms.BooleanField(label=gettext_lazy("可售"), required=False)

    def __init__(self, *args: Any, options: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options
        for at, name in enumerate(options):
            self.fields[f"value{at}"] = forms.CharField(label=name, max_length=60)
        for name, one in self.fields.items():
            shape = {} if name == "active" else {"class": "input", "size": "8"}
            one.widget.attrs |= {"aria-label": str(one.label), **shape}

    def values(self) -> list[Any]:
        """The bound fields of the specifications."""
        return [self[f"value{at}"] for at in range(len(self.options))]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        ask, floor, ceiling = said.get("list_fen"), said.get("floor_fen"), said.get("ceiling_fen")
        if ask is not None and floor is not None and ask < floor:
            self.add_error("floor_fen", _("最低价不能高于标价"))
        if ask is not None and ceiling is not None and ask > ceiling:
            self.add_error("ceiling_fen", _("最高价不能低于标价"))
        return said

    def piece(self) -> Piece:
        said = self.cleaned_data
        return Piece(
            code=said["code"], barcode=said["barcode"], supply_fen=said["supply_fen"], list_fen=said["list_fen"],
            floor_fen=said["floor_fen"] or 0, ceiling_fen=said["ceiling_fen"],
            weight_grams=said["weight_grams"] or 0, active=said["active"],
            values=tuple(said[f"value{at}"] for at in range(len(self.options))),
        )


def row_of(sku: Sku | Piece) -> dict[str, Any]:
    """What a row of the table shows of a SKU."""
    same = ("code", "barcode", "supply_fen", "list_fen", "ceiling_fen", "weight_grams", "active")
    return {**{name: getattr(sku, name) for name in same}, "floor_fen": sku.floor_fen or None,
            **{f"value{at}": value for at, value in enumerate(sku.values)}}


def table(options: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[PieceForm]:
    """A form for each row, to be shown."""
    return [PieceForm(prefix=f"row{at}", options=options, initial=dict(row)) for at, row in enumerate(rows)]


def posted(data: QueryDict, options: Sequence[str]) -> list[PieceForm]:
    """The rows as they came back; a code or a combination given twice is an error beside its field."""
    count = min(number_of(data.get("rows", "")) or 0, rules.MAX_SKUS)
    found = [PieceForm(data, prefix=f"row{at}", options=options) for at in range(count)]
    seen: set[object] = set()
    for form in found:
        if not form.is_valid():
            continue
        piece = form.piece()
        if piece.code in seen:
            form.add_error("code", _("规格编号重复"))
        if piece.active and ("values", *piece.values) in seen and options:
            form.add_error("value0", _("规格组合重复"))
        seen |= {piece.code} | ({("values", *piece.values)} if piece.active else set())
    return found
