"""Figures of the demo brand's people over thirteen weeks, and their bonuses."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from liuke.org.demo import is_demo
from liuke.performance import demo


class Command(BaseCommand):
    help = "Figures of the demo brand's people; does nothing where there are any or a brand of your own"

    def handle(self, *_: Any, **__: Any) -> None:
        if is_demo():
            self.stdout.write(f"{demo.seed(now=timezone.now())} days of figures")
