"""The front page for staff: which blocks, in which order, and what each says."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.draws.queries.draws import public_draws
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.kit.pictures import Folder, kept
from liuke.mall.queries.goods import nodes, on_sale
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may
from liuke.org.services import audit
from liuke.storefront import queries, services
from liuke.storefront.models import Block
from liuke.storefront.rules import (
    HELLO_CHARACTERS,
    TITLE_CHARACTERS,
    WHAT_CHARACTERS,
    WORDS_CHARACTERS,
    BadBlock,
    Kind,
    Leads,
    Wish,
)

KINDS: dict[str, Promise] = {
    Kind.BANNER: gettext_lazy("横幅"), Kind.PRODUCTS: gettext_lazy("商品"), Kind.COUPONS: gettext_lazy("领券"),
    Kind.DRAW: gettext_lazy("抽奖入口"),
}
LEADS: dict[str, Promise] = {
    Leads.NOWHERE: gettext_lazy("不跳转"), Leads.PRODUCT: gettext_lazy("一件商品"),
    Leads.CATEGORY: gettext_lazy("一个分类"), Leads.DRAW: gettext_lazy("一个抽奖"),
    Leads.COUPONS: gettext_lazy("领券中心"), Leads.POINTS: gettext_lazy("积分商城"),
    Leads.SHARE: gettext_lazy("推荐有礼"),
}
SAID: dict[str, Promise] = {
    "title": gettext_lazy("请填写标题"), "what": gettext_lazy("没有找到它，请从列表里选"),
    "codes": gettext_lazy("有的商品编码不存在或重复，最多 12 个"), "kind": gettext_lazy("首页的区块已满"),
    "shop_id": gettext_lazy("请选择一家营业中的门店"), "category_id": gettext_lazy("没有这个分类"),
    "words": gettext_lazy("文字太长"), "leads": gettext_lazy("请选择跳转到哪里"), "hello": gettext_lazy("文字太长"),
}


class FrontForm(forms.Form):
    shop_id = forms.TypedChoiceField(label=gettext_lazy("销售门店"), coerce=int,
                                     help_text=gettext_lazy("商城按这家门店的价格销售。"))
    hello = forms.CharField(label=gettext_lazy("问候语"), max_length=HELLO_CHARACTERS, required=False,
                            help_text=gettext_lazy("显示在商城首页最上方的一句话。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, shop_id=[(shop.pk, shop.name) for shop in org.shops()])


class BlockForm(forms.Form):
    """All that a block may say; `fields_of` leaves those that its kind has."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=TITLE_CHARACTERS)
    words = forms.CharField(label=gettext_lazy("说明"), max_length=WORDS_CHARACTERS, required=False)
    picture = forms.FileField(label=gettext_lazy("图片"), required=False,
                              help_text=gettext_lazy("JPEG、PNG 或 WebP，横向 2:1 最好看；不选就保留原来的。"),
                              widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}))
    leads = forms.ChoiceField(label=gettext_lazy("点按后打开"), required=False, choices=list(LEADS.items()))
    product = forms.CharField(label=gettext_lazy("哪件商品"), required=False, max_length=WHAT_CHARACTERS,
                              help_text=gettext_lazy("输入名称或编码，从列表里选。"),
                              widget=forms.TextInput(attrs={"list": "goods", "autocomplete": "off"}))
    category = forms.ChoiceField(label=gettext_lazy("哪个分类"), required=False)
    draw = forms.ChoiceField(label=gettext_lazy("哪个抽奖"), required=False)
    codes = forms.CharField(label=gettext_lazy("商品编码"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
                            help_text=gettext_lazy("每行一个，按这里的顺序显示；留空就显示所选分类的最新商品。"))
    category_id = forms.TypedChoiceField(label=gettext_lazy("分类"), required=False, coerce=int, empty_value=None)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        known = [(node.id, node.word) for node in nodes()]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "draw": [("", _("请选择")), *((row.number, row.name) for row in public_draws(now=timezone.now()))],
            "category": [("", _("请选择")), *known], "category_id": [("", _("全部")), *known],
        }
        for name in set(self.fields) - FIELDS[Kind(kind)]:
            del self.fields[name]
        offer_choices(self, **{name: found for name, found in choices.items() if name in self.fields})

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(
            kind=self.kind, title=said["title"].strip(), words=said["words"].strip(), leads=said.get("leads", ""),
            what=said.get(self._named(), "").strip(), codes=tuple(said.get("codes", "").split()),
            category_id=said.get("category_id"))

    def _named(self) -> str:
        """The field that names where the block leads."""
        return "draw" if self.kind == Kind.DRAW else str(self.cleaned_data.get("leads", ""))

    def refuse(self, error: Refused) -> None:
        about = error.about if isinstance(error, BadBlock) else "picture"
        field = self._named() if about == "what" else about
        said = str(SAID.get(about, error.message))
        self.add_error(field if field in self.fields else None, said)


FIELDS: dict[Kind, set[str]] = {
    Kind.BANNER: {"title", "words", "picture", "leads", "product", "category", "draw"},
    Kind.PRODUCTS: {"title", "words", "codes", "category_id"},
    Kind.COUPONS: {"title", "words"},
    Kind.DRAW: {"title", "words", "picture", "draw"},
}


ONLY = {"product": "leads=product", "category": "leads=category"}       # a field that only one way needs


