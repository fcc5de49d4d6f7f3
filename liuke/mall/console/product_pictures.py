"""The pictures of a product: uploaded, put in order, taken away. Each upload is a transaction of its own."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from liuke.kit.errors import Refused
from liuke.kit.pictures import Folder, kept
from liuke.mall.console.product import page
from liuke.mall.console.scope import brand_may, number
from liuke.mall.models import Product
from liuke.mall.queries import goods
from liuke.mall.rules.catalogue import MAX_PICTURES
from liuke.mall.services import pictures
from liuke.org.access import StaffRequest
from liuke.org.services import audit

NAME = 60                                # characters of a file's name in a sentence


@brand_may("goods.edit", atomic=False)
@require_POST
def picture_add(request: StaffRequest, product_id: int) -> HttpResponse:
    """Add the files, each for itself; what cannot be taken is named with its reason."""
    row = goods.product(product_id)
    files = request.FILES.getlist("pictures")[:MAX_PICTURES]
    if not files:
        return page(request, row, "pictures", wrong=[_("请先选择图片文件。")], status=422)
    wrong = [said for file in files if (said := _add(request, row, file))]
    added = len(files) - len(wrong)
    if wrong:
        return page(request, row, "pictures", wrong=wrong, added=added, status=422)
    said = ngettext("已添加 %(count)s 张图片", "已添加 %(count)s 张图片", added) % {"count": added}
    messages.success(request, said)
    return _back(row.pk)


def _add(request: StaffRequest, row: Product, file: UploadedFile) -> str:
    """Why not, or nothing."""
    try:
        with kept(file, folder=Folder.PUBLIC) as stored, transaction.atomic(durable=True):
            added = pictures.add_picture(product_id=row.pk, picture=stored, now=timezone.now())
            audit(staff_id=request.user.pk, action="mall.console.product_pictures.picture_add",
                  target=f"product:{row.pk}", detail={"picture_id": added.pk})
    except Refused as refused:
        return _("%(file)s：%(reason)s") % {"file": (file.name or "")[:NAME], "reason": refused.message}
    return ""


@brand_may("goods.edit")
@require_POST
def picture_move(request: StaffRequest, product_id: int) -> HttpResponse:
    """Make a picture the cover, or move it by one."""
    row = goods.product(product_id)
    places = list(row.pictures.order_by("position", "pk").values_list("pk", flat=True))
    moving, to = number(request.POST, "picture"), request.POST.get("to", "")
    request.audit_target, request.audit_detail = f"product:{row.pk}", {"picture_id": moving}
    if moving in places:
        at = places.index(moving)
        there = {"first": 0, "left": max(0, at - 1), "right": at + 1}.get(to, at)
        places.insert(there, places.pop(at))
        pictures.order_pictures(product_id=row.pk, picture_ids=places, now=timezone.now())
    return _back(row.pk)


@brand_may("goods.edit")
@require_POST
def picture_remove(request: StaffRequest, product_id: int) -> HttpResponse:
    row = goods.product(product_id)
    picture_id = number(request.POST, "picture") or 0
    request.audit_target, request.audit_detail = f"product:{row.pk}", {"picture_id": picture_id}
    pictures.remove_picture(product_id=row.pk, picture_id=picture_id, now=timezone.now())
    messages.success(request, _("已移除图片"))
    return _back(row.pk)


def _back(product_id: int) -> HttpResponse:
    return redirect(f"{reverse('mall:product', args=[product_id])}?view=pictures")
