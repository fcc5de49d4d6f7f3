"""From received orders to paid statements: who is owed what, closed per party and period, once, into the ledger.

Lines are written when an order is received and when money goes back; a statement gathers them. Two accounts a party:
what is owed stands on `owed:supplier:<id>` or `owed:shop:<id>` (negative: the party owes the brand).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.ledger import services as ledger
from liuke.mall.models import Order, OrderLine, Refund, RefundLine, Statement, StatementLine
from liuke.mall.queries import settlement as queries
from liuke.mall.rules import settlement as rules
from liuke.mall.rules.orders import RefundState, State
from liuke.mall.rules.settlement import Kind, StatementState

SETTLEMENT = ledger.NewAccount(purpose="settlement", unit="fen", debit_normal=True, rolled=True)
PAID_OUT = ledger.NewAccount(purpose="paid_out", unit="fen", rolled=True)


class PeriodNotOver(Refused):
    """A statement is closed when its last day is over."""

    code = "statement_period_open"


class EarlierOpen(Refused):
    """An earlier statement of the same party is still a draft; close that one first."""

    code = "statement_earlier_open"


class NotClosed(Refused):
    """Only a closed statement can be paid."""

    code = "statement_not_closed"


class PaidOtherwise(Refused):
    """The statement is paid already, with another reference."""

    code = "statement_paid_otherwise"


class PeriodTaken(Refused):
    """A statement of this party ends on the same day and begins on another, or a later one stands already."""

    code = "statement_period_taken"


@dataclass(frozen=True)
class Party:
    """A supplier or a shop, exactly one of them."""

    supplier_id: int | None = None
    shop_id: int | None = None

    def __post_init__(self) -> None:
        assert (self.supplier_id is None) != (self.shop_id is None), "a party is a supplier or a shop"

    @property
    def account(self) -> ledger.NewAccount:
        """Live, so that it can be watched, and without a floor: a party may owe the brand."""
        kind = "supplier" if self.shop_id is None else "shop"
        return ledger.NewAccount(purpose="owed", unit="fen", owner_kind=kind, owner_id=self.supplier_id or self.shop_id)

    @property
    def rows(self) -> Q:
        return Q(supplier_id=self.supplier_id) if self.shop_id is None else Q(shop_id=self.shop_id)


def settle_order(*, order_id: int) -> int:
    """Write what a received order brings to each party, and what its refunds took back so far; returns how many lines.

    Again is once. The lines count when the goods can no longer be returned. Holds the order's lock against a refund
    that is noted at the same time.
    """
    require_transaction()
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.source == "import" or order.received_at is None:
        return 0
    days = [line.item.product.return_days for line in order.lines.select_related("item__product") if line.item]
    return _write(order, rules.counts_from(order.received_at, days))


def settle_refund(*, refund_id: int) -> int:
    """Write what a refund takes back, when its order has been settled; returns how many lines. Again is once.

    An order that is not received yet takes its refunds along when it is. One that never will be, since all of its money
    is back, is settled here if pieces stayed with the customer: whoever sent them is owed for them.
    """
    require_transaction()
    refund = Refund.objects.get(pk=refund_id)
    if refund.order_id is None or refund.state != RefundState.DONE:
        return 0
    order = Order.objects.select_for_update().get(pk=refund.order_id)
    assert refund.done_at is not None
    settled = StatementLine.objects.filter(order=order).order_by("-counts_at").first()
    if settled is None:
        lost = order.state == State.REFUNDED and _kept(order)
        return _write(order, refund.done_at) if lost else 0
    return _insert(_refund_lines(order, [refund], settled.counts_at))


def _kept(order: Order) -> bool:
    """Whether some pieces left and did not come back with the money."""
    lines = order.lines.filter(shipped__gt=0)
    back = {row.pk: sum(each.quantity for each in row.refund_lines.filter(refund__state=RefundState.DONE))
            for row in lines}
    return any(row.shipped > 0 and back[row.pk] < row.quantity for row in lines)


def _write(order: Order, counts_at: datetime) -> int:
    rows = []
    for line in order.lines.order_by("pk"):
        shares = rules.sale_shares(_sold(line))
        rows += _three(order, shares, f"sale:{line.pk}", kind=Kind.SALE, line=line, quantity=line.quantity,
                       counts_at=counts_at)
        rows += _never_sent(order, line, counts_at)
    freight = rules.Shares(order.freight_fen, 0, 0)
    rows += _three(order, freight, f"freight:{order.pk}", kind=Kind.FREIGHT, quantity=1, counts_at=counts_at)
    refunds = list(Refund.objects.filter(order=order, state=RefundState.DONE).order_by("pk"))
    return _insert(rows + _refund_lines(order, refunds, counts_at))


def _never_sent(order: Order, line: OrderLine, counts_at: datetime) -> list[StatementLine]:
    """Pieces that stayed on the shelf though nobody gave them back: the order ended when all of its money was back."""
    pieces = line.quantity - line.shipped - line.stopped
    if order.state != State.REFUNDED or order.received_at or pieces <= 0:
        return []
    shares = rules.refund_shares(_sold(line), quantity=pieces, amount_fen=0)
    return _three(order, shares, f"unsent:{line.pk}", kind=Kind.REFUND, line=line, quantity=-pieces,
                  counts_at=counts_at)


def _refund_lines(order: Order, refunds: list[Refund], counts_at: datetime) -> list[StatementLine]:
    """What went back before the order counts is netted with it; what goes back later counts then."""
    done = {refund.pk: refund.done_at or counts_at for refund in refunds}
    rows = []
    for row in RefundLine.objects.filter(refund__in=done).select_related("line").order_by("pk"):
        shares = rules.Shares(-row.amount_fen, 0, 0)
        if row.line:
            shares = rules.refund_shares(_sold(row.line), quantity=row.quantity, amount_fen=row.amount_fen)
        rows += _three(order, shares, f"refund:{row.pk}", kind=Kind.REFUND, line=row.line, refund_line=row,
                       quantity=-row.quantity, counts_at=max(done[row.refund_id], counts_at))
    return rows


def _three(order: Order, shares: rules.Shares, key: str, **fields: object) -> list[StatementLine]:
    """A line for each party that gets or gives something; what a missing party would get is the brand's."""
    supplier = shares.supplier_fen if order.supplier_id else 0
    shop = shares.shop_fen if order.shop_id else 0
    parts = [
        ("s", {"supplier_id": order.supplier_id}, supplier),
        ("b", {"shop_id": order.shop_id}, shop),
        ("h", {}, shares.total_fen - supplier - shop),
    ]
    return [
        StatementLine(order=order, key=f"{key}:{mark}", amount_fen=amount, **party, **fields)
        for mark, party, amount in parts if amount
    ]


