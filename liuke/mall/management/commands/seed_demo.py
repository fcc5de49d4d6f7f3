"""Fill an empty installation with the demo brand: staff, shops, and a year of orders that end yesterday."""

import csv
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.customers import demo as words
from liuke.mall import demo
from liuke.mall.demo import sales, shop
from liuke.mall.models import Order
from liuke.org import demo as people


class Command(BaseCommand):
    help = "Fill an empty installation with the demo brand; does nothing where there is a brand of your own"

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        with transaction.atomic(durable=True):
            opened = people.seed(now=now)
        if not opened and not people.is_demo():
            self.stdout.write("there is a brand already; the demo is left out")
            return
        with transaction.atomic(durable=True):
            words.seed(now=now)
        if not shop.is_there():
            from liuke.mall.demo.cards import draw_all  # noqa: PLC0415  loads Pillow, which a second start has no use for

            cards = draw_all()
            with transaction.atomic(durable=True):
                shop.seed(cards=cards, now=now)
        if Order.objects.filter(source="import").exists():
            self.stdout.write("the demo brand is there")
        else:
            path = Path(settings.LIUKE_DATA) / "uploads" / "小满家-订单.csv"
            write_orders(path, now=now)
            call_command("import_orders", str(path), stdout=self.stdout)
        sales.seed(now=now)


def write_orders(path: Path, *, now: datetime) -> None:
    """The order file as a shop system would export it; the last order lies yesterday evening, brand's time."""
    yesterday = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(demo.HEADER)
        writer.writerows(demo.order_rows(last_at=datetime.combine(yesterday, time(21, 30))))
