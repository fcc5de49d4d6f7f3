"""Money in and out: payments, transfers to confirm, refunds that need a hand, notices that fit nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.channels.errors import ChannelError
from liuke.customers.queries import records
from liuke.kit.errors import Refused
from liuke.kit.money import fen
from liuke.kit.paging import page_of
from liuke.mall.console.saying import saying_why
from liuke.mall.models import Payment, Refund
from liuke.mall.queries import payments, refunds
from liuke.mall.rules.orders import PaymentState
from liuke.mall.services import balance, notices
from liuke.mall.services import refunds as services
from liuke.mall.services.notices import Received
from liuke.mall.services.providers import providers
from liuke.org import services as org
from liuke.org.access import StaffRequest, staff_may

VIEWS = ("payments", "transfers", "refunds", "stuck", "notices")
SHOWN = 200                          # of what waits for a person


@staff_may("payments.view")
@require_GET
def payments_page(request: StaffRequest) -> HttpResponse:
    """What waits for a person comes first; everything else by the day it came."""
    stuck, waiting = refunds.refunds_to_look_at(), payments.transfers_waiting()
    strange = payments.notices_to_look_at()
    counts = {"transfers": waiting.count(), "stuck": stuck.count(), "notices": strange.count()}
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else next((name for name in ("stuck", "transfers", "notices") if counts[name]),
                                             "payments")
    context: dict[str, Any] = {"view": view, "counts": counts, "may_settle": request.user.has_perm("payments.settle"),
                               "balances": balance.NAME in providers()}
    if view in ("payments", "refunds"):
        rows: Any = payments.payments_list() if view == "payments" else refunds.refunds_list()
        if q := request.GET.get("q", "").strip()[:64]:
            rows = rows.filter(number__startswith=q)
        context |= {"page": page_of(rows, request, by="created_at"), "q": q}
    else:
        context["rows"] = list({"transfers": waiting, "stuck": stuck, "notices": strange}[view][:SHOWN])
    if view in ("payments", "transfers"):
        shown = context["page"].rows if view == "payments" else context["rows"]
        context["names"] = records.names_of({payment.group.customer_id for payment in shown})
    return render(request, "mall/payments.html", context)


@staff_may("payments.settle")
def transfer(request: StaffRequest, number: str) -> HttpResponse:
    """Say that the money of a bank transfer has come; what was typed stays when it does not fit."""
    payment = Payment.objects.filter(provider="transfer", number=number).select_related("group__customer").first()
    if payment is None:
        raise Http404
    error, status = "", 200
    if request.method == "POST":
        try:
            with transaction.atomic():
                notices.confirm_transfer(number=number, received=_received(request), staff_id=request.user.pk,
                                         now=timezone.now())
            request.audit_target, request.audit_detail = f"payment:{payment.pk}", {"amount_fen": payment.amount_fen}
            messages.success(request, _("已确认到账，订单可以发货了"))
            return redirect("mall:payments")
        except Refused as refused:
            error, status = refused.message, refused.status
        except ValueError:
            error, status = _("请填写到账金额，例如 128.00，和到账日期。"), 422
    orders = payment.group.orders.order_by("pk")
    return render(request, "mall/transfer.html", {
        "payment": payment, "error": error, "form": request.POST, "orders": orders,
        "waits": payment.state in (PaymentState.NEW, PaymentState.OPEN),
        "name": records.names_of([payment.group.customer_id]).get(payment.group.customer_id, ""),
        "today": timezone.localdate().isoformat(),
    }, status=status)


def _received(request: StaffRequest) -> Received:
    """Raises ValueError for an amount or a day that cannot be read."""
    day = parse_date(request.POST.get("day", ""))
    if day is None or day > timezone.localdate():
        raise ValueError("no such day")
    now = timezone.localtime()
    at = now if day == now.date() else now.replace(year=day.year, month=day.month, day=day.day, hour=12, minute=0)
    return Received(request.POST.get("reference", ""), fen(request.POST.get("amount", "")), at)


@staff_may("payments.settle")
@require_POST
def refund_again(request: StaffRequest, refund_id: int) -> HttpResponse:
    """Try a failed refund once more."""
    return _with_refund(request, refund_id, _("正在重新退款"), lambda: services.retry_refund(
        refund_id=refund_id, now=timezone.now()))


@staff_may("payments.settle")
@require_POST
@saying_why
def refund_sent(request: StaffRequest, refund_id: int) -> HttpResponse:
    """A person has sent the money by hand."""
    reference = request.POST.get("reference", "")
    return _with_refund(request, refund_id, _("已记为退款完成"), lambda: services.confirm_refund(
        refund_id=refund_id, reference=reference, now=timezone.now()))


def _with_refund(request: StaffRequest, refund_id: int, said: str, do: Callable[[], Refund]) -> HttpResponse:
    if not Refund.objects.filter(pk=refund_id).exists():
        raise Http404
    refund = do()
    request.audit_target, request.audit_detail = f"refund:{refund_id}", {"amount_fen": refund.amount_fen}
    messages.success(request, said)
    return redirect("mall:payments")


@staff_may("payments.settle", atomic=False)
@require_POST
def refund_drop(request: StaffRequest, refund_id: int) -> HttpResponse:
    """Give a failed refund up. The provider is asked first, outside of a transaction."""
    if not Refund.objects.filter(pk=refund_id).exists():
        raise Http404
    try:
        services.cancel_refund(refund_id=refund_id, now=timezone.now())
    except ChannelError:
        messages.error(request, _("支付渠道暂时没有回答，请稍后再试。"))
        return redirect("mall:payments")
    with transaction.atomic(durable=True):
        org.audit(staff_id=request.user.pk, action="mall.console.payments.refund_drop", target=f"refund:{refund_id}",
                  detail={})
    messages.success(request, _("已放弃这笔退款，金额可以重新退"))
    return redirect("mall:payments")


@staff_may("payments.settle")
@require_POST
@saying_why
def notice_explain(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Say what became of money that fits no payment."""
    if not payments.notices_to_look_at().filter(pk=notice_id).exists():
        raise Http404
    notices.explain_notice(notice_id=notice_id, staff_id=request.user.pk,
                           explanation=request.POST.get("explanation", ""))
    request.audit_target = f"notice:{notice_id}"
    messages.success(request, _("已记下处理结果"))
    return redirect("mall:payments")
