"""Compute figures and scores now instead of at night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone


class Command(BaseCommand):
    help = "Export changed orders, compute figures and scores, and store them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help="export every month again")

    def handle(self, *, full: bool, **options: Any) -> None:
        from liuke.insight.services.refresh import refresh  # noqa: PLC0415  engines; `--help` does without

        snapshot = refresh(now=timezone.now(), full_export=full)
        if snapshot is None:
            self.stdout.write("no order to compute from yet")
            return
        self.stdout.write(f"until {snapshot.until_on}: {snapshot.customers:,} customers, {snapshot.orders:,} orders")
