"""A desk at work for the demo brand: who is on duty, and matters in every state."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from liuke.desk import demo
from liuke.org.demo import is_demo


class Command(BaseCommand):
    help = "Put the demo brand's desk to work; does nothing where there are tickets or a brand of your own"

    def handle(self, *_: Any, **__: Any) -> None:
        if is_demo():
            self.stdout.write(f"{demo.seed(now=timezone.now())} tickets")
