"""What customers allow, now and before."""

from collections.abc import Collection, Mapping

from django.db.models import Count, QuerySet

from liuke.customers.models import Consent, ConsentText
from liuke.customers.rules.consents import CHANNELS, CLEARED, GIVEN, PURPOSES, Subject


def latest(customer_ids: Collection[int], *subjects: Subject) -> QuerySet[Consent]:
    """The row that holds now for each customer, channel and purpose (or only for these subjects)."""
    rows = Consent.objects.filter(customer_id__in=customer_ids)
    if subjects:
        rows = rows.filter(channel__in={each.channel for each in subjects},
                           purpose__in={each.purpose for each in subjects})
    return rows.order_by("customer_id", "channel", "purpose", "-happened_at", "-pk").distinct(
        "customer_id", "channel", "purpose"
    )


def states(customer_ids: Collection[int], subject: Subject) -> dict[int, str]:
    """The state of one subject for many customers, in one query; who never said anything is `cleared`."""
    said = dict(latest(customer_ids, subject).values_list("customer_id", "state"))
    return {customer_id: said.get(customer_id, CLEARED) for customer_id in customer_ids}


def allowed(customer_id: int) -> Mapping[Subject, Consent]:
    """All that one customer allows now."""
    return {Subject(row.channel, row.purpose): row for row in latest([customer_id]) if row.state == GIVEN}


def history(customer_id: int) -> QuerySet[Consent]:
    """Everything one customer has ever said, the newest first, with who wrote it down and the words agreed to."""
    rows = Consent.objects.filter(customer_id=customer_id).select_related("text", "recorded_by")
    return rows.order_by("-happened_at", "-pk")


def texts_in_force() -> dict[Subject, ConsentText]:
    """The words one agrees to now, for each subject that has some: the newest of its channel, else of all."""
    rows = ConsentText.objects.order_by("purpose", "channel", "-published_at", "-pk").distinct("purpose", "channel")
    newest = {(row.channel, row.purpose): row for row in rows}
    return {
        Subject(channel, purpose): text for purpose in PURPOSES for channel in CHANNELS
        if (text := newest.get((channel, purpose)) or newest.get(("", purpose)))
    }


def texts() -> QuerySet[ConsentText]:
    """Every version there ever was, the newest first, with `agreed`: how often customers have agreed to it."""
    return ConsentText.objects.annotate(agreed=Count("consent")).order_by("-published_at", "-pk")
