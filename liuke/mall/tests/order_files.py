"""Order files for tests: written, brought in, and the orders they leave, as plain values."""

import csv
import io
import itertools
from datetime import UTC, datetime
from pathlib import Path

from liuke.intake import engine, services
from liuke.intake.files import open_table
from liuke.mall.models import Order
from liuke.mall.services.order_import import Orders

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
COLUMNS = ("订单号", "下单时间", "会员号", "SKU", "数量", "单价")
_names = itertools.count()


USUAL = dict(zip(COLUMNS, ("A1", "2024-03-05 08:00:00", "M1", "S1", "1", "10"), strict=True))
SHORT = {"order": "订单号", "when": "下单时间", "member": "会员号", "sku": "SKU", "quantity": "数量", "price": "单价"}


def row(**columns):
    """One line of a file; columns by their names, the usual ones also by short English ones."""
    return USUAL | {SHORT.get(name, name): value for name, value in columns.items()}


def as_csv(rows):
    text = io.StringIO()
    columns = list(dict.fromkeys(itertools.chain(COLUMNS, *rows)))
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def bring(content, folder: Path, *, now=NOW, **options):
    """Bring rows, a text or a file in; returns the finished run."""
    path = content if isinstance(content, Path) else folder / f"orders-{next(_names)}.csv"
    if not isinstance(content, Path):
        path.write_text(content if isinstance(content, str) else as_csv(content), encoding="utf-8")
    how = services.Options(**options)
    run = services.plan_run(kind="orders", path=path, file_name=path.name, sha256=open_table(path).sha256, options=how)
    done = engine.bring_in(run, Orders(), now=now)
    assert done.accepted + done.unchanged + done.rejected == done.rows
    return done


def counts(run):
    return run.accepted, run.unchanged, run.rejected


def rejected(run):
    """The rows of the error file."""
    with open(run.error_file, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def orders():
    """Every imported order as plain values; keys and ids are left out."""
    return {
        order.number: {
            "customer": order.customer.number,
            "state": order.state,
            "placed_at": order.placed_at,
            "money": (order.goods_fen, order.discount_fen, order.freight_fen, order.total_fen, order.refunded_fen),
            "lines": sorted(
                (
                    each.sku,
                    each.name,
                    each.quantity,
                    each.price_fen,
                    each.discount_fen,
                    each.amount_fen,
                    each.refunded_fen,
                    each.state,
                )
                for each in order.lines.all()
            ),
        }
        for order in Order.objects.select_related("customer").prefetch_related("lines")
    }
