"""What a supplier asks for sending: a row for each region, and what a parcel would cost."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.errors import Refused
from liuke.mall.console.fields import CountField, MoneyField
from liuke.mall.console.scope import brand_may
from liuke.mall.queries import partners, tiers
from liuke.mall.rules import regions
from liuke.mall.rules.freight import Free, NotDelivered, Row
from liuke.mall.rules.freight import freight as freight_of
from liuke.mall.services import partners as services
from liuke.mall.services.partners import MAX_GRAMS, MAX_ROWS
from liuke.org.access import StaffRequest

BLANK = 3                                # empty rows to type in
KILO = 1000
WHY_FREE = {Free.TIER: gettext_lazy("会员免运费"), Free.AMOUNT: gettext_lazy("满额包邮")}


class RegionField(forms.CharField):
    """The name of a province, 全国, or the digits of a region code."""

    def clean(self, value: Any) -> str | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return regions.code_of(text)
        except regions.UnknownRegion as error:
            raise ValidationError(_("请填写省份名（例如 浙江）、全国，或地区编码的前几位")) from error


class RowForm(forms.Form):
    """One region. A row without a region is not there."""

    region = RegionField(label=gettext_lazy("地区"), max_length=20, required=False)
    delivers = forms.BooleanField(label=gettext_lazy("可送达"), required=False)
    first_grams = CountField(label=gettext_lazy("首重（克）"), least=1, most=MAX_GRAMS, required=False)
    first_fen = MoneyField(label=gettext_lazy("首重运费"), required=False)
    step_grams = CountField(label=gettext_lazy("续重每（克）"), least=1, most=MAX_GRAMS, required=False)
    step_fen = MoneyField(label=gettext_lazy("续重运费"), required=False)
    free_from_fen = MoneyField(label=gettext_lazy("满多少包邮"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in self.fields.items():
            shape = {} if name == "delivers" else {"class": "input"}
            one.widget.attrs |= {"aria-label": str(one.label), **shape}
        self.fields["region"].widget.attrs["list"] = "regions"

    def row(self) -> Row | None:
        said = self.cleaned_data
        if said["region"] is None:
            return None
        return Row(said["region"], said["delivers"], said["first_grams"] or KILO, said["first_fen"] or 0,
                   said["step_grams"] or KILO, said["step_fen"] or 0, said["free_from_fen"])


@brand_may("suppliers.edit")
def freight(request: StaffRequest, supplier_id: int) -> HttpResponse:
    row = partners.supplier(supplier_id)
    request_is_post = request.method == "POST"
    kept = partners.freight_of(row.pk)
    free = request.POST.getlist("free") if request_is_post else kept.free_tiers
    forms_ = _posted(request.POST) if request_is_post else _shown(kept.rows)
    shown = {"supplier": row, "rows": forms_, "regions": [regions.EVERYWHERE, *regions.PROVINCES.values()],
             "name": request.POST.get("name", "") if request_is_post else kept.name or _("标准运费"),
             "tiers": tiers.tiers(), "free": free, "trial": _trial(request.GET, kept), "asked": request.GET}
    if not request_is_post:
        return render(request, "mall/freight.html", shown)
    _need_once(forms_)
    if any(form.errors for form in forms_):
        return render(request, "mall/freight.html", shown, status=422)
    wanted = [found for form in forms_ if (found := form.row()) is not None]
    try:
        with transaction.atomic():
            services.set_freight(supplier_id=row.pk, name=request.POST.get("name", ""), rows=wanted,
                                 free_tiers=free)
    except Refused as refused:
        return render(request, "mall/freight.html", {**shown, "problem": refused.message}, status=refused.status)
    request.audit_target, request.audit_detail = f"supplier:{row.pk}", {"rows": len(wanted), "free_tiers": free}
    messages.success(request, _("已保存运费"))
    return redirect("mall:supplier", row.pk)


def _shown(rows: Sequence[Row]) -> list[RowForm]:
    given = [{**row.__dict__, "region": regions.name_of(row.region)} for row in rows]
    if not rows:
        given.append({"region": regions.EVERYWHERE, "delivers": True, "first_grams": KILO, "step_grams": KILO})
    blank = [{"delivers": True} for _row in range(BLANK)]
    return [RowForm(prefix=f"row{at}", initial=each) for at, each in enumerate([*given, *blank][:MAX_ROWS])]


def _posted(data: QueryDict) -> list[RowForm]:
    rows = data.get("rows", "")
    count = min(int(rows) if rows.isdecimal() and len(rows) < 5 else 0, MAX_ROWS)
    return [RowForm(data, prefix=f"row{at}") for at in range(count)]


def _need_once(rows: list[RowForm]) -> None:
    seen = set()
    for form in rows:
        code = form.cleaned_data.get("region") if form.is_valid() else None
        if code is not None and code in seen:
            form.add_error("region", _("这个地区已经有一行了"))
        seen.add(code)


def _trial(asked: QueryDict, kept: partners.Freight) -> dict[str, Any] | None:
    """What a parcel of so many grams, worth so much, would cost to a region for a tier; None when nothing was asked."""
    if "grams" not in asked:
        return None
    try:
        region = regions.code_of(asked.get("region", ""))
        grams = CountField(most=MAX_GRAMS).clean(asked.get("grams", "")) or 0
        worth = MoneyField(required=False).clean(asked.get("worth", "")) or 0
        free = Free.TIER if asked.get("tier") in kept.free_tiers else Free.NO
        found = freight_of(kept.rows, region=region.ljust(6, "0"), grams=grams, goods_fen=worth, free=free)
    except NotDelivered:
        return {"said": _("不送达")}
    except (regions.UnknownRegion, ValidationError):
        return {"said": _("请填写地区、重量和货款")}
    return {"fen": found.fen, "why": WHY_FREE.get(found.free)}
