"""What a point is worth, how much of an order it may pay, and what is promised about its end."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.errors import Refused
from liuke.org.access import StaffRequest, staff_may
from liuke.points import queries as points
from liuke.points import services
from liuke.points.rules import (
    GIVE_BACK_GRACE,
    MAX_POINTS,
    MAX_POINTS_PER_YUAN,
    MAX_STEP,
    REMIND_DAYS,
    Terms,
    worth_fen,
)

BASIS_POINTS_PER_PERCENT = 100
EXAMPLE = 1_000                          # points whose worth the page tells


class TermsForm(forms.Form):
    """`points.rules.Terms`, with the share of an order in percent."""

    enabled = forms.BooleanField(label=gettext_lazy("下单可以用积分抵现"), required=False)
    points_per_yuan = forms.IntegerField(label=gettext_lazy("多少积分抵 1 元"), min_value=1,
                                         max_value=MAX_POINTS_PER_YUAN)
    order_cap = forms.DecimalField(label=gettext_lazy("每单最多抵货款的百分之几"), min_value=0, max_value=100,
                                   decimal_places=2, help_text=gettext_lazy("先减其他优惠，再算这个比例，不抵运费。"))
    step = forms.IntegerField(label=gettext_lazy("每次按多少积分的整数倍用"), min_value=1, max_value=MAX_STEP)
    least = forms.IntegerField(label=gettext_lazy("每次至少用多少积分"), min_value=0, max_value=MAX_POINTS)

    def terms(self) -> Terms:
        said = self.cleaned_data
        return Terms(points_per_yuan=said["points_per_yuan"], step=said["step"], least=said["least"],
                     order_cap_bp=int(said["order_cap"] * BASIS_POINTS_PER_PERCENT), enabled=said["enabled"])


@staff_may("loyalty.view")
def terms_page(request: StaffRequest) -> HttpResponse:
    """The terms in force, and what all open points are worth by them; finance and the owner change them."""
    may_set, current = request.user.has_perm("budgets.set"), points.terms()
    form = TermsForm(request.POST if request.method == "POST" else None, initial=_initial(current))
    if request.method == "POST":
        if not may_set:
            return HttpResponse(status=403)
        if form.is_valid() and _set(request, form):
            messages.success(request, _("积分设置已保存，对以后的订单生效"))
            return redirect("loyalty:points")
    return render(request, "loyalty/points.html", {
        "form": form, "terms": current, "may_set": may_set, "remind": REMIND_DAYS, "example": EXAMPLE,
        "example_fen": worth_fen(EXAMPLE, current), "grace_days": GIVE_BACK_GRACE.days, **_open(current),
    }, status=422 if form.errors else 200)


def _initial(terms: Terms) -> dict[str, Any]:
    return {**vars(terms), "order_cap": Decimal(terms.order_cap_bp) / BASIS_POINTS_PER_PERCENT}


def _set(request: StaffRequest, form: TermsForm) -> bool:
    try:
        with transaction.atomic():
            new = services.set_terms(new=form.terms(), now=timezone.now(), by_id=request.user.pk)
    except Refused as refused:
        form.add_error("points_per_yuan", refused.message)
        return False
    request.audit_target, request.audit_detail = "points", dict(vars(new))
    return True


def _open(terms: Terms) -> dict[str, int]:
    """All points that customers have, and what they could pay."""
    there = points.open_total()
    return {"open": there, "open_fen": worth_fen(there, terms)}
