"""Ready answers as staff write them; a page of the console, for an answer may ask for a product or an order's state."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.models import Macro
from liuke.desk.rules import MACRO_CHARACTERS, MOST_MACROS, TAG_CHARACTERS, State
from liuke.desk.services import macros
from liuke.desk.triage import TicketKind
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.mall.console.fields import ProductField
from liuke.mall.console.words import stage_choices
from liuke.org.access import StaffRequest, staff_may

AFTER = (State.PENDING_CUSTOMER, State.SOLVED)


class MacroForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=macros.NAME_CHARACTERS)
    text = forms.CharField(
        label=gettext_lazy("内容"), max_length=MACRO_CHARACTERS, widget=forms.Textarea,
        help_text=gettext_lazy(
            "{name} 客户姓名，{order} 最近的订单号，{product} 商品，{number} 工单号，{agent} 您的姓名。"))
    kinds = forms.MultipleChoiceField(label=gettext_lazy("只用于这些类型"), required=False,
                                      widget=forms.CheckboxSelectMultiple)
    stages = forms.MultipleChoiceField(label=gettext_lazy("只用于最近的订单在这些状态"), required=False,
                                       widget=forms.CheckboxSelectMultiple)
    product = ProductField(label=gettext_lazy("只用于这个商品"))
    tag = forms.CharField(label=gettext_lazy("发送后加标签"), max_length=TAG_CHARACTERS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, kinds=[(str(code), words.KINDS[code]) for code in TicketKind], stages=stage_choices())

@staff_may("desk.work")
@require_GET
def macros_page(request: StaffRequest) -> HttpResponse:
    """All ready answers, those used most first."""
    rows = Macro.objects.select_related("product").order_by("-active", "-used", "name")[:MOST_MACROS]
    stages = dict(stage_choices())
    return render(request, "console/macros.html", {"rows": [
        (row, [words.word(words.KINDS, code) for code in row.kinds], [stages.get(code, code) for code in row.stages])
        for row in rows]})


@staff_may("desk.work")
def macro(request: StaffRequest, macro_id: int | None = None) -> HttpResponse:
    """Write one, or change it."""
    row = get_object_or_404(Macro.objects.select_related("product"), pk=macro_id) if macro_id else None
    before = {"name": row.name, "text": row.text, "kinds": row.kinds, "stages": row.stages, "tag": row.tag,
              "product": row.product.code if row.product else ""} if row else {}
    form = MacroForm(request.POST if request.method == "POST" else None, initial=before)
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                saved = macros.save_macro(
                    macro_id=macro_id, name=said["name"], text=said["text"], kinds=said["kinds"], tag=said["tag"],
                    stages=said["stages"], product_id=said["product"], state=row.state if row else "")
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            request.audit_target = f"macro:{saved.pk}"
            messages.success(request, _("已保存快捷回复"))
            return redirect("console:macros")
    if form.errors:
        status = 422
    return render(request, "console/macro.html", {"form": form, "row": row}, status=status)


@staff_may("desk.work")
@require_POST
def macro_drop(request: StaffRequest, macro_id: int) -> HttpResponse:
    """Offer it no longer, or again."""
    row = get_object_or_404(Macro, pk=macro_id)
    row.active = not row.active
    macros.mark_active(macro_id=macro_id, active=row.active)
    request.audit_target = f"macro:{macro_id}"
    messages.success(request, _("已重新启用") if row.active else _("已停用，不再出现在工单里"))
    return redirect("console:macros")
