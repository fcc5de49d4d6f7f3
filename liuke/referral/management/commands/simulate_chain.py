"""`liuke simulate chain FILE.json`: the scenario with everything computed; standard output holds only the JSON."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from liuke.referral.guard import Profile
from liuke.referral.refusals import ScenarioRefused
from liuke.referral.scenario import as_json, played

EXIT_MALFORMED = 2


class Command(BaseCommand):
    help = "Play a scenario of a reward plan (schema liuke-chain/1) and print it with every result."
    needs_database = False
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the scenario; - reads standard input")
        parser.add_argument("--profile", choices=list(Profile), default=Profile.CN, help="whose law the guard applies")

    def handle(self, *, file: str, profile: str, **_options: Any) -> None:
        try:
            text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            printed = as_json(played(text, profile=Profile(profile)))
        except OSError as error:
            self._refuse(f"{file}: {error.strerror}")
        except ScenarioRefused as refused:
            self._refuse(f"{file}: {refused.message}")
        else:
            self.stdout.write(printed)

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(EXIT_MALFORMED)
