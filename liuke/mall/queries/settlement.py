"""Statements and what stands on them: for finance all, for a supplier's or a shop's people only their own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from liuke.kit.errors import NotYours
from liuke.kit.money import decimal
from liuke.kit.sheets import Sheet, Value
from liuke.mall.models import Statement, StatementLine
from liuke.mall.rules.settlement import Kind, StatementState
from liuke.org import queries as org

ZONE = "Asia/Shanghai"


def statements_list(
    *, supplier_ids: Collection[int] | None = None, shop_ids: Collection[int] | None = None
) -> QuerySet[Statement]:
    """Statements of these suppliers and of these shops (None: of all), newest first, with their parties."""
    rows = Statement.objects.select_related("supplier", "shop", "closed_by", "paid_by")
    return rows.filter(_of(supplier_ids, shop_ids)).order_by("-until_on", "-pk")


def statement_for(
    number: str, *, supplier_ids: Collection[int] | None = None, shop_ids: Collection[int] | None = None
) -> Statement:
    """One statement, if it is of one of these suppliers or shops. Raises NotYours."""
    row = statements_list(supplier_ids=supplier_ids, shop_ids=shop_ids).filter(number=number).first()
    if row is None:
        raise NotYours(_("没有这张结算单"))
    return row


def lines_of(statement: Statement) -> QuerySet[StatementLine]:
    """A statement's lines with order, order line and refund; of a draft those that it would have if closed now."""
    draft = statement.state == StatementState.OPEN
    rows = due_lines(statement) if draft else StatementLine.objects.filter(statement=statement)
    return rows.select_related("order", "line", "refund_line__refund").order_by("order_id", "pk")


def due_lines(statement: Statement) -> QuerySet[StatementLine]:
    """What a draft takes when it is closed: all that counts before its end and stands on no statement yet."""
    rows = StatementLine.objects.filter(statement=None, counts_at__lt=start_of(statement.until_on))
    shop, supplier = statement.shop_id, statement.supplier_id
    return rows.filter(Q(supplier_id=supplier) if shop is None else Q(shop_id=shop))


@dataclass(frozen=True)
class Figures:
    """What some lines come to. Refunds are negative; total = sales + freight + refunds."""

    orders: int
    lines: int
    sales_fen: int
    freight_fen: int
    refunds_fen: int

    @property
    def total_fen(self) -> int:
        return self.sales_fen + self.freight_fen + self.refunds_fen


def figures_of(statement: Statement) -> Figures:
    """One query, whatever the number of lines."""
    return figures(lines_of(statement))


def figures(rows: QuerySet[StatementLine]) -> Figures:
    """What these lines come to; one query."""
    return Figures(**rows.order_by().aggregate(
        orders=Count("order", distinct=True), lines=Count("pk"), sales_fen=_sum(Kind.SALE),
        freight_fen=_sum(Kind.FREIGHT), refunds_fen=_sum(Kind.REFUND),
    ))


def lines_waiting(
    *, supplier_ids: Collection[int] | None = None, shop_ids: Collection[int] | None = None
) -> QuerySet[StatementLine]:
    """What these parties are owed and stands on no closed statement yet, newest first."""
    rows = StatementLine.objects.filter(_of(supplier_ids, shop_ids), statement=None)
    return rows.select_related("order", "line", "supplier", "shop").order_by("-counts_at", "-pk")


@dataclass(frozen=True)
class Standing:
    """One party: what counts already, what still may come back (the return window is open), what is closed but unpaid.

    In fen; a negative sum is owed to the brand.
    """

    supplier_id: int | None
    shop_id: int | None
    name: str
    due_fen: int
    waiting_fen: int
    unpaid_fen: int


def standings(
    *, now: datetime, supplier_ids: Collection[int] | None = None, shop_ids: Collection[int] | None = None
) -> list[Standing]:
    """Every party with open money, suppliers first, by name; two queries."""
    mine = _of(supplier_ids, shop_ids)
    open_rows = StatementLine.objects.filter(mine, statement=None).values(
        "supplier_id", "shop_id", "supplier__name", "shop__name"
    ).annotate(
        due=_fen(Q(counts_at__lte=now)), waiting=_fen(Q(counts_at__gt=now))
    )
    closed = Statement.objects.filter(mine, state=StatementState.CLOSED).values(
        "supplier_id", "shop_id", "supplier__name", "shop__name"
    ).annotate(unpaid=Coalesce(Sum("total_fen"), 0))
    found: dict[tuple[int | None, int | None], dict[str, int]] = {}
    names: dict[tuple[int | None, int | None], str] = {}
    for row in [*open_rows, *closed]:
        party = (row["supplier_id"], row["shop_id"])
        names[party] = row["supplier__name"] or row["shop__name"]
        found.setdefault(party, {}).update({word: row[word] for word in ("due", "waiting", "unpaid") if word in row})
    rows = [
        Standing(*party, names[party], sums.get("due", 0), sums.get("waiting", 0), sums.get("unpaid", 0))
        for party, sums in found.items()
    ]
    return sorted(rows, key=lambda row: (row.supplier_id is None, row.name, row.supplier_id or row.shop_id or 0))


def brand_part(*, since: datetime, until: datetime) -> Figures:
    """What was left to the brand, or paid by it (negative: its discounts), of orders that counted in this time."""
    return figures(StatementLine.objects.filter(
        supplier=None, shop=None, counts_at__gte=since, counts_at__lt=until
    ))


def statement_sheet(statement: Statement) -> Sheet:
    """The statement as a table, a row for each line and a last row with the sum; amounts in yuan."""
    return Sheet(
        name=statement.number, title=statement.number,
        columns=(("order", _("订单号")), ("kind", _("类型")), ("sku", _("货号")), ("name", _("商品")),
                 ("quantity", _("数量")), ("amount", _("金额（元）")), ("refund", _("退款单号")),
                 ("counts_on", _("计入日期"))),
        rows=_rows(statement),
    )


def _rows(statement: Statement) -> Iterator[tuple[Value, ...]]:
    total = 0
    for row in lines_of(statement).iterator(chunk_size=2_000):
        total += row.amount_fen
        yield (
            row.order.number, kind_word(row.kind), row.line.sku if row.line else "",
            row.line.name if row.line else "", row.quantity, decimal(row.amount_fen),
            row.refund_line.refund.number if row.refund_line else "", row.counts_at.astimezone(zone()).date(),
        )
    yield (_("合计"), "", "", "", None, decimal(total), "", None)


def kind_word(kind: str) -> str:
    """The kind of a statement line as people say it."""
    return {Kind.SALE: _("销售"), Kind.FREIGHT: _("运费"), Kind.REFUND: _("退款")}[Kind(kind)]


def zone() -> ZoneInfo:
    """In which statements count their days: the brand's."""
    brand = org.brand()
    return ZoneInfo(brand.zone if brand else ZONE)


def start_of(day: date) -> datetime:
    """The first moment of a day where the brand is."""
    return datetime.combine(day, time(), tzinfo=zone())


def _of(supplier_ids: Collection[int] | None, shop_ids: Collection[int] | None) -> Q:
    """Rows of these suppliers or of these shops; None is all of a sort. Never those of the brand itself."""
    suppliers = Q(supplier__isnull=False) if supplier_ids is None else Q(supplier_id__in=supplier_ids)
    shops = Q(shop__isnull=False) if shop_ids is None else Q(shop_id__in=shop_ids)
    return suppliers | shops


def _sum(kind: Kind) -> Coalesce:
    return _fen(Q(kind=kind))


def _fen(which: Q) -> Coalesce:
    return Coalesce(Sum(F("amount_fen"), filter=which), 0)
