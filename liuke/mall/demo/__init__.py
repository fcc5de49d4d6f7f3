"""The demo brand's year of orders: real rhythm, invented goods, prices and people. Not a usual file, since it is data.

`order_rows` gives the lines of an order file as a shop system would export it; `seed_demo` imports that file.
"""

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BRANDS = ("小满", "禾芽", "木棉", "云朵", "青穗")
FACTORS = (100, 88, 112, 95, 128)            # percent of the category's price, per brand
LARGE_PERCENT = 235                          # of the small size's price
SHOPS = ("MINI", "MINI", "SH01", "HZ01", "CD01")
HEADER = ("订单号", "下单时间", "会员号", "客户姓名", "手机号", "店铺",
          "商品编码", "商品名称", "类目", "数量", "单价", "优惠", "状态")
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = ("知夏", "子墨", "若溪", "一诺", "雨桐", "浩然", "思远", "梓涵", "可欣", "沐辰", "静怡", "书瑶", "嘉禾",
         "景行", "安然", "晓棠", "予安", "清越", "佳宁", "明轩", "乐遥", "语桐", "南乔", "星野", "舒窈")


@dataclass(frozen=True)
class Article:
    """One SKU of the demo brand. Fen."""

    sku: str
    name: str
    category: str
    price_fen: int


@cache
def articles() -> tuple[Article, ...]:
    """Every SKU, in the order in which the rhythm counts them: a category's brands, the small size before the large."""
    found = []
    with open(HERE / "goods.csv", encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file), start=1):
            for kind in range(len(BRANDS) * 2):
                brand, large = kind // 2, kind % 2
                fen = int(row["price_fen"]) * FACTORS[brand] // 100 * (LARGE_PERCENT if large else 100) // 100
                found.append(Article(
                    sku=f"XM{at:03}{kind:02}",
                    name=f"{BRANDS[brand]} {row['name']} {row['large' if large else 'small']}",
                    category=row["category"],
                    price_fen=fen // 100 * 100 + 90,
                ))
    return tuple(found)


def person(number: int) -> tuple[str, str, str]:
    """Member number, name and phone of an invented customer; the phones are of a block that is given to nobody."""
    name = FAMILY[number * 7 % len(FAMILY)] + GIVEN[number * 11 % len(GIVEN)]
    return f"XM{80000 + number}", name, f"1990000{number:04}"


def status(order: int) -> str:
    """About one order in eighty went back, one in a hundred and fifty was never paid; which ones is always the same."""
    mark = order * 2_654_435_761 % 2**32 % 10_000
    return "已退款" if mark < 125 else "已取消" if mark < 190 else "已完成"


def order_rows(*, last_at: datetime) -> Iterator[tuple[object, ...]]:
    """The rows below HEADER, oldest first; the last order lies at `last_at` (local time of the brand, no zone)."""
    with lzma.open(HERE / "rhythm.csv.xz", "rt", encoding="ascii") as file:
        orders = [line.rstrip("\n").split(",") for line in file]
    at = last_at - timedelta(minutes=sum(int(minutes) for minutes, *_ in orders))
    goods = articles()
    for number, (minutes, household, bought) in enumerate(orders, start=1):
        at += timedelta(minutes=int(minutes))
        member, name, phone = person(int(household))
        head = (f"XM{at:%y%m%d}{number:06}", f"{at:%Y-%m-%d %H:%M}", member, name, phone,
                SHOPS[int(household) % len(SHOPS)])
        for part in bought.split(" "):
            article, quantity, off = (int(value) for value in part.split(":"))
            sold = goods[article]
            discount = sold.price_fen * quantity * off // 100
            yield (*head, sold.sku, sold.name, sold.category, quantity, f"{sold.price_fen / 100:.2f}",
                   f"{discount / 100:.2f}", status(number))
