"""The tiers that prices and freight may speak of. Who is in one is told by settings.LIUKE_AUDIENCES."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Tier:
    """`name` is what people read. Not `kept`: the programme has no such tier (any more), but a rule still names it."""

    code: str
    name: str
    kept: bool = True


def programme() -> list[Tier]:
    """The tiers of the programme, lowest first (settings.LIUKE_TIERS); empty while nothing tells of any."""
    told = import_string(settings.LIUKE_TIERS)() if settings.LIUKE_TIERS else ()
    return [Tier(str(code), str(name)) for code, name in told]


def tiers() -> list[Tier]:
    """Those of the programme, then those that only prices or freight still name."""
    kept = programme()
    codes = {tier.code for tier in kept}
    with connection.cursor() as cursor:
        cursor.execute(_NAMED)
        return [*kept, *(Tier(code, code, kept=False) for (code,) in cursor.fetchall() if code not in codes)]


def unknown(codes: Iterable[str]) -> list[str]:
    """Those of the codes that are no tier. While no programme tells of tiers, every code may become one."""
    kept = tiers()
    known = {tier.code for tier in kept}
    return [code for code in codes if code not in known] if any(tier.kept for tier in kept) else []


def names() -> dict[str, str]:
    """What people read for the code of a tier."""
    return {tier.code: tier.name for tier in tiers()}


_NAMED = """
SELECT tier FROM mall_tierprice UNION SELECT unnest(free_tiers) FROM mall_freighttemplate ORDER BY 1 LIMIT 100
"""
