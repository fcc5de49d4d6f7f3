"""Fields that are forgiving to type: money, shares, moments and whole numbers as people write them."""

import unicodedata
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.money import fen, yuan
from liuke.mall.models import Product, Sku
from liuke.mall.queries import goods
from liuke.mall.rules.catalogue import MAX_FEN

PER_PERCENT = 100
FORMS_OF_MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


def plain(text: str) -> str:
    """Full-width signs as usual ones, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


class MoneyField(forms.CharField):
    """Fen from what a person types: 89, 89.9, ¥1,234.50, 89元. An empty field is None."""

    def __init__(self, *, least: int = 0, most: int = MAX_FEN, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**{"max_length": 30, **kwargs})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = fen(plain(text).removesuffix("元").replace(" ", ""))
        except (ValueError, ArithmeticError) as error:
            raise ValidationError(_("请填写金额，例如 89 或 1,234.50")) from error
        if not self.least <= amount <= self.most:
            raise ValidationError(_("金额要在 %(least)s 到 %(most)s 元之间")
                                  % {"least": yuan(self.least), "most": yuan(self.most)})
        return amount

    def prepare_value(self, value: Any) -> Any:
        """Fen as they are typed: 8990 -> 89.90; what was typed stays."""
        return yuan(value) if isinstance(value, int) else value


class SkuField(forms.CharField):
    """The SKU with the code or the barcode that was typed or scanned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})

    def clean(self, value: Any) -> Sku:
        found = goods.sku_called(super().clean(value).strip())
        if found is None:
            raise ValidationError(_("没有这个编号或条码的规格"))
        return found


class PercentField(forms.CharField):
    """Basis points from a percentage: 12, 12.5, 12.5%. An empty field is None."""

    def __init__(self, *, least_bp: int = 0, most_bp: int, **kwargs: Any) -> None:
        self.least_bp, self.most_bp = least_bp, most_bp
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**{"max_length": 12, **kwargs})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            points = Decimal(plain(text).removesuffix("%").strip()) * PER_PERCENT
        except InvalidOperation as error:
            raise ValidationError(_("请填写百分比，例如 12 或 12.5")) from error
        if not points.is_finite() or points != int(points) or not self.least_bp <= points <= self.most_bp:
            raise ValidationError(_("百分比要在 %(least)s 到 %(most)s 之间，最多两位小数") % {
                "least": percent_text(self.least_bp), "most": percent_text(self.most_bp)})
        return int(points)

    def prepare_value(self, value: Any) -> Any:
        return percent_text(value) if isinstance(value, int) else value


def percent_text(points: int) -> str:
    """1250 -> 12.5."""
    return f"{points / PER_PERCENT:g}"


class CountField(forms.CharField):
    """A whole number: 12, 1,200, １２. An empty field is None."""

    def __init__(self, *, least: int = 0, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**{"max_length": 20, **kwargs})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        digits = plain(text).replace(",", "").replace(" ", "")
        if not digits.removeprefix("-").isascii() or not digits.removeprefix("-").isdigit():
            raise ValidationError(_("请填写整数"))
        number = int(digits)
        if not self.least <= number <= self.most:
            raise ValidationError(_("要在 %(least)s 到 %(most)s 之间") % {"least": self.least, "most": self.most})
        return number


class MomentField(forms.CharField):
    """A moment in the brand's zone: what the browser's picker gives, 2026-11-11 20:00, or 2026/11/11."""

    default_error_messages = {"wrong": gettext_lazy("请填写日期和时间，例如 2026-11-11 20:00")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMS_OF_MOMENTS[0]))
        super().__init__(**{"max_length": 30, **kwargs})

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        for form in FORMS_OF_MOMENTS:
            try:
                return timezone.make_aware(datetime.strptime(plain(text), form))      # noqa: DTZ007  made aware here
            except ValueError:
                continue
        raise ValidationError(self.error_messages["wrong"], code="wrong")

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return _Moment(form, self, field_name)


class _Moment(BoundField):
    """Shows a stored moment in the brand's zone; what was typed stays."""

    def value(self) -> Any:
        found = super().value()
        return timezone.localtime(found).strftime(FORMS_OF_MOMENTS[0]) if isinstance(found, datetime) else found


class ProductField(forms.CharField):
    """The id of a product from its code. An empty field is None: all products."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "required": False,
                            "help_text": gettext_lazy("填商品编码，不填就是所有商品。"), **kwargs})

    def clean(self, value: Any) -> int | None:
        code = super().clean(value)
        if not code:
            return None
        found = Product.objects.filter(code=code).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(_("没有这个商品编码。"))
        return found
