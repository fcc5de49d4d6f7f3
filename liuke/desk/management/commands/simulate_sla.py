"""`liuke simulate sla FILE.json`: what the clocks of some made-up tickets would say. Needs no database."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liuke.desk.scenarios import TooLarge, Unreadable, simulated
from liuke.kit.errors import Refused

MOST_BYTES = 50_000_000


class Command(BaseCommand):
    """Standard output holds the answer and nothing else; a file that is not understood leaves it empty and exits 2."""

    help = "Compute the deadlines of every scenario in FILE and print the same JSON with `expect` filled in."
    needs_database = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file of the schema liuke-sla/1, or - for standard input")

    def handle(self, *, file: str, **_: Any) -> None:
        try:
            answer = simulated(_text(file))
        except Refused as refused:
            raise CommandError(f"{refused.code}: {refused.message}", returncode=2) from refused
        self.stdout.write(_readable(answer))


def _readable(answer: dict[str, Any]) -> str:
    """Chinese as it is written, where the terminal can show it."""
    text = json.dumps(answer, indent=1, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer, indent=1)
    return text


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else _head(Path(file))
        if len(raw) > MOST_BYTES:
            raise TooLarge(f"{file} is larger than {MOST_BYTES // 1_000_000} MB.")
        return raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read: {error}.") from error


def _head(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(MOST_BYTES + 1)
