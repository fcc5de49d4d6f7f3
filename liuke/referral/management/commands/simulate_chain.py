"""`liuke simulate chain FILE.json`: the scenario with everything computed; standard output holds only the JSON."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liuke.referral.guard import Profile
from liuke.referral.refusals import ScenarioRefused
from liuke.referral.scenario import as_json, played

REFUSED = 2


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
            raise CommandError(f"{file}: {error.strerror}", returncode=REFUSED) from error
        except ScenarioRefused as refused:
            raise CommandError(f"{file}: {refused.message}", returncode=REFUSED) from refused
        self.stdout.write(printed)
