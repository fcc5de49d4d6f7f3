"""Packs and what is in them."""

from collections.abc import Collection

from django.db.models import QuerySet

from liuke.loyalty.models import Pack
from liuke.loyalty.rules.packs import Part


def packs_list(*, stopped: bool = False) -> QuerySet[Pack]:
    """The newest first."""
    return Pack.objects.filter(stopped_at__isnull=not stopped).order_by("-pk")


def packs_by_id(pack_ids: Collection[int]) -> dict[int, Pack]:
    return Pack.objects.in_bulk(list(pack_ids))


def parts_of(pack: Pack) -> list[Part]:
    return [Part(**part) for part in pack.parts]
