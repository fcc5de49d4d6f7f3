"""What the pages of one customer share: the record or 404, what is allowed, what is expected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.customers.models import Consent, Customer, Merge
from liuke.customers.queries import consents, records
from liuke.customers.rules import consents as consent_rules
from liuke.insight.queries import figures
from liuke.org import queries as org
from liuke.org.access import StaffRequest

TIERS: dict[int, Promise] = {
    1: gettext_lazy("待培养"), 2: gettext_lazy("普通"), 3: gettext_lazy("重要"), 4: gettext_lazy("核心"),
}


def person(customer_id: int) -> records.Detail:
    """The record; raises Http404."""
    try:
        return records.detail(customer_id)
    except Customer.DoesNotExist as error:
        raise Http404 from error


def living_person(customer_id: int) -> records.Detail:
    """A record that may be written to: not merged away; raises Http404."""
    found = person(customer_id)
    if found.merged_into_id is not None:
        raise Http404
    return found


def shops_of(request: StaffRequest, permission: str) -> list[int] | None:
    """The shops in which this person may; None is everywhere."""
    if org.everywhere(request.user, permission):
        return None
    return list(org.shops_where(request.user, permission).values_list("pk", flat=True))


@dataclass(frozen=True)
class Statement:
    """What a customer has said about one channel and purpose, the last time."""

    channel: str
    channel_word: str
    purpose: str
    purpose_word: str
    state: str
    at: datetime | None


def consent_lines(customer_id: int) -> list[Statement]:
    """Only what was said, in the order of channels and purposes; one query."""
    said = {(row.channel, row.purpose): row for row in consents.latest([customer_id])}
    return [
        line for purpose in consent_rules.PURPOSES for channel in consent_rules.CHANNELS
        if (line := statement(channel, purpose, said.get((channel, purpose)))).state != consent_rules.CLEARED
    ]


def statement(channel: str, purpose: str, row: Consent | None) -> Statement:
    """In the reader's language."""
    return Statement(
        channel, _(consent_rules.CHANNELS[channel]), purpose, _(consent_rules.PURPOSES[purpose]),
        row.state if row else consent_rules.CLEARED, row.happened_at if row else None,
    )


@dataclass(frozen=True)
class Outlook:
    """What the last night's computation expects of this customer."""

    tier: int
    tier_word: str
    alive: float | None
    buys_30: float | None
    orders_90: float | None
    value_fen: int
    computed_at: datetime


def outlook(customer_id: int, request: StaffRequest) -> Outlook | None:
    """None without an order, or without the right to see what the whole brand knows of the customer."""
    if not org.everywhere(request.user, "insight.view"):
        return None
    row = figures.score_for(customer_id)
    if row is None:
        return None
    return Outlook(row.value_tier, str(TIERS.get(row.value_tier, row.value_tier)), row.alive, row.buys_30,
                   row.orders_90, row.value_fen, row.computed_at)


def twins(customer_id: int) -> list[dict[str, Any]]:
    """Other records that may be the same person, with their names."""
    pairs = list(records.open_twins(customer_id)[:5])
    others = {pair.pk: pair.high if pair.low_id == customer_id else pair.low for pair in pairs}
    names = records.names_of([other.pk for other in others.values()])
    return [{"pair": pair, "other": others[pair.pk], "name": names.get(others[pair.pk].pk, "")} for pair in pairs]


def open_merge(customer_id: int, *, now: datetime) -> Merge | None:
    """The last merge into this record that can still be undone."""
    return records.merges_of(customer_id).filter(survivor_id=customer_id, undone_at=None, undo_until__gt=now).first()
