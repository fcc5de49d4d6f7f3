"""Groups as places that links lead to."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from liuke.referral.models import GroupInvitation
from liuke.referral.queries.landings import Place

WORD = _("入群邀请")
MOST_SHOWN = 100


def invitations() -> QuerySet[GroupInvitation]:
    """All, the newest first."""
    return GroupInvitation.objects.order_by("-pk")


def place(target: str, *, now: datetime) -> Place | None:
    row = _open(now).filter(pk=int(target)).first() if target.isdecimal() and len(target) < 19 else None
    return _place(row) if row else None


def places(*, now: datetime) -> list[Place]:
    return [_place(row) for row in _open(now)[:MOST_SHOWN]]


def _open(now: datetime) -> QuerySet[GroupInvitation]:
    return invitations().filter(ends_at__gt=now, stopped_at=None)


def _place(row: GroupInvitation) -> Place:
    return Place(str(row.pk), row.name, row.words, row.file, row.ends_at)