@staff_may("storefront.view")
@require_GET
def blocks_page(request: StaffRequest) -> HttpResponse:
    """Every block in the order of the page, those that are hidden too."""
    return _page(request)


def _page(request: StaffRequest, form: FrontForm | None = None) -> HttpResponse:
    front = queries.front()
    form = form or FrontForm(initial={"shop_id": queries.shop_of(front).pk, "hello": front.hello if front else ""})
    rows, names = list(queries.blocks(hidden=True)), {str(node.id): node.word for node in nodes()}
    return render(request, "storefront/blocks.html", {
        "rows": [(row, KINDS.get(row.kind, row.kind), _shows(row, names)) for row in rows], "kinds": KINDS.items(),
        "form": form, "may_edit": request.user.has_perm("storefront.edit"),
        "on_page": sum(row.hidden_at is None for row in rows),
    }, status=422 if form.errors else 200)


def _shows(row: Block, categories: Mapping[str, str]) -> str:
    """What stands behind the block, in a few words; a category by its name."""
    if row.kind == Kind.PRODUCTS:
        return "、".join(row.codes[:3]) if row.codes else row.category.name if row.category else _("最新商品")
    leads = "" if row.kind == Kind.DRAW else str(LEADS.get(row.leads, ""))
    what = categories.get(row.what, row.what) if row.leads == Leads.CATEGORY else row.what
    return " ".join(part for part in (leads, what) if part)


@staff_may("storefront.edit")
@require_POST
def front_change(request: StaffRequest) -> HttpResponse:
    form = FrontForm(request.POST)
    if form.is_valid():
        try:
            services.set_front(shop_id=form.cleaned_data["shop_id"], hello=form.cleaned_data["hello"].strip())
        except BadBlock as error:
            form.add_error(error.about, str(SAID[error.about]))
        else:
            messages.success(request, _("商城首页已保存"))
            return redirect("storefront:blocks")
    return _page(request, form)


@staff_may("storefront.edit", atomic=False)
def block_new(request: StaffRequest, kind: str) -> HttpResponse:
    if kind not in list(Kind):
        raise Http404
    return _edit(request, kind, None)


@staff_may("storefront.edit", atomic=False)
def block_change(request: StaffRequest, block_id: int) -> HttpResponse:
    row = queries.block(block_id)
    return _edit(request, row.kind, row)


def _edit(request: StaffRequest, kind: str, row: Block | None) -> HttpResponse:
    form = BlockForm(kind, request.POST or None, request.FILES or None, initial=_initial(row))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _save(request, form, row)
            except Refused as error:
                form.refuse(error)
            else:
                messages.success(request, _("区块已保存"))
                return redirect("storefront:blocks")
        status = 422
    return render(request, "storefront/block.html", {
        "form": form, "row": row, "word": KINDS[kind], "goods": on_sale() if "product" in form.fields else [],
        "fields": [(form[name], _only(name, kind)) for name in form.fields]}, status=status)


def _only(name: str, kind: str) -> str:
    return "leads=draw" if name == "draw" and kind != Kind.DRAW else ONLY.get(name, "")


def _save(request: StaffRequest, form: BlockForm, row: Block | None) -> None:
    """With a picture the file is stored around the transaction: see `kit.pictures.kept`."""
    upload: UploadedFile | None = form.cleaned_data.get("picture")
    if upload is None:
        _write(request, form, row, "")
        return
    with kept(upload, folder=Folder.PUBLIC) as stored:
        _write(request, form, row, stored.file)


def _write(request: StaffRequest, form: BlockForm, row: Block | None, file: str) -> None:
    with transaction.atomic(durable=True):
        wish = form.wish()
        saved = (services.change_block(block_id=row.pk, wish=wish, file=file) if row
                 else services.add_block(wish=wish, file=file))
        audit(staff_id=request.user.pk, action="storefront.console.block_change", target=f"block:{saved.pk}",
              detail={"kind": saved.kind})


def _initial(row: Block | None) -> dict[str, Any]:
    if row is None:
        return {}
    same = ("title", "words", "leads", "category_id")
    named = "draw" if row.kind == Kind.DRAW else row.leads
    return {**{name: getattr(row, name) for name in same}, "codes": "\n".join(row.codes), named: row.what}


@staff_may("storefront.edit")
@require_POST
def block_move(request: StaffRequest, block_id: int) -> HttpResponse:
    services.move_block(block_id=block_id, up=request.POST.get("to") == "up")
    request.audit_target = f"block:{block_id}"
    return redirect("storefront:blocks")


@staff_may("storefront.edit")
@require_POST
def block_hide(request: StaffRequest, block_id: int) -> HttpResponse:
    services.hide_block(block_id=block_id, now=timezone.now())
    request.audit_target = f"block:{block_id}"
    messages.success(request, _("区块已隐藏"), extra_tags=reverse("storefront:show", args=[block_id]))
    return redirect("storefront:blocks")


@staff_may("storefront.edit")
@require_POST
def block_show(request: StaffRequest, block_id: int) -> HttpResponse:
    services.hide_block(block_id=block_id, now=timezone.now(), hidden=False)
    request.audit_target = f"block:{block_id}"
    return redirect("storefront:blocks")


@staff_may("storefront.edit")
@require_POST
def block_remove(request: StaffRequest, block_id: int) -> HttpResponse:
    services.remove_block(block_id=block_id)
    request.audit_target = f"block:{block_id}"
    messages.success(request, _("区块已移除"))
    return redirect("storefront:blocks")
