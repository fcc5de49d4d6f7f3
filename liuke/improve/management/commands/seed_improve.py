"""A fault that comes up, and one that was mended, for the demo brand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.improve import demo
from liuke.org.demo import is_demo


class Command(BaseCommand):
    help = "Fill the demo brand's improvements; does nothing where there are any or a brand of your own"

    def handle(self, *_: Any, **__: Any) -> None:
        from liuke.improve.services import weekly  # noqa: PLC0415  loads scipy

        if not is_demo():
            return
        now, today = timezone.now(), timezone.localdate()
        made = demo.seed(now=now, today=today)
        if made:
            with transaction.atomic():
                weekly.look(today=today, now=now)
                weekly.measure(today=today)
        self.stdout.write(f"{made} improvements")
