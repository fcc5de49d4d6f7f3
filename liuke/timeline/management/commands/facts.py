"""Print docs/facts.md from the table, or say who reacts to one kind."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liuke.timeline import queries

HEAD = """# Facts

Printed by `liuke facts` from `liuke/timeline/facts/` and `liuke/reactions.py`; a test keeps it true.

| Fact | On screen | Holds | Who reacts | Promise |
| --- | --- | --- | --- | --- |
"""


def document() -> str:
    """The whole of docs/facts.md."""
    return HEAD + "".join(
        f"| `{kind.name}` | {kind.label} | {', '.join(kind.fields) or '-'} "
        f"| {', '.join(f'`{handler}`' for handler in kind.handlers) or 'nobody, on purpose'} "
        f"| {' '.join(kind.promise.split())} |\n"
        for kind in queries.table()
    )


class Command(BaseCommand):
    help = "Print all kinds of facts and who reacts to them (docs/facts.md), or those of one kind."
    needs_database = False
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", help="for example OrderPaid")

    def handle(self, *, kind: str | None, **options: Any) -> None:
        if kind is None:
            self.stdout.write(document(), ending="")
            return
        found = [row for row in queries.table() if row.name == kind]
        if not found:
            raise CommandError(f"there is no fact {kind}")
        for handler in found[0].handlers or ("nobody, on purpose",):
            self.stdout.write(handler)
