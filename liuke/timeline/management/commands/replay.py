"""Let the handlers see old facts; a dry run unless --write is given."""

from argparse import ArgumentParser
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import is_aware, make_aware
from tqdm import tqdm

from liuke.timeline import queries, reactor, rules
from liuke.timeline.facts import kinds


class Command(BaseCommand):
    help = "Let the handlers see old facts of a kind; counts first, and changes nothing without --write."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="for example OrderPaid")
        parser.add_argument("--since", type=datetime.fromisoformat, required=True, help="2026-01-01 or with a time")
        parser.add_argument("--write", action="store_true", help="do it; reactions that are done are skipped")

    def handle(self, *, kind: str, since: datetime, write: bool, **options: Any) -> None:
        if kind not in kinds():
            raise CommandError(f"there is no fact {kind}; one of: {', '.join(kinds())}")
        old = queries.past_facts(kind=kind, since=since if is_aware(since) else make_aware(since))
        total = old.count()
        if write:
            with tqdm(total=total, disable=None) as seen:
                rows = old.iterator()
                while facts := list(islice(rows, rules.CLAIMED_FACTS)):
                    reactor.take_up(facts)
                    seen.update(len(facts))
        self.stdout.write(f"{total} facts {'replayed' if write else 'would be replayed'}")
