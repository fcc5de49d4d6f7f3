"""Payments, notices that do not fit, and our own books of a day as a provider's bill would have them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from liuke.kit.errors import NotYours
from liuke.mall.models import Bill, BillDifference, Notice, OrderGroup, Payment, Refund
from liuke.mall.rules.bills import Row
from liuke.mall.rules.orders import PaymentState, RefundState

ZONE = ZoneInfo("Asia/Shanghai")         # in which providers count their days


def payment_for(customer_id: int, number: str) -> Payment:
    """A customer's own payment; raises NotYours."""
    payment = Payment.objects.select_related("group").filter(number=number, group__customer_id=customer_id).first()
    if payment is None:
        raise NotYours
    return payment


def group_for(customer_id: int, number: str) -> OrderGroup:
    """A customer's own purchase; raises NotYours."""
    group = OrderGroup.objects.filter(number=number, customer_id=customer_id).first()
    if group is None:
        raise NotYours
    return group


def payments_list() -> QuerySet[Payment]:
    """All payments, newest first, with what a page shows of each."""
    return Payment.objects.select_related("group__customer").order_by("-created_at", "-pk")


def transfers_waiting() -> QuerySet[Payment]:
    """Bank transfers that a member of staff is to confirm, those of called-off purchases last."""
    waiting = Payment.objects.select_related("group__customer").filter(provider="transfer")
    return waiting.filter(state__in=[PaymentState.NEW, PaymentState.OPEN]).order_by("created_at", "pk")


def notices_to_look_at() -> QuerySet[Notice]:
    """Money that somebody sent and that fits no payment of ours, newest first."""
    return Notice.objects.filter(needs_look=True).select_related("payment").order_by("-received_at", "-pk")


def bills_list() -> QuerySet[Bill]:
    """Compared days, newest first; `open` counts the differences that nobody has explained."""
    unexplained = Count("differences", filter=Q(differences__explained_by=None))
    return Bill.objects.annotate(open=unexplained).order_by("-day_on", "provider")


def differences_open() -> QuerySet[BillDifference]:
    """What nobody has explained yet, newest day first."""
    return BillDifference.objects.filter(explained_by=None).select_related("bill").order_by("-bill__day_on", "pk")


def books_known(provider: str, numbers: Sequence[str]) -> dict[tuple[str, str], Row]:
    """Our payments and refunds with these numbers, of whatever day."""
    payments = Payment.objects.filter(provider=provider, number__in=numbers)
    refunds = Refund.objects.filter(payment__provider=provider, number__in=numbers)
    return {(row.subject, row.number): row for row in [*map(_payment, payments), *map(_refund, refunds)]}


def books_expected(provider: str, day: date) -> list[Row]:
    """What should stand on the provider's bill of a day: money that came, and refunds that it took on."""
    start = datetime.combine(day, time(), tzinfo=ZONE)
    within = (start, start + timedelta(days=1) - timedelta(microseconds=1))
    payments = Payment.objects.filter(provider=provider, state=PaymentState.PAID, paid_at__range=within)
    refunds = Refund.objects.filter(payment__provider=provider, asked_at__range=within)
    return [*map(_payment, payments.order_by("pk")), *map(_refund, refunds.order_by("pk"))]


def _payment(payment: Payment) -> Row:
    return Row("payment", payment.number, payment.amount_fen, payment.state)


def _refund(refund: Refund) -> Row:
    """A refund that the provider took on and could not deliver stands on the bill as asked."""
    taken = refund.asked_at is not None and refund.state == RefundState.FAILED
    return Row("refund", refund.number, refund.amount_fen, RefundState.ASKED if taken else refund.state)
