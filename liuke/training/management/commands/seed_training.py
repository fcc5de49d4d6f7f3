"""Programmes, courses and drills for the demo brand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from liuke.org.demo import is_demo
from liuke.training import demo


class Command(BaseCommand):
    help = "Fill the demo brand's training; does nothing where there are programmes or a brand of your own"

    def handle(self, *_: Any, **__: Any) -> None:
        if is_demo():
            self.stdout.write(f"{demo.seed(now=timezone.now())} programmes")
