"""The published proof of a draw: everything that its results follow from, and nothing about persons."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liuke.draws.models import Draw, Ticket
from liuke.draws.queries.states import State
from liuke.draws.queries.terms import published_terms
from liuke.draws.rules.limits import PROOF_BATCH
from liuke.draws.rules.proof import Entry
from liuke.kit import crypto
from liuke.kit.errors import BadInput

VERSION = 1
ENTRY = ("place", "ticket", "nonce", "prize", "link")


class BadProof(BadInput):
    """The file is no proof of a draw."""

    code = "draw_proof"


@dataclass(frozen=True)
class Proof:
    """What is needed to recompute a draw. `revealed`: its seed is public."""

    terms: Mapping[str, Any]
    terms_hash: str
    seed_hash: str
    seed: bytes
    revealed: bool
    entries: Iterable[Entry]


def entries_of(draw: Draw) -> Iterator[Entry]:
    """The drawn tickets in the order in which they were drawn, read in batches."""
    rows = Ticket.objects.filter(draw=draw, place__isnull=False).order_by("place")
    fields = rows.values_list("place", "number", "nonce", "prize__position", "link")
    for place, number, nonce, position, link in fields.iterator(chunk_size=PROOF_BATCH):
        yield Entry(place or 0, number, nonce, position, link)


def proof_of(draw: Draw) -> Proof:
    """From the database; before the end with the sealed seed, for the eyes of staff."""
    return Proof(published_terms(draw), draw.terms_hash, draw.seed_hash, crypto.unseal(bytes(draw.seed_enc)),
                 draw.state == State.ENDED, entries_of(draw))


def written(draw: Draw) -> Iterator[str]:
    """The proof as JSON, piece by piece. Before the end: what was promised, and no results."""
    head = {"version": VERSION, "terms": published_terms(draw), "terms_hash": draw.terms_hash,
            "seed_hash": draw.seed_hash, "seed": draw.seed}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": ['
    if draw.state == State.ENDED:
        for at, each in enumerate(entries_of(draw)):
            row = dict(zip(ENTRY, (each.place, each.ticket, each.nonce, each.position, each.link), strict=True))
            yield (",\n" if at else "\n") + json.dumps(row)
    yield "\n]}\n"


def read(path: Path) -> Proof:
    """A published file. Raises BadProof."""
    try:
        said = json.loads(path.read_text())
        entries = [Entry(*(row[name] for name in ENTRY)) for row in said["entries"]]
        return Proof(said["terms"], said["terms_hash"], said["seed_hash"], bytes.fromhex(said["seed"]),
                     bool(said["seed"]), entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadProof(str(error)[:100]) from error
