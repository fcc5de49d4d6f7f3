"""Help at the demo brand: articles, and questions that customers answered."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from liuke.knowledge import demo
from liuke.org.demo import is_demo


class Command(BaseCommand):
    help = "Fill the demo brand's knowledge base; does nothing where there are articles or a brand of your own"

    def handle(self, *_: Any, **__: Any) -> None:
        if is_demo():
            self.stdout.write(f"{demo.seed(now=timezone.now())} articles")
