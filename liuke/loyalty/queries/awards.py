"""Awards: what a customer got and why, what an order earned, what a rule gave."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, QuerySet, Sum

from liuke.loyalty.models import Award


class State(StrEnum):
    """Of an award."""

    HELD = "held"                    # set aside until the goods can no longer come back
    GIVEN = "given"
    UNDONE = "undone"                # all of it was taken back
    REFUSED = "refused"              # a cap or the budget was in the way; `reason` says which
    CONTROL = "control"              # the customer belongs to the share that the rule leaves out


LIVE = (State.HELD, State.GIVEN)


def awards_list() -> QuerySet[Award]:
    """All awards, newest first, with what a page shows of each."""
    return Award.objects.select_related("rule", "version", "fact").order_by("-pk")


def awards_of(customer_id: int) -> QuerySet[Award]:
    """What a customer got, has coming or lost again, newest first; who is held out or got nothing is not told."""
    return awards_list().filter(customer_id=customer_id, state__in=[*LIVE, State.UNDONE])


def awards_by_key(keys: Collection[str]) -> dict[str, Award]:
    """The awards behind these keys of lots; other keys are left out."""
    parts = [key.split(":") for key in keys if key.startswith("award:") and key.count(":") == 3]
    facts = {int(fact_id) for _, _, fact_id, _ in parts}
    found = {award.key: award for award in awards_list().filter(fact_id__in=facts)}
    return {key: found[key] for key in keys if key in found}


def award_key(key: str) -> str:
    """Of an entry's key: points:award:3:77:customer:available -> award:3:77:customer; nothing for what was no award."""
    _word, sign, rest = key.partition("award:")
    return sign + ":".join(rest.split(":")[:3]) if sign else ""


def due(*, now: datetime) -> QuerySet[Award]:
    """Held awards whose time has come."""
    return Award.objects.filter(release_at__lte=now, state=State.HELD).order_by("release_at", "pk")


def given_by(rule_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each rule how many awards stand and how much they kept."""
    rows = Award.objects.filter(rule_id__in=rule_ids, state__in=LIVE).values("rule_id").annotate(
        awards=Count("pk"), amount=Sum("amount"), taken=Sum("taken"))
    return {row["rule_id"]: (row["awards"], row["amount"] - row["taken"]) for row in rows}
