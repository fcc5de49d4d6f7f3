"""Which ready answers fit a ticket, the closest first, and what they say with its names filled in."""

import re
from collections.abc import Collection, Mapping

from liuke.desk.models import Macro
from liuke.desk.rules import MOST_MACROS

PLACE = re.compile(r"\{(name|order|product|number|agent)\}")


def fitting(*, kind: str, stage: str, product_ids: Collection[int]) -> list[Macro]:
    """Active ones whose every condition holds; who asks for more stands first, then who is used more."""
    rows = [row for row in Macro.objects.filter(active=True).order_by("name")[:MOST_MACROS] if
            (not row.kinds or kind in row.kinds) and (not row.stages or stage in row.stages)
            and (row.product_id is None or row.product_id in product_ids)]
    return sorted(rows, key=lambda row: (-bool(row.kinds) - bool(row.stages) - 2 * bool(row.product_id), -row.used))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled in once; what is not known stays empty. Values are never read for places."""
    return PLACE.sub(lambda found: values.get(found[1], ""), text)
