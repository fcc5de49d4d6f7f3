"""Beside a conversation: which goods it is about, said by whoever works on it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.desk.queries import talks
from liuke.desk.services.products import BY_STAFF, say_product
from liuke.mall.models import OrderLine, Product
from liuke.mall.queries.batches import batches_of
from liuke.mall.rules.carriers import batch_number
from liuke.org.access import StaffRequest, staff_may


@staff_may("desk.work")
@require_POST
def product(request: StaffRequest, number: str) -> HttpResponse:
    """One of the lines that the customer bought, or a product by its code; the batch as typed, else the parcel's."""
    row, post = talks.ticket_seen(number), request.POST
    chosen, code = post.get("line", ""), post.get("code", "").strip()
    line = OrderLine.objects.filter(order__customer=row.customer_id, item__isnull=False, pk=chosen).select_related(
        "item").first() if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    product_id = line.item.product_id if line and line.item else (
        Product.objects.filter(code=code).values_list("pk", flat=True).first() if code and "\x00" not in code else None)
    if product_id is None:
        messages.error(request, _("请选择客户买过的商品，或填写正确的商品编号。"))
        return redirect("desk:ticket", number)
    batch = batch_number(post.get("batch", "")) or (
        batches_of([line.pk]).get(line.pk, "") if line else "")
    say_product(ticket_id=row.pk, product_id=product_id, line_id=line.pk if line else None, batch=batch,
                said_by=BY_STAFF, staff_id=request.user.pk, now=timezone.now())
    request.audit_target, request.audit_detail = f"ticket:{row.pk}", {"product_id": product_id}
    messages.success(request, _("已记下是哪件商品"))
    return redirect("desk:ticket", number)
