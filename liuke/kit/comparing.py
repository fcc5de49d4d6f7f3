"""A provider's books beside ours, a day at a time: which days are due, and what a person says of a difference.

The rows of a day (`provider`, `day_on`, `compared_at`) have `differences`, which stay until they are gone or explained.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput

LOOK_BACK_DAYS = 7                   # so long a bill is asked for again that was not had, or that leaves a difference
MAX_EXPLANATION = 200                # characters

Each = TypeVar("Each", bound=Model)


def days_due(days: QuerySet[Any], *, providers: Iterable[str], today: date) -> list[tuple[str, date]]:
    """Every past day of a provider that was not compared yet or has an unexplained difference, the last one first."""
    past = [today - timedelta(days=back) for back in range(1, LOOK_BACK_DAYS + 1)]
    unexplained = Count("differences", filter=Q(differences__explained_by=None))
    settled = set(days.filter(compared_at__isnull=False, day_on__in=past).annotate(open=unexplained).filter(
        open=0).values_list("provider", "day_on"))
    return [(name, day) for name in providers for day in past if (name, day) not in settled]


def explain(kind: type[Each], *, difference_id: int, staff_id: int, explanation: str) -> Each:
    """A person has looked at a difference and says what became of it. Again replaces the words. Raises DoesNotExist."""
    require_transaction()
    if not explanation.strip():
        raise BadInput(_("请写明处理结果"))
    row: Any = QuerySet(kind).select_for_update().get(pk=difference_id)
    row.explained_by_id, row.explanation = staff_id, explanation.strip()[:MAX_EXPLANATION]
    row.save(update_fields=["explained_by", "explanation"])
    return cast("Each", row)
