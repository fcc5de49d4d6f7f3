"""Who works for a supplier, and what the supplier asks for sending."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import FreightRow, FreightTemplate, Supplier, SupplierStaff
from liuke.mall.queries.tiers import unknown
from liuke.mall.rules.catalogue import MAX_FEN
from liuke.mall.rules.freight import Row
from liuke.mall.services.categories import text
from liuke.org import services as org
from liuke.org.models import Staff
from liuke.org.rules import Role

MAX_ROWS = 60
MAX_GRAMS = 10_000_000
MAX_TIERS, TIER = 30, 20


class WorksForBrand(Refused):
    """Somebody with a role of the brand sees everything, and so cannot be held to one supplier."""

    code = "works_for_brand"


class BadFreight(BadInput):
    """A freight row has a weight and a price, and its region stands only once."""

    code = "bad_freight"


def open_account(*, supplier_id: int, username: str, name: str, phone: str = "") -> tuple[Staff, str]:
    """A login for somebody who works for the supplier, and the first password, which is shown only now.

    Raises NotYours, and what `org.services.open_staff` raises.
    """
    require_transaction()
    supplier = _supplier(supplier_id)
    staff, password = org.open_staff(username=username, name=name, phone=phone)
    org.change_roles(staff_id=staff.pk, roles=[(Role.SUPPLIER, None)])
    SupplierStaff.objects.create(supplier=supplier, staff=staff)
    return staff, password


def employ(*, supplier_id: int, username: str) -> Staff:
    """Somebody who has a login already works for this supplier too; again is once. Raises NotYours, WorksForBrand."""
    require_transaction()
    supplier = _supplier(supplier_id)
    staff = Staff.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if staff is None:
        raise BadInput(_("没有这个用户名的员工"))
    if any(role != Role.SUPPLIER for role, _shop in staff.held):
        raise WorksForBrand(_("这位员工有品牌的角色，能看到全部订单；请先收回他的角色。"))
    org.change_roles(staff_id=staff.pk, roles=[(Role.SUPPLIER, None)])
    SupplierStaff.objects.get_or_create(supplier=supplier, staff=staff)
    return staff


def dismiss(*, supplier_id: int, staff_id: int) -> bool:
    """The person no longer works for this supplier; without another one there is nothing left to see for them."""
    require_transaction()
    gone, _rows = SupplierStaff.objects.filter(supplier=supplier_id, staff=staff_id).delete()
    if gone and not SupplierStaff.objects.filter(staff=staff_id).exists():
        held = Staff.objects.get(pk=staff_id).held
        org.change_roles(staff_id=staff_id, roles=[each for each in held if each[0] != Role.SUPPLIER])
    return bool(gone)


def set_freight(
    *, supplier_id: int, name: str, rows: Sequence[Row], free_tiers: Sequence[str] = ()
) -> FreightTemplate:
    """This is what the supplier asks for sending from now on; no rows: sending is free. Again is once.

    Customers of `free_tiers` pay nothing wherever it delivers. Raises NotYours, BadText, BadFreight.
    """
    require_transaction()
    supplier = _supplier(supplier_id)
    for row in rows:
        fens = (row.first_fen, row.step_fen, row.free_from_fen or 0)
        weights = (row.first_grams, row.step_grams)
        if not all(0 <= fen <= MAX_FEN for fen in fens) or not all(0 < grams <= MAX_GRAMS for grams in weights):
            raise BadFreight(_("请填写正确的重量和运费"))
    if len({row.region for row in rows}) != len(rows) or len(rows) > MAX_ROWS:
        raise BadFreight(_("同一个地区只能有一行"))
    free = sorted({tier.strip() for tier in free_tiers})
    if len(free) > MAX_TIERS or not all(0 < len(tier) <= TIER for tier in free) or unknown(free):
        raise BadFreight(_("请选择会员等级"))
    template, _made = FreightTemplate.objects.update_or_create(
        supplier=supplier, defaults={"name": text(name, 40), "free_tiers": free})
    template.rows.all().delete()
    FreightRow.objects.bulk_create([FreightRow(template=template, **row.__dict__) for row in rows])
    return template


def _supplier(supplier_id: int) -> Supplier:
    row = Supplier.objects.select_for_update().filter(pk=supplier_id).first()
    if row is None:
        raise NotYours
    return row
