"""The only ways in which a fact comes to stand on the timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.kit.jobs import later
from liuke.timeline import rules
from liuke.timeline.facts import FactBody
from liuke.timeline.models import Fact, Reaction


class OtherFact(Refused):
    """The key belongs to another fact already."""

    code = "fact_key_taken"


def record(
    body: FactBody, *, customer_id: int, key: str, happened_at: datetime, cause: Fact | None = None
) -> Fact:
    """Write a fact and queue its reactions, in the caller's transaction.

    Called again with the same key it returns the first fact; the same key with another body raises OtherFact.
    A chain deeper than rules.MAX_DEPTH is a bug and fails loudly.
    """
    require_transaction()
    depth = cause.depth + 1 if cause else 0
    assert depth <= rules.MAX_DEPTH, f"facts cause facts too deeply at {key}"
    kind, data = type(body).__name__, body.data()
    fact, created = Fact.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "customer_id": customer_id, "happened_at": happened_at, "data": data,
                  "cause": cause, "depth": depth},
    )
    if (fact.kind, fact.data) != (kind, data):
        raise OtherFact(f"{key} is already the key of another {fact.kind}")
    if created:
        later("timeline.react", fact_id=fact.pk)
    return fact


@dataclass(frozen=True)
class PastFact:
    body: FactBody
    customer_id: int
    key: str
    happened_at: datetime


def record_history(past: Iterable[PastFact]) -> int:
    """Write facts from before Liuke, many at once, and let nobody react to them. Returns how many were new.

    Keys that exist already are left as they are. `liuke replay` can let the handlers see them later.
    """
    require_transaction()
    before = [
        Fact(kind=type(each.body).__name__, customer_id=each.customer_id, key=each.key,
             happened_at=each.happened_at, data=each.body.data(), history=True)
        for each in past
    ]
    known = set(Fact.objects.filter(key__in=[fact.key for fact in before]).values_list("key", flat=True))
    fresh = [fact for fact in before if fact.key not in known]
    Fact.objects.bulk_create(fresh, batch_size=rules.HISTORY_BATCH, ignore_conflicts=True)
    return len(fresh)


class NotDead(Refused):
    """Only a reaction that was given up can be tried again by hand."""

    code = "reaction_not_dead"


def retry(*, reaction_id: int) -> Reaction:
    """Give a dead reaction all its tries again and queue its fact. Raises NotDead; twice is refused the second time."""
    require_transaction()
    reaction = Reaction.objects.select_for_update().get(pk=reaction_id)
    if reaction.state != rules.DEAD:
        raise NotDead
    reaction.state, reaction.tries, reaction.try_at = rules.FAILING, 0, None
    reaction.save(update_fields=["state", "tries", "try_at"])
    later("timeline.react", fact_id=reaction.fact_id)
    return reaction
