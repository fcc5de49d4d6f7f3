"""What the commands that print stored figures share."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from ninja import Schema

from liuke.insight.rules.shares import Share


class FigureCommand(BaseCommand):
    """Print an answer of the last refresh, for a person or with --json; exits with 1 before the first refresh."""

    requires_system_checks = ()
    shape: ClassVar[type[Schema]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, as_json: bool, **options: Any) -> None:
        answer = self.ask(**options)
        if answer is None:
            raise CommandError("nothing has been computed yet: import orders, then run `liuke insight refresh`",
                               returncode=1)
        if as_json:
            self.stdout.write(self.shaped(answer).model_dump_json())
        else:
            self.stdout.write("\n".join(self.lines(answer)))

    def ask(self, **options: Any) -> Any:
        raise NotImplementedError

    def shaped(self, answer: Any) -> Schema:
        return self.shape.from_orm(answer)

    def lines(self, answer: Any) -> Iterable[str]:
        raise NotImplementedError


def percent(share: Share) -> str:
    """33.3% (25.1-42.0); a dash for a share of nobody."""
    if share.rate is None or share.low is None or share.high is None:
        return "-"
    return f"{share.rate:.1%} ({share.low * 100:.1f}-{share.high * 100:.1f})"