def _insert(rows: list[StatementLine]) -> int:
    known = set(StatementLine.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    return len(StatementLine.objects.bulk_create(
        [row for row in rows if row.key not in known], ignore_conflicts=True
    ))


def _sold(line: OrderLine) -> rules.Sold:
    return rules.Sold(line.quantity, line.supply_fen, line.shop_fen, line.price_fen, line.amount_fen)


def open_statement(*, party: Party, from_on: date, until_on: date) -> Statement:
    """Start a draft for one party and period (`until_on` not included). Again is the same one.

    Raises BadInput for an empty or endless period, PeriodTaken when another statement of the party stands in the way.
    """
    require_transaction()
    if not 0 < (until_on - from_on).days <= rules.MAX_MONTHS * 31:
        raise BadInput(_("结算周期不正确"))
    advisory_lock(f"statement:{party.account.address}")
    later_one = Statement.objects.filter(party.rows, until_on__gte=until_on).order_by("until_on").first()
    if later_one and (later_one.from_on, later_one.until_on) == (from_on, until_on):
        return later_one
    if later_one:
        raise PeriodTaken(_("这个周期已经有结算单 %(number)s") % {"number": later_one.number})
    return Statement.objects.create(
        supplier_id=party.supplier_id, shop_id=party.shop_id, from_on=from_on, until_on=until_on,
        number=rules.statement_number(supplier_id=party.supplier_id, shop_id=party.shop_id, until=until_on),
        state=StatementState.OPEN,
    )


def open_month(*, now: datetime) -> int:
    """A draft of the month that has ended for everybody with money in it; returns how many were new. Again is none.

    A party whose statements already reach further (finance closed by hand) gets none.
    """
    require_transaction()
    advisory_lock("statement:month")
    from_on, until_on = rules.month_before(now.astimezone(queries.zone()).date())
    due = StatementLine.objects.filter(statement=None, counts_at__lt=queries.start_of(until_on))
    pairs = due.exclude(supplier=None, shop=None).order_by("supplier_id", "shop_id").distinct()
    made = 0
    for supplier_id, shop_id in pairs.values_list("supplier_id", "shop_id"):
        party = Party(supplier_id, shop_id)
        if not Statement.objects.filter(party.rows, until_on__gte=until_on).exists():
            open_statement(party=party, from_on=from_on, until_on=until_on)
            made += 1
    return made


def close_statement(*, statement_id: int, staff_id: int, now: datetime) -> Statement:
    """Freeze a draft over all that counts before its end, and book what is owed. Again, or by two at once, is once.

    One that comes to zero is paid with it. Raises PeriodNotOver, EarlierOpen.
    """
    require_transaction()
    known = _statement(statement_id)
    party = Party(known.supplier_id, known.shop_id)
    advisory_lock(f"statement:{party.account.address}")
    statement = Statement.objects.select_for_update().get(pk=statement_id)
    if statement.state != StatementState.OPEN:
        return statement
    if now < queries.start_of(statement.until_on):
        raise PeriodNotOver(_("结算周期还没有结束"))
    if Statement.objects.filter(party.rows, state=StatementState.OPEN, until_on__lt=statement.until_on).exists():
        raise EarlierOpen(_("请先关闭更早的结算单"))
    queries.due_lines(statement).update(statement=statement)
    sums = queries.figures(StatementLine.objects.filter(statement=statement))
    statement.state, statement.total_fen = StatementState.CLOSED, sums.total_fen
    statement.closed_at, statement.closed_by_id = now, staff_id
    statement.entry = _book(f"statement:{statement.pk}", party, sums, now)
    if not statement.total_fen:
        statement.state, statement.paid_at, statement.paid_by_id = StatementState.PAID, now, staff_id
    statement.save()
    return statement


def _book(key: str, party: Party, sums: queries.Figures, now: datetime) -> str:
    """What the lines come to moves onto the party's account; returns the key of the entry, empty when nothing moved.

    Each kind is a leg of its own; one that is negative goes the other way.
    """
    moves = [
        ledger.Move(SETTLEMENT.address, party.account.address, fen) if fen > 0
        else ledger.Move(party.account.address, SETTLEMENT.address, -fen)
        for fen in (sums.sales_fen, sums.freight_fen, sums.refunds_fen) if fen
    ]
    if not moves:
        return ""
    ledger.post(key=key, moves=moves, now=now, opening=[SETTLEMENT, party.account])
    return key


def mark_statement_paid(*, statement_id: int, reference: str, staff_id: int, now: datetime) -> Statement:
    """Finance has sent the money (or, of a negative total, got it) under the bank's reference. Again is once.

    Several statements of a party that are settled by one transfer carry the same reference. Raises BadInput without a
    reference, NotClosed, PaidOtherwise.
    """
    require_transaction()
    reference = reference.strip()
    if not 0 < len(reference) <= rules.REFERENCE_LENGTH:
        raise BadInput(_("请填写银行流水号"))
    statement = Statement.objects.select_for_update().filter(pk=statement_id).first() or _statement(statement_id)
    if statement.state == StatementState.PAID:
        if statement.reference == reference:
            return statement
        raise PaidOtherwise(_("这张结算单已用流水号 %(number)s 付清") % {"number": statement.reference})
    if statement.state != StatementState.CLOSED:
        raise NotClosed(_("请先关闭结算单"))
    party = Party(statement.supplier_id, statement.shop_id)
    ways = (party.account.address, PAID_OUT.address)
    source, target = ways if statement.total_fen > 0 else ways[::-1]
    if statement.total_fen:
        ledger.post(key=f"statement_paid:{statement.pk}", now=now, opening=[PAID_OUT, party.account],
                    moves=[ledger.Move(source, target, abs(statement.total_fen))])
    statement.state, statement.reference = StatementState.PAID, reference
    statement.paid_at, statement.paid_by_id = now, staff_id
    statement.save(update_fields=["state", "reference", "paid_at", "paid_by"])
    return statement


def _statement(statement_id: int) -> Statement:
    row = Statement.objects.filter(pk=statement_id).first()
    if row is None:
        raise NotYours(_("没有这张结算单"))
    return row

