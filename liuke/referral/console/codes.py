"""Codes of shops and staff: made for the door, a product or a group, seen, and printed many to a sheet."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import numbers_of, offer_choices
from liuke.mall.models import Product
from liuke.org.access import StaffRequest, staff_may
from liuke.org.models import Shop
from liuke.org.queries import brand, shops_where
from liuke.referral import pictures, sheets, words
from liuke.referral.models import ReferralLink
from liuke.referral.queries import members
from liuke.referral.queries.landings import places, word_of
from liuke.referral.queries.sharing import printed_links, url_of
from liuke.referral.services import links


class CodeForm(forms.Form):
    shop = forms.ModelChoiceField(label=gettext_lazy("门店"), queryset=Shop.objects.none(), required=False,
                                  empty_label=gettext_lazy("我自己"))
    landing = forms.ChoiceField(label=gettext_lazy("打开后到"))
    product = forms.CharField(label=gettext_lazy("商品编码"), required=False, max_length=60,
                              help_text=gettext_lazy("到商品页时填写。"))
    name = forms.CharField(label=gettext_lazy("名称"), required=False, max_length=links.NAME_CHARACTERS,
                           help_text=gettext_lazy("例如“收银台”“门口立牌”，印在码的下面。"))

    def __init__(self, request: StaffRequest, *given: Any) -> None:
        super().__init__(*given)
        shop = self.fields["shop"]
        assert isinstance(shop, forms.ModelChoiceField)
        shop.queryset = shops_where(request.user, "referral.view")
        offer_choices(self, landing=[*words.LANDINGS.items(), *(
            (f"{landing}:{each.target}", f"{word_of(landing)} · {each.name}")
            for landing, each in places(now=timezone.now()))])


@staff_may("referral.view")
@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    return _listed(request)


def _listed(request: StaffRequest, form: CodeForm | None = None) -> HttpResponse:
    """Codes of the shops one sees and one's own, with what became of them."""
    found, at = members.figures_of(printed_links(request.user)), open_now()
    return render(request, "referral/codes.html", {
        "rows": [(each, leads_to(each.link, at), owner_of(each.link)) for each in found],
        "form": form or CodeForm(request),
    }, status=422 if form else 200)


@staff_may("referral.view")
@require_POST
def make(request: StaffRequest) -> HttpResponse:
    form = CodeForm(request, request.POST)
    if not form.is_valid():
        return _listed(request, form)
    said = form.cleaned_data
    product = Product.objects.filter(code=said["product"]).values_list("pk", flat=True).first()
    shop = said["shop"]
    landing, _sign, target = said["landing"].partition(":")
    try:
        with transaction.atomic():
            row = links.link_for(
                shop_id=shop.pk if shop else None, staff_id=None if shop else request.user.pk, now=timezone.now(),
                landing=landing, product_id=product, target=target, name=said["name"])
    except Refused as error:
        form.add_error("product" if landing == links.Landing.PRODUCT else None, error.message)
        return _listed(request, form)
    request.audit_target = f"referral_link:{row.pk}"
    messages.success(request, _("推广码已生成"))
    return redirect("referral:codes")


@staff_may("referral.view")
@require_POST
def end(request: StaffRequest, link_id: int) -> HttpResponse:
    row = get_object_or_404(printed_links(request.user), pk=link_id)
    links.end_link(link_id=row.pk, now=timezone.now())
    request.audit_target = f"referral_link:{row.pk}"
    messages.success(request, _("推广码已停用；已印出的码打开后会说明"))
    return redirect("referral:codes")


@staff_may("referral.view")
@require_GET
def picture(request: StaffRequest, link_id: int) -> HttpResponse:
    """One code as an SVG, or as a mini-program code."""
    row = get_object_or_404(printed_links(request.user), pk=link_id)
    if "mini" not in request.GET:
        return pictures.code(row)
    try:
        return pictures.mini_code(row)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("referral:codes")


@staff_may("referral.view")
@require_POST
def sheet(request: StaffRequest) -> HttpResponse:
    """A PDF of the picked codes."""
    picked = numbers_of(request.POST.getlist("pick")[:sheets.MOST])
    rows = list(printed_links(request.user).filter(pk__in=picked))
    if not rows:
        messages.error(request, _("请先选择要打印的推广码。"))
        return redirect("referral:codes")
    known = brand()
    at = open_now()
    drawn = sheets.pdf([sheets.Code(url_of(row, printed=True), row.name or leads_to(row, at), owner_of(row))
                        for row in rows], title=known.name if known else "Liuke")
    request.audit_target = f"referral_links:{len(rows)}"
    return HttpResponse(drawn, content_type="application/pdf",
                        headers={"Content-Disposition": 'attachment; filename="codes.pdf"'})


def open_now() -> dict[tuple[str, str], str]:
    """The names of the open places that links may lead to."""
    return {(landing, each.target): each.name for landing, each in places(now=timezone.now())}


def leads_to(row: ReferralLink, at: Mapping[tuple[str, str], str]) -> str:
    """Where, in words. `at`: the places that are open."""
    if row.product:
        return row.product.name
    if row.landing in words.LANDINGS:
        return str(words.LANDINGS[row.landing])
    return at.get((row.landing, row.target)) or _("%(what)s（已过期）") % {"what": word_of(row.landing)}


def owner_of(row: ReferralLink) -> str:
    return row.shop.name if row.shop else row.staff.name if row.staff else ""
