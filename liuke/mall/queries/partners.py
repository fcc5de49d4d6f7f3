"""Suppliers as staff see them: the list, and one with its people, warehouses and freight."""

from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from liuke.kit.errors import NotYours
from liuke.mall.models import FreightRow, FreightTemplate, Product, Supplier, SupplierStaff, Warehouse
from liuke.mall.rules.catalogue import ProductState
from liuke.mall.rules.freight import Row


def _many(rows: QuerySet[Warehouse] | QuerySet[Product] | QuerySet[SupplierStaff]) -> Coalesce:
    counted = rows.filter(supplier=OuterRef("pk")).order_by().values("supplier").annotate(many=Count("pk"))
    return Coalesce(Subquery(counted.values("many"), output_field=IntegerField()), Value(0))


def suppliers() -> QuerySet[Supplier]:
    """With `products_on_sale`, `all_products`, `places`, `people` and `has_freight`."""
    return Supplier.objects.annotate(
        all_products=_many(Product.objects.all()),
        products_on_sale=_many(Product.objects.filter(state=ProductState.ON_SALE)),
        places=_many(Warehouse.objects.filter(active=True)), people=_many(SupplierStaff.objects.all()),
        has_freight=Exists(FreightTemplate.objects.filter(supplier=OuterRef("pk"))),
    )


def supplier(supplier_id: int) -> Supplier:
    """Raises NotYours."""
    row = suppliers().filter(pk=supplier_id).first()
    if row is None:
        raise NotYours
    return row


def people_of(supplier_id: int) -> list[SupplierStaff]:
    return list(SupplierStaff.objects.select_related("staff").filter(supplier=supplier_id)
                .order_by("-staff__is_active", "staff__name", "pk"))


@dataclass(frozen=True)
class Freight:
    """What a supplier asks for sending: the name of the template, its rows (everywhere first), who pays nothing."""

    name: str = ""
    rows: tuple[Row, ...] = ()
    free_tiers: tuple[str, ...] = ()


def freight_of(supplier_id: int) -> Freight:
    """Without a template sending is free, and all of it is empty."""
    rows = FreightRow.objects.filter(template__supplier=supplier_id).select_related("template").order_by("region", "pk")
    found = [Row(row.region, row.delivers, row.first_grams, row.first_fen, row.step_grams, row.step_fen,
                 row.free_from_fen) for row in rows]
    template = FreightTemplate.objects.filter(supplier=supplier_id).first()
    return Freight(template.name, tuple(found), tuple(template.free_tiers)) if template else Freight()
