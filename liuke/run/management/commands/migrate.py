"""`liuke migrate`: Django's own, which makes all tables of an empty database at once (run/schema.py)."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from liuke.run import schema


class Command(migrate.Command):
    """Asks for one migration, or for a plan, are left to Django alone."""

    def add_arguments(self, parser: CommandParser) -> None:
        """One more than Django's."""
        super().add_arguments(parser)
        parser.add_argument("--by-steps", action="store_true", help="run every migration, also on an empty database")

    def handle(self, *args: Any, by_steps: bool = False, **options: Any) -> None:
        """Load the tables where that is the same, then run the migrations that are left."""
        particular = options["app_label"] or options["plan"] or options["check_unapplied"] or options["fake"]
        whole = not (by_steps or particular) and options["database"] == DEFAULT_DB_ALIAS
        made = schema.load() if whole else 0
        if made and options["verbosity"]:
            self.stdout.write(f"Made the tables of {made} migrations at once.")
        super().handle(*args, **options)
