"""`liuke draw proof NUMBER`: print the proof that everybody may have, without personal data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liuke.draws.models import Draw
from liuke.draws.queries.proof import written


class Command(BaseCommand):
    help = "Print the published proof of a draw as JSON; before its end, what was promised alone"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number")

    def handle(self, *, number: str, **options: Any) -> None:
        draw = Draw.objects.exclude(state="draft").filter(number=number).first()
        if draw is None:
            raise CommandError(f"there is no published draw {number}")
        for piece in written(draw):
            self.stdout.write(piece, ending="")
