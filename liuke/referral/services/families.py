"""Whether two customers stand in one line, without walking it: lines only grow together, so a union-find knows.

https://en.wikipedia.org/wiki/Disjoint-set_data_structure (union by size): the way up to a head takes at most the binary
logarithm of a line's size, 20 steps for a million people, however deep the line itself is.
"""

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.referral.models import Family

HEADS = """
WITH RECURSIVE up AS (
    SELECT customer_id AS of, customer_id, above_id FROM referral_family WHERE customer_id = ANY(%s)
    UNION ALL
    SELECT up.of, next.customer_id, next.above_id FROM up JOIN referral_family next ON next.customer_id = up.above_id)
SELECT of, customer_id FROM up WHERE above_id IS NULL
"""
LINE = """
WITH RECURSIVE up AS (
    SELECT referrer_id FROM referral_referral WHERE customer_id = %s AND ended_at IS NULL
    UNION
    SELECT next.referrer_id FROM up JOIN referral_referral next
        ON next.customer_id = up.referrer_id AND next.ended_at IS NULL)
SELECT 1 FROM up WHERE referrer_id = %s LIMIT 1
"""


def heads_of(*customer_ids: int) -> dict[int, int]:
    """The head of each one's line; who never was in one is the head of their own. One statement."""
    found = dict(rows.fetch(HEADS, [list(customer_ids)]))
    return {customer_id: found.get(customer_id, customer_id) for customer_id in customer_ids}


def stands_below(customer_id: int, *, head_id: int) -> bool:
    """Whether `head_id` stands above the customer. Walks only a line that both are of: no newcomer's."""
    heads = heads_of(customer_id, head_id)
    return heads[customer_id] == heads[head_id] and bool(rows.fetch(LINE, [customer_id, head_id]))


def join(customer_id: int, other_id: int) -> None:
    """Make one line of two; the smaller goes under the larger head. Again is nothing. Waits for who joins them too."""
    require_transaction()
    Family.objects.bulk_create([Family(customer_id=customer_id), Family(customer_id=other_id)], ignore_conflicts=True)
    while True:
        heads = set(heads_of(customer_id, other_id).values())
        if len(heads) == 1:
            return
        both = list(Family.objects.select_for_update(no_key=True).filter(pk__in=heads, above=None).order_by("pk"))
        if len(both) == 2:                    # otherwise one of them went under a third meanwhile: look again
            break
    small, large = sorted(both, key=lambda row: (row.people, -row.pk))
    small.above, large.people = large, large.people + small.people
    small.save(update_fields=["above"])
    large.save(update_fields=["people"])
