"""Templates, their versions and batches, and what came of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from liuke.coupons.models import Batch, Coupon, Template, Use, Version
from liuke.coupons.rules.states import HELD, BatchKind, State, UseState
from liuke.coupons.rules.terms import Terms
from liuke.ledger.queries import balances
from liuke.ledger.rules import address

NAMES = tuple(each.name for each in fields(Terms))


def terms_of(version: Version) -> Terms:
    """The terms of a version as plain values."""
    values: dict[str, Any] = {name: getattr(version, name) for name in NAMES}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Terms(**values)


def templates_list(*, stopped: bool = False) -> QuerySet[Template]:
    """Templates with their versions (`newest_first`), the newest template first."""
    return _with_versions(Template.objects.filter(stopped_at__isnull=not stopped)).order_by("-pk")


def template_page(template_id: int) -> Template:
    """One template with its versions (`newest_first`). Raises Http404."""
    return get_object_or_404(_with_versions(Template.objects.all()), pk=template_id)


def _with_versions(rows: QuerySet[Template]) -> QuerySet[Template]:
    versions = Version.objects.select_related("made_by", "sku__product").order_by("-number")
    return rows.prefetch_related(Prefetch("versions", versions, to_attr="newest_first"))


def templates_named(template_ids: Collection[int] | None = None) -> list[tuple[int, str]]:
    """(id, name) of these templates, or of all that are not stopped, by name."""
    rows = Template.objects.filter(stopped_at=None) if template_ids is None else Template.objects.filter(
        pk__in=template_ids)
    return list(rows.order_by("name", "pk").values_list("pk", "name"))


def newest_versions(template_ids: Collection[int]) -> dict[int, Version]:
    """By template the version that coupons are issued by now; stopped templates are left out."""
    rows = Version.objects.filter(template_id__in=template_ids, template__stopped_at=None).select_related("template")
    return {row.template_id: row for row in rows.order_by("template_id", "number")}


def batches_of(template_id: int) -> QuerySet[Batch]:
    return Batch.objects.filter(template_id=template_id).select_related("version", "made_by").order_by("-pk")


def batch_page(batch_id: int) -> Batch:
    """Raises Http404."""
    return get_object_or_404(Batch.objects.select_related("template", "version", "made_by"), pk=batch_id)


def open_batches(*, now: datetime) -> QuerySet[Batch]:
    """From which everybody may take one now, the newest first."""
    rows = Batch.objects.filter(kind=BatchKind.OPEN, stopped_at=None, template__stopped_at=None, opens_at__lte=now)
    rows = rows.filter(Q(closes_at=None) | Q(closes_at__gt=now))
    return rows.select_related("template", "version").order_by("-pk")


def unfinished_batches() -> list[int]:
    """Those that a job still has to make coupons for, and that do not wait for a person."""
    rows = Batch.objects.filter(finished_at=None, stopped_at=None, failure="", template__stopped_at=None)
    return list(rows.filter(kind__in=[BatchKind.CODES, BatchKind.GRANT]).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True)
class Effect:
    """What came of coupons so far: by state, what purchases took of them, and what is set aside for the rest, in fen.

    `given_back` of the uses were undone by a refund; they are not in `used_fen`.
    """

    states: dict[str, int]
    used_fen: int
    given_back: int
    held_fen: int

    @property
    def issued(self) -> int:
        """That customers have or had; codes that nobody has taken are none of them."""
        return sum(count for state, count in self.states.items() if state not in (State.FREE, State.PENDING))

    @property
    def used(self) -> int:
        return self.states.get(State.USED, 0)

    @property
    def left(self) -> int:
        """That can still be used, or will be."""
        return sum(self.states.get(state, 0) for state in HELD)


def effect(coupons: QuerySet[Coupon]) -> Effect:
    """Of these coupons; two statements. `coupons` is filtered by version or by batch, so that an index serves."""
    states: dict[str, int] = defaultdict(int)
    held = 0
    for row in coupons.order_by().values("state").annotate(count=Count("pk"), worth=Sum("worth_fen")):
        states[row["state"]] = row["count"]
        held += row["worth"] if row["state"] in HELD else 0
    used = Use.objects.filter(coupon__in=coupons).aggregate(
        fen=Sum("amount_fen", filter=Q(state=UseState.USED), default=0),
        back=Count("pk", filter=Q(state=UseState.GIVEN_BACK)),
    )
    return Effect(dict(states), used["fen"], used["back"], held)


def money_of(version_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By version what its coupons have given and what is set aside for those that are held; one statement."""
    names = {pk: (address("coupon_spent", "version", pk), address("coupons", "version", pk)) for pk in version_ids}
    found = balances([each for pair in names.values() for each in pair])
    return {pk: (found.get(spent, 0), found.get(held, 0)) for pk, (spent, held) in names.items()}
