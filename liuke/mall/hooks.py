"""What providers send us, and the demo's cashier, which stands where a provider's own page would."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from liuke.channels.carriers import MAX_BYTES, BadSignature, StaleTimestamp, Unreadable
from liuke.channels.demo import DemoCashier
from liuke.channels.errors import NotVerified
from liuke.channels.payment import PaymentProvider
from liuke.channels.registry import carrier_doors, payment_providers
from liuke.kit.errors import Refused
from liuke.mall.models import Payment
from liuke.mall.queries.payments import payments_list
from liuke.mall.services import carrier_events, notices, orders

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """Kept and answered 204, whatever it says, once it is verified; what cannot be verified is not kept.

    WeChat repeats everything that is not answered with 200 or 204, for a day.
    """
    channel = payment_providers().get(provider)
    if channel is None:
        raise Http404
    try:
        _deliver(channel, request.headers, request.body)
    except NotVerified as error:
        log.warning("notice_not_verified", provider=provider, reason=str(error))
        return JsonResponse({"code": "FAIL", "message": "not verified"}, status=401)
    return HttpResponse(status=204)


def _deliver(provider: PaymentProvider, headers: Mapping[str, str], body: bytes) -> None:
    now = timezone.now()
    event = provider.parse_notice(headers=headers, body=body, now=now)
    with transaction.atomic(durable=True):
        notice = notices.apply_event(provider=provider.name, event=event, body=body, now=now)
    if notice.needs_look:
        log.error("notice_needs_look", provider=provider.name, notice_id=notice.pk, outcome=str(notice.outcome))


@csrf_exempt
@require_POST
def carrier_event(request: HttpRequest, carrier: str) -> HttpResponse:
    """Answered 200 once it is noted, now or before. A carrier repeats everything else, signed anew."""
    door = carrier_doors().get(carrier)
    if door is None:
        return _said(404, "not_found", _("没有这个入口"))
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        return _said(413, "body_too_large", _("内容太大"))
    now = timezone.now()
    try:
        told = door.parse(headers=request.headers, body=request.body, now=now)
        with transaction.atomic(durable=True):
            new = carrier_events.note_event(carrier=carrier, told=told, now=now)
    except (BadSignature, StaleTimestamp) as error:
        answer = _said(401, error.code, _("签名不对，或时间相差超过五分钟"))
    except Unreadable as error:
        answer = _said(422, "bad_input", str(error))
    except Refused as refused:
        answer = _said(refused.status, refused.code, refused.message)
    else:
        return JsonResponse({"outcome": "noted" if new else "repeated"})
    log.warning("carrier_event_refused", carrier=carrier, status=answer.status_code)
    return answer


def _said(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status, json_dumps_params={"ensure_ascii": False})


@require_http_methods(["GET", "POST"])
def demo_cashier(request: HttpRequest, number: str) -> HttpResponseBase:
    """Pay a purchase of the demo, well or badly. There is no such page unless the demo runs."""
    cashier = payment_providers().get("demo")
    if not isinstance(cashier, DemoCashier):
        raise Http404
    payment = payments_list().filter(provider="demo", number=number).first()
    if payment is None:
        raise Http404
    if request.method == "POST":
        messages.success(request, _press(cashier, payment, request.POST.get("do", ""), timezone.now()))
        return redirect("demo_cashier", number=number)
    return render(request, "mall/cashier.html", {"payment": payment, "orders": payment.group.orders.order_by("pk")})


def _press(cashier: DemoCashier, payment: Payment, button: str, now: datetime) -> str:
    """Do what the button says; returns the sentence that says what was done."""
    if button == "fail":
        cashier.close(payment.number)
        _notify(cashier, payment, "fail")
        return _("已放弃付款。")
    if button == "late":
        with transaction.atomic(durable=True):
            orders.cancel(number=payment.group.number, customer_id=payment.group.customer_id, now=now)
    cashier.pay(number=payment.number, amount_fen=payment.amount_fen, now=now)
    if button == "lost":
        return _("已付款，通知在路上丢失。系统会自己去询问，一分钟内可以看到结果。")
    _notify(cashier, payment, "pay")
    if button == "twice":
        _notify(cashier, payment, "pay")
        _notify(cashier, payment, "pay again")
        return _("已付款，同一笔付款通知了三次。")
    return _("已付款。")


def _notify(cashier: DemoCashier, payment: Payment, event: str) -> None:
    _deliver(cashier, {}, cashier.notice(event=f"{payment.number}:{event}", number=payment.number))
