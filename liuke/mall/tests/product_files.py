"""Product files for tests: written, brought in, and the catalogue they leave, as plain values."""

import csv
import io
import itertools
from datetime import UTC, datetime
from pathlib import Path

from liuke.intake import engine, services
from liuke.intake.files import open_table
from liuke.mall.models import Product
from liuke.mall.services.product_import import Products

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
USUAL = {"商品编号": "A1", "商品名称": "纸尿裤", "规格编号": "A1-S", "供应商": "FAC", "分类": "母婴 > 纸尿裤",
         "供货价": "50", "零售价": "99"}
_names = itertools.count()


def row(product=None, sku=None, **columns):
    """One line of a file: columns by their names; a column that is None is left empty."""
    given = USUAL | ({"商品编号": product} if product else {}) | ({"规格编号": sku} if sku else {}) | columns
    return {name: value or "" for name, value in given.items()}


def as_csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(itertools.chain(*rows))), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def plan(content, folder: Path, **options):
    path = content if isinstance(content, Path) else folder / f"products-{next(_names)}.csv"
    if not isinstance(content, Path):
        text = content if isinstance(content, str) else as_csv(content)
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return services.plan_run(kind="products", path=path, file_name=path.name, sha256=open_table(path).sha256,
                             options=services.Options(**options))


def bring(content, folder: Path, *, now=NOW, **options):
    """Bring rows, a text or a file in; returns the finished run. No row is ever lost."""
    done = engine.bring_in(plan(content, folder, **options), Products(), now=now)
    assert done.accepted + done.unchanged + done.rejected == done.rows
    return done


def counts(run):
    return run.accepted, run.unchanged, run.rejected


def rejected(run):
    """SKU or product -> reason codes, out of the error file."""
    with open(run.error_file, encoding="utf-8-sig", newline="") as file:
        return {line.get("规格编号") or line["商品编号"]: line["原因代码"] for line in csv.DictReader(file)}


def goods():
    """The whole catalogue as plain values; ids are left out."""
    found = {}
    for product in Product.objects.order_by("code"):
        about = {name: getattr(product, name) for name in (
            "name", "summary", "care", "state", "options", "serial_numbered", "warranty_months", "return_days",
            "position", "search", "from_fen", "version", "description")}
        found[product.code] = about | {
            "supplier": product.supplier.code, "label": product.label and product.label.name,
            "category": product.category.path, "skus": {
                sku.code: {
                    **{name: getattr(sku, name) for name in (
                        "values", "barcode", "supply_fen", "list_fen", "floor_fen", "ceiling_fen", "weight_grams",
                        "active")},
                    "stock": dict(sku.levels.values_list("warehouse__code", "on_hand")),
                    "prices": list(sku.shop_prices.order_by("shop").values_list(
                        "shop__code", "markup_bp", "price_fen", "offered")),
                } for sku in product.skus.order_by("code")
            },
        }
    return found
