"""The points mall for staff: what is on offer, a new item, pause and undo."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries.records import names_of
from liuke.kit.errors import Refused
from liuke.kit.forms import number_of, offer_choices
from liuke.kit.paging import page_of
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may
from liuke.pointsmall import queries
from liuke.pointsmall.models import Item
from liuke.pointsmall.rules import ABOUT_CHARACTERS, MAX_POINTS, MAX_STOCK, NAME_CHARACTERS, BadItem, Offer, State
from liuke.pointsmall.services import exchanging, items
from liuke.pointsmall.services.deliveries import kinds
from liuke.tiers.queries import ladder

WHEN = "%Y-%m-%dT%H:%M"
KINDS: dict[str, Promise] = {
    "goods": gettext_lazy("商品"), "coupon": gettext_lazy("优惠券"), "ticket": gettext_lazy("抽奖机会"),
}
STATES: dict[str, tuple[Promise, str]] = {
    State.DONE: (gettext_lazy("已兑换"), "good"), State.UNDONE: (gettext_lazy("已撤销"), ""),
}
SAID: dict[str, Promise] = {
    "stock": gettext_lazy("不能少于已经兑换的件数"), "ends_at": gettext_lazy("结束要晚于开始"),
    "what": gettext_lazy("请选择要兑换的东西"), "shop_id": gettext_lazy("商品要选择由哪家门店发出"),
    "kind": gettext_lazy("兑换项的种类不能更改"), "tiers": gettext_lazy("没有这个会员等级"),
}


def _when() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN)


class ItemForm(forms.Form):
    """An item; what it is stands as "kind:id"."""

    asked = ("shop_id",)

    name = forms.CharField(label=gettext_lazy("名称"), max_length=NAME_CHARACTERS)
    about = forms.CharField(label=gettext_lazy("说明"), max_length=ABOUT_CHARACTERS, required=False,
                            widget=forms.Textarea(attrs={"rows": 2}))
    what = forms.ChoiceField(label=gettext_lazy("兑换什么"))
    shop_id = forms.ChoiceField(label=gettext_lazy("由哪家门店发出"), required=False)
    points = forms.IntegerField(label=gettext_lazy("所需积分"), min_value=1, max_value=MAX_POINTS)
    stock = forms.IntegerField(label=gettext_lazy("总件数"), min_value=0, max_value=MAX_STOCK)
    per_customer = forms.IntegerField(label=gettext_lazy("每人最多"), min_value=0, max_value=MAX_STOCK, required=False,
                                      help_text=gettext_lazy("留空或 0 不限。"))
    tiers = forms.MultipleChoiceField(label=gettext_lazy("哪些会员等级可兑"), required=False,
                                      widget=forms.CheckboxSelectMultiple,
                                      help_text=gettext_lazy("都不选就是所有客户。"))
    starts_at = forms.DateTimeField(label=gettext_lazy("开始"), widget=_when())
    ends_at = forms.DateTimeField(label=gettext_lazy("结束"), widget=_when(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = [(str(KINDS.get(kind, kind)), [(f"{kind}:{pk}", name) for pk, name in delivery.choices()])
                for kind, delivery in kinds().items()]
        offer_choices(self, what=what, shop_id=[("", "—"), *((shop.pk, shop.name) for shop in org.shops())],
                      tiers=ladder())

    def offer(self) -> Offer:
        said = self.cleaned_data
        kind, _sign, what = said["what"].partition(":")
        return Offer(
            name=said["name"].strip(), about=said["about"].strip(), kind=kind, what=int(what),
            shop_id=int(said["shop_id"]) if said["shop_id"] else None, points=said["points"], stock=said["stock"],
            per_customer=said["per_customer"] or 0, starts_at=said["starts_at"], ends_at=said["ends_at"],
            tiers=said["tiers"],
        )

    def refuse(self, error: Refused) -> None:
        about = error.about if isinstance(error, BadItem) else "name"
        self.add_error("what" if about == "kind" else about, str(SAID.get(about, error.message)))


@staff_may("loyalty.view")
@require_GET
def items_page(request: StaffRequest) -> HttpResponse:
    """What is on offer, or what is over."""
    over = request.GET.get("view") == "over"
    page = page_of(queries.items_list(over=over, now=timezone.now()), request)
    return render(request, "pointsmall/items.html", {
        "page": page, "rows": [(row, KINDS.get(row.kind, row.kind)) for row in page.rows], "over": over,
        "now": timezone.now(), "names": dict(ladder()), "may_edit": request.user.has_perm("loyalty.edit"),
    })


@staff_may("loyalty.edit")
def item_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@staff_may("loyalty.edit")
def item_change(request: StaffRequest, item_id: int) -> HttpResponse:
    return _edit(request, queries.item(item_id))


def _edit(request: StaffRequest, row: Item | None) -> HttpResponse:
    if request.method != "POST":
        return render(request, "pointsmall/item.html", {"form": ItemForm(initial=_initial(row)), "item": row})
    form = ItemForm({**request.POST.dict(), "tiers": request.POST.getlist("tiers")})
    if form.is_valid():
        try:
            with transaction.atomic():
                saved = items.change_item(item_id=row.pk, offer=form.offer()) if row else items.write_item(
                    offer=form.offer(), now=timezone.now(), by_id=request.user.pk)
        except Refused as error:
            form.refuse(error)
        else:
            request.audit_target = f"points_item:{saved.pk}"
            request.audit_detail = {"points": saved.points, "stock": saved.stock}
            messages.success(request, _("兑换项已保存"))
            return redirect("pointsmall:items")
    return render(request, "pointsmall/item.html", {"form": form, "item": row}, status=422)


def _initial(row: Item | None) -> dict[str, Any]:
    if row is None:
        return {"starts_at": timezone.localtime()}
    same = ("name", "about", "shop_id", "points", "stock", "per_customer", "tiers")
    return {**{name: getattr(row, name) for name in same}, "what": f"{row.kind}:{row.what}",
            "starts_at": timezone.localtime(row.starts_at), "ends_at": row.ends_at and timezone.localtime(row.ends_at)}


@staff_may("loyalty.edit")
@require_POST
def item_pause(request: StaffRequest, item_id: int) -> HttpResponse:
    items.pause_item(item_id=item_id, now=timezone.now())
    request.audit_target = f"points_item:{item_id}"
    messages.success(request, _("已暂停兑换"), extra_tags=reverse("pointsmall:resume", args=[item_id]))
    return redirect("pointsmall:items")


@staff_may("loyalty.edit")
@require_POST
def item_resume(request: StaffRequest, item_id: int) -> HttpResponse:
    items.pause_item(item_id=item_id, now=timezone.now(), paused=False)
    request.audit_target = f"points_item:{item_id}"
    messages.success(request, _("已恢复兑换"))
    return redirect("pointsmall:items")


@staff_may("loyalty.view")
@require_GET
def exchanges_page(request: StaffRequest) -> HttpResponse:
    rows = queries.exchanges_list()
    if asked := number_of(request.GET.get("item", "")):
        rows = rows.filter(item_id=asked)
    page = page_of(rows, request)
    names = names_of([row.customer_id for row in page.rows])
    return render(request, "pointsmall/exchanges.html", {
        "page": page, "rows": [(row, names.get(row.customer_id, ""), STATES[row.state]) for row in page.rows],
        "may_edit": request.user.has_perm("loyalty.edit"),
    })


@staff_may("loyalty.edit")
@require_POST
def exchange_undo(request: StaffRequest, exchange_id: int) -> HttpResponse:
    """Take it back and give the points back."""
    request.audit_target = f"exchange:{exchange_id}"
    try:
        with transaction.atomic():
            row = exchanging.undo(exchange_id=exchange_id, now=timezone.now(), by_id=request.user.pk)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_detail = {"points": row.points}
        messages.success(request, _("已撤销，%(points)s 积分已退回") % {"points": f"{row.points:,}"})
    return redirect("pointsmall:exchanges")
