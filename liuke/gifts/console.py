"""Gifts for staff: who has which and where it is, take one back; kinds of gifts, a new one, stop one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries.records import names_of
from liuke.gifts import queries
from liuke.gifts.rules import (
    MAX_CLAIM_DAYS,
    MAX_PIECES,
    MOST_CHOICES,
    NAME_CHARACTERS,
    WORDS_CHARACTERS,
    BadGift,
    Offer,
    State,
)
from liuke.gifts.services import claiming, kinds
from liuke.gifts.words import ABOUT, ORIGINS, STATES
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.kit.paging import page_of
from liuke.loyalty.queries.versions import budgets_of_rules
from liuke.mall.models import Sku
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

VIEWS = {"open": (State.OPEN, State.PENDING), "claimed": (State.CLAIMED,), "ended": (State.EXPIRED, State.TAKEN)}
TABS = (("", gettext_lazy("全部")), ("open", gettext_lazy("待领取")), ("claimed", gettext_lazy("已领取")),
        ("ended", gettext_lazy("已失效")))


@staff_may("loyalty.view")
@require_GET
def gifts_page(request: StaffRequest) -> HttpResponse:
    view, rows = request.GET.get("view", ""), queries.gifts_list()
    if view in VIEWS:
        rows = rows.filter(state__in=VIEWS[view])
    page = page_of(rows, request)
    names, (count, fen) = names_of([row.customer_id for row in page.rows]), queries.open_worth()
    return render(request, "gifts/gifts.html", {
        "page": page, "view": view if view in VIEWS else "", "tabs": TABS, "open": count, "worth": fen,
        "may_edit": request.user.has_perm("loyalty.edit"),
        "rows": [{"gift": row, "name": names.get(row.customer_id, ""), "state": STATES[row.state],
                  "origin": ORIGINS.get(row.of.partition(":")[0], ""), "sent": row.claimed_at and row.order,
                  "held": row.state in (State.PENDING, State.OPEN, State.CLAIMED)} for row in page.rows],
    })


@staff_may("loyalty.edit")
@require_POST
def withdraw(request: StaffRequest, gift_id: int) -> HttpResponse:
    """Take it back: nobody has claimed it, or it has not left yet."""
    request.audit_target = f"gift:{gift_id}"
    try:
        with transaction.atomic():
            row = claiming.withdraw(gift_id=gift_id, now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_detail = {"kind_id": row.kind_id}
        messages.success(request, _("礼品已收回，库存和预算已退回"))
    return redirect("gifts:gifts")


@staff_may("loyalty.view")
@require_GET
def kinds_page(request: StaffRequest) -> HttpResponse:
    stopped = request.GET.get("view") == "stopped"
    page = page_of(queries.kinds_list(stopped=stopped), request)
    figures = queries.figures_of([row.pk for row in page.rows])
    return render(request, "gifts/kinds.html", {
        "page": page, "stopped": stopped, "may_edit": request.user.has_perm("loyalty.edit"),
        "rows": [(row, figures[row.pk], queries.left_of(row)) for row in page.rows],
    })


class KindForm(forms.Form):
    """Money is typed in yuan."""

    name = forms.CharField(label=gettext_lazy("礼品名称"), max_length=NAME_CHARACTERS)
    words = forms.CharField(label=gettext_lazy("给客户的说明"), max_length=WORDS_CHARACTERS, required=False,
                            widget=forms.Textarea(attrs={"rows": 2}))
    sku_id = forms.ChoiceField(label=gettext_lazy("商品"))
    pieces = forms.IntegerField(label=gettext_lazy("每份几件"), min_value=1, max_value=MAX_PIECES, initial=1)
    shop_id = forms.ChoiceField(label=gettext_lazy("由哪家门店发出"))
    claim_days = forms.IntegerField(label=gettext_lazy("几天内领取"), min_value=1, max_value=MAX_CLAIM_DAYS, initial=14,
                                    help_text=gettext_lazy("这段时间为客户留着库存；没人领就退回。"))
    cost = forms.DecimalField(label=gettext_lazy("每份成本（元）"), min_value=0, decimal_places=2, max_digits=9,
                              help_text=gettext_lazy("商品和运费合计，每送一份就从预算里扣除。"))
    budget_id = forms.ChoiceField(label=gettext_lazy("预算"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skus = Sku.objects.filter(active=True).select_related("product").order_by("product__name", "pk")[:MOST_CHOICES]
        offer_choices(
            self, sku_id=[("", "—"), *((row.pk, f"{row.product.name} {row.code}") for row in skus)],
            shop_id=[("", "—"), *((shop.pk, shop.name) for shop in org.shops())],
            budget_id=[("", "—"), *((row.pk, row.name) for row in budgets_of_rules().filter(unit="fen"))])

    def offer(self) -> Offer:
        said = self.cleaned_data
        return Offer(
            name=said["name"].strip(), words=said["words"].strip(), sku_id=int(said["sku_id"]), pieces=said["pieces"],
            shop_id=int(said["shop_id"]), claim_days=said["claim_days"], budget_id=int(said["budget_id"]),
            cost_fen=int(said["cost"] * 100))

    def refuse(self, error: Refused) -> None:
        about = error.about if isinstance(error, BadGift) else "name"
        self.add_error({"cost_fen": "cost", "kinds": "name"}.get(about, about), str(ABOUT.get(about, error.message)))


@staff_may("loyalty.edit")
def kind_new(request: StaffRequest) -> HttpResponse:
    form = KindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = kinds.write_kind(offer=form.offer(), now=timezone.now(), by_id=request.user.pk)
        except Refused as error:
            form.refuse(error)
        else:
            request.audit_target, request.audit_detail = f"gift_kind:{made.pk}", {"cost_fen": made.cost_fen}
            messages.success(request, _("礼品已保存，现在可以用在奖励规则、礼包和抽奖里"))
            return redirect("gifts:kinds")
    return render(request, "gifts/kind.html", {"form": form}, status=422 if form.errors else 200)


@staff_may("loyalty.edit")
@require_POST
def kind_stop(request: StaffRequest, kind_id: int) -> HttpResponse:
    """Give none of it any more."""
    kinds.stop_kind(kind_id=kind_id, now=timezone.now())
    request.audit_target = f"gift_kind:{kind_id}"
    messages.success(request, _("已停送，客户手里的照常可领"))
    return redirect("gifts:kinds")
