"""What a point is worth: set by staff, kept as rows."""

from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.points.models import Programme
from liuke.points.queries import terms
from liuke.points.rules import Terms, check_terms


def set_terms(*, new: Terms, now: datetime, by_id: int | None = None) -> Terms:
    """From now on points are worth this. The same terms again write nothing. Raises BadPoints."""
    require_transaction()
    check_terms(new)
    if not Programme.objects.exists() or terms() != new:
        Programme.objects.create(**vars(new), made_at=now, made_by_id=by_id)
    return new
