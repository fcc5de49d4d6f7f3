"""Make liuke/mall/demo/rhythm.csv.xz anew: `python tools/demo.py ORDERS.csv.gz PRODUCTS.csv.gz`.

The two files are the order log and the products of the Complete Journey data (see liuke/mall/demo/NOTICE.md). What is
kept is the rhythm: which household buys which category when, how many, and how much of the price was taken off.
Households, baskets and products are numbered anew; goods and prices are invented; nothing else of the source is kept.
"""

import csv
import gzip
import lzma
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from demo_categories import CATEGORIES

TARGET = Path(__file__).parent.parent / "liuke" / "mall" / "demo"
KINDS = 10            # five brands in two sizes, see liuke/mall/demo


def rows(path: str):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def main(orders: str, products: str) -> None:
    ours = {source: at for at, (source, *_rest) in enumerate(CATEGORIES)}
    category = {row["product_id"]: ours.get(row["product_category"]) for row in rows(products)}
    goods: dict[int, dict[str, int]] = defaultdict(dict)
    lines: dict[tuple[str, str, str], dict[int, list[float]]] = defaultdict(dict)
    for row in rows(orders):
        at = category.get(row["product_id"])
        quantity = int(float(row["quantity"]))
        if at is None or not 0 < quantity < 50:
            continue
        kind = goods[at].setdefault(row["product_id"], len(goods[at])) % KINDS
        paid = float(row["sales_value"])
        off = abs(float(row["retail_disc"])) + abs(float(row["coupon_disc"]))
        line = lines[row["ts"], row["household_id"], row["basket_id"]].setdefault(at * KINDS + kind, [0, 0.0, 0.0])
        line[0] += quantity
        line[1] += off
        line[2] += paid + off
    write(lines)


def write(lines) -> None:
    """One line per order: minutes since the one before, household, then sku:quantity:percent-off of each line."""
    households: dict[str, int] = {}
    before = None
    with lzma.open(TARGET / "rhythm.csv.xz", "wt", encoding="ascii", preset=9) as file:
        for (ts, household, _basket), bought in sorted(lines.items()):
            moment = datetime.fromisoformat(ts.replace("Z", "").replace(" ", "T"))
            minutes = int((moment - before).total_seconds() // 60) if before else 0
            before = moment
            number = households.setdefault(household, len(households))
            parts = [f"{sku}:{quantity:g}:{round(100 * off / full) if full else 0}"
                     for sku, (quantity, off, full) in sorted(bought.items())]
            file.write(f"{minutes},{number},{' '.join(parts)}\n")
    with open(TARGET / "goods.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("category", "name", "small", "large", "price_fen"))
        writer.writerows(
            (ours, name, small, large, round(yuan * 100)) for _source, ours, name, small, large, yuan in CATEGORIES
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
