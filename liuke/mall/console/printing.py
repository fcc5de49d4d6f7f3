"""Printing labels and cards for picked orders, and the text of the card."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from liuke.kit.forms import number_of
from liuke.mall.models import Order, PackingCard, Supplier
from liuke.mall.queries import board, cards
from liuke.mall.rules import cards as rules
from liuke.mall.rules.stages import MOST_PICKED
from liuke.mall.services import cards as services
from liuke.mall.services import made_files, paper
from liuke.mall.services.made_files import WHAT
from liuke.org.access import StaffRequest, staff_may


class CardForm(forms.Form):
    """The card's texts, with holes that each order fills."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=rules.TITLE_CHARACTERS)
    note = forms.CharField(label=gettext_lazy("正文"), widget=forms.Textarea(attrs={"rows": 9}),
                           max_length=rules.NOTE_CHARACTERS,
                           help_text=gettext_lazy("{name} 顾客名，{shop} 品牌名，{number} 订单号，{care} 使用提示。"))
    footer = forms.CharField(label=gettext_lazy("落款"), max_length=rules.FOOTER_CHARACTERS, required=False)
    review = forms.CharField(label=gettext_lazy("评价二维码的网址"), max_length=rules.REVIEW_CHARACTERS, required=False,
                             widget=forms.URLInput(attrs={"placeholder": "https://"}), empty_value="",
                             help_text=gettext_lazy("可以写 {number} 代替订单号；留空就不印二维码。"))

    def text(self) -> services.CardText:
        said = self.cleaned_data
        return services.CardText(said["title"], said["note"], said["footer"], said["review"])


@staff_may("parcels.ship")
@require_POST
def orders_print(request: StaffRequest) -> HttpResponse:
    """One PDF for the picked orders; a job makes that of many. Addresses leave the system, so it is in the audit."""
    size, what = request.POST.get("size", "100x150"), request.POST.get("what", "both")
    picked = board.picked(board.orders_seen(request.user, "parcels.ship"), request.POST.getlist("pick")[:MOST_PICKED])
    if size not in rules.SIZES or what not in WHAT or not picked:
        messages.error(request, _("请先选择要打印的订单。"))
        return redirect("mall:orders")
    label, card = WHAT[what]
    request.audit_target = f"orders:{len(picked)}"
    request.audit_detail = {"order_ids": [order.pk for order in picked], "what": what}
    now = timezone.now()
    name = f"liuke-{timezone.localtime(now):%m%d-%H%M}.pdf"
    if len(picked) > rules.DIRECTLY:
        row = made_files.ask_for_papers(orders=picked, size=size, what=what, name=name, staff_id=request.user.pk,
                                        now=now)
        return redirect("mall:made_file", row.pk)
    return _file(paper.pdf(cards.printed(picked), size=size, label=label, card=card), name)


def _file(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@staff_may("cards.edit")
def cards_page(request: StaffRequest) -> HttpResponse:
    """The brand's card, or with ?supplier= that of one supplier."""
    supplier = _supplier(request)
    card = cards.card_of(supplier.pk if supplier else None)
    own = supplier is not None and card.supplier_id == supplier.pk
    form = CardForm(request.POST if request.method == "POST" else None, initial={
        "title": card.title, "note": card.note, "footer": card.footer, "review": card.review})
    if request.method == "POST" and form.is_valid():
        try:
            services.save_card(supplier_id=supplier.pk if supplier else None, text=form.text())
            request.audit_target = f"card:{supplier.pk if supplier else 'brand'}"
            messages.success(request, _("已保存，之后打印的卡片都用这段话"))
            return redirect(_address(supplier))
        except services.BadCard as wrong:
            form.add_error(wrong.field, wrong.message)
    return render(request, "mall/cards.html", {
        "form": form, "supplier": supplier, "own": own, "suppliers": Supplier.objects.order_by("name", "pk"),
        "with_own": set(PackingCard.objects.values_list("supplier_id", flat=True)),
    }, status=422 if form.errors else 200)


@staff_may("cards.edit", atomic=False)
@require_POST
def cards_preview(request: StaffRequest) -> HttpResponse:
    """The card as it would be printed, for an invented customer; nothing is saved."""
    form = CardForm(request.POST)
    size = request.POST.get("size", "100x150")
    if not form.is_valid() or size not in rules.SIZES:
        return HttpResponse(_("先把文字填完整，再预览。"), status=422, content_type="text/plain; charset=utf-8")
    try:
        services.check(form.text())
    except services.BadCard as wrong:
        return HttpResponse(wrong.message, status=422, content_type="text/plain; charset=utf-8")
    return _file(paper.pdf([_example(form.text())], size=size, label=False, card=True), "preview.pdf")


@staff_may("cards.edit")
@require_POST
def cards_drop(request: StaffRequest) -> HttpResponse:
    """The supplier uses the brand's card again."""
    supplier = _supplier(request)
    if supplier is None:
        raise Http404
    services.drop_card(supplier_id=supplier.pk)
    request.audit_target = f"card:{supplier.pk}"
    messages.success(request, _("这家供应商改用全品牌的卡片"))
    return redirect("mall:cards")


def _supplier(request: StaffRequest) -> Supplier | None:
    asked = request.GET.get("supplier", "")
    if not asked:
        return None
    found = Supplier.objects.filter(pk=number_of(asked) or 0).first()
    if found is None:
        raise Http404
    return found


def _address(supplier: Supplier | None) -> str:
    return reverse("mall:cards") + (f"?supplier={supplier.pk}" if supplier else "")


def _example(text: services.CardText) -> cards.Printed:
    values = {"name": _("小满"), "shop": _("小满家"), "number": "2611021234567890-1",
              "care": _("奶瓶：首次使用前用沸水煮五分钟，勿用钢丝球。")}
    card = cards.Card(*(rules.filled(part, values) for part in (text.title, text.note, text.footer, text.review)))
    return cards.Printed("2611021234567890-1", values["shop"], values["name"], [], "", card, Order())
