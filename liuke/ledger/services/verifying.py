"""Verify: recompute everything the ledger claims from its postings, and name what is wrong.

Each check is one statement, so it sees one moment and may run while others post.
"""

import time
from dataclasses import asdict, dataclass
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.ledger.models import Account, Posting, Seal, Verdict
from liuke.ledger.services.checks import Fault, faults


@dataclass(frozen=True)
class Findings:
    """What a verification looked at and what it found; the first of `faults` is the first bad row."""

    postings: int
    accounts: int
    seals: int
    digest: str
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


def verify(*, now: datetime, expect: str = "", since_seal: int = 0) -> Findings:
    """Look at every posting, hold, account, unit and seal, and keep the verdict. Changes nothing else.

    `expect`: a digest that was kept elsewhere and must stand in the chain. `since_seal`: trust the rows up to this
    seal (balances are recomputed from all rows all the same). Names at most rules.MAX_FAULTS faults.
    """
    require_transaction()
    began = time.monotonic()
    named = faults(expect=expect, since_seal=since_seal)
    last = Seal.objects.order_by("-pk").first()
    found = Findings(
        postings=Posting.objects.count(), accounts=Account.objects.count(), seals=Seal.objects.count(),
        digest=bytes(last.digest).hex() if last else "", faults=tuple(named),
    )
    Verdict.objects.create(
        verified_at=now, seconds=time.monotonic() - began, postings=found.postings, accounts=found.accounts,
        seals=found.seals, digest=found.digest, faults=[asdict(fault) for fault in found.faults],
    )
    return found
