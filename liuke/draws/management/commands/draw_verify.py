"""`liuke draw verify NUMBER|FILE`: recompute every result of a draw and name what differs."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liuke.draws.models import Draw
from liuke.draws.queries.proof import BadProof, Proof, proof_of, read
from liuke.draws.rules.proof import Entry, Fault, faults

SAID = {
    "terms": "the published terms are not those whose hash was published ({found}, and not {expected})",
    "seed": "the seed is not the one whose hash was published ({expected}, and not {found})",
    "order": "ticket {ticket} stands at place {found}, expected was {expected}",
    "number": "ticket {ticket} was drawn twice",
    "prize": "ticket {ticket} is recorded with prize {found}, and its result is prize {expected}",
    "link": "ticket {ticket} does not follow from the results before it",
}


class Command(BaseCommand):
    help = "Recompute every result of a draw, from the database (NUMBER) or from a published proof (FILE)"

    @staticmethod
    def needs_database(words: list[str]) -> bool:
        """Not for a file: anybody who has one can check it."""
        return not any(Path(word).is_file() for word in words)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draw", metavar="NUMBER|FILE")

    def handle(self, *, draw: str, **options: Any) -> None:
        proof = self._proof(draw)
        entries, tickets = _Counted(proof.entries), set[int]()
        for fault in faults(terms=proof.terms, terms_hash=proof.terms_hash, seed_hash=proof.seed_hash, seed=proof.seed,
                            entries=entries):
            tickets.add(fault.ticket)
            self.stderr.write(sentence(fault))
        number, count = proof.terms["number"], entries.count
        if tickets:
            raise CommandError(f"{number}: {len(tickets)} of {count} results do not follow from the seed")
        hidden = "" if proof.revealed else " (the seed is still secret)"
        self.stdout.write(f"{number}: all {count} results follow from the seed{hidden}")

    def _proof(self, named: str) -> Proof:
        path = Path(named)
        try:
            if path.is_file():
                return read(path)
            draw = Draw.objects.exclude(state="draft").filter(number=named).first()
        except BadProof as error:
            raise CommandError(f"{named} is no proof of a draw: {error}") from error
        if draw is None:
            raise CommandError(f"there is no published draw {named}, and no such file")
        return proof_of(draw)


class _Counted:
    """The entries of a proof, counted while they go by."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.count, self._entries = 0, entries

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.count += 1
            yield entry


def sentence(fault: Fault) -> str:
    """What is wrong, for a person."""
    return SAID[fault.word].format(ticket=fault.ticket, expected=fault.expected, found=fault.found)
