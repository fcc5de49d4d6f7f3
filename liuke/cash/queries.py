"""What others may ask of cash bonuses: a customer's own, what waits, what a plan gave, what was sent on a day."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum

from liuke.cash.models import Bonus, CashTerms, FlowDay, FlowDifference, Plan, Transfer
from liuke.cash.rules import BEIJING, Move, State, Terms
from liuke.channels.registry import payout_providers
from liuke.customers.models import Customer
from liuke.kit import crypto
from liuke.ledger.queries import left_of
from liuke.loyalty.queries.audience import fitting
from liuke.loyalty.rules.terms import held_out

SAMPLE = 5_000                           # customers that a page looks at to say how many a plan reaches


def terms() -> Terms:
    """What finance has set; the defaults until it has."""
    row = CashTerms.objects.order_by("-pk").first()
    if row is None:
        return Terms()
    return Terms(approve_from_fen=row.approve_from_fen, minute_most=row.minute_most,
                 person_day_times=row.person_day_times, person_day_fen=row.person_day_fen)


def bonuses_list() -> QuerySet[Bonus]:
    """All, newest first, with what a page shows of each."""
    return Bonus.objects.select_related("transfer", "plan", "decided_by").order_by("-pk")


def bonuses_of(customer_id: int) -> QuerySet[Bonus]:
    """A customer's own, newest first."""
    return bonuses_list().filter(customer_id=customer_id)


def bonus_of(bonus_id: int) -> Bonus:
    """One bonus. Raises Bonus.DoesNotExist."""
    return Bonus.objects.get(pk=bonus_id)


def device_words(transfer: Transfer) -> Mapping[str, str]:
    """What the customer's device hands to WeChat to say yes; nothing while there is nothing to say yes to."""
    channel = payout_providers().get(transfer.provider)
    if transfer.state != Move.CONFIRM or channel is None or not transfer.package_enc:
        return {}
    return channel.for_the_device(crypto.decrypt(transfer.package_enc))


def counts() -> dict[str, tuple[int, int]]:
    """For each state how many bonuses and how many fen."""
    rows = Bonus.objects.values("state").annotate(n=Count("pk"), fen=Sum("amount_fen"), returned=Sum("back_fen"))
    return {row["state"]: (row["n"], row["fen"] - row["returned"]) for row in rows.order_by("state")}


def stuck() -> QuerySet[Transfer]:
    """Transfers of which nobody can say what became of them."""
    return Transfer.objects.filter(state=Move.STUCK).order_by("pk")


def plans_list() -> QuerySet[Plan]:
    return Plan.objects.select_related("budget", "made_by", "approved_by").order_by("-pk")


def given_by(plan_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """For each plan how many bonuses were given, have arrived and have failed, and the fen that arrived."""
    rows = Bonus.objects.filter(plan_id__in=plan_ids).values("plan_id").annotate(
        given=Count("pk"), sent=Count("pk", filter=Q(state=State.SENT)),
        failed=Count("pk", filter=Q(state__in=[State.FAILED, State.REFUSED])),
        fen=Sum("amount_fen", filter=Q(state=State.SENT)))
    return {row["plan_id"]: {"given": row["given"], "sent": row["sent"], "failed": row["failed"],
                             "fen": row["fen"] or 0} for row in rows}


def sent_on(provider: str, day: date) -> QuerySet[Transfer]:
    """What arrived on a day in Beijing."""
    begin = datetime.combine(day, time.min, BEIJING)
    return Transfer.objects.filter(provider=provider, state=Move.SENT, ended_at__gte=begin,
                                   ended_at__lt=begin + timedelta(days=1)).order_by("pk")


def flow_days() -> QuerySet[FlowDay]:
    return FlowDay.objects.annotate(open=Count("differences", filter=Q(differences__explained_by=None))).order_by(
        "-day_on", "provider")


def open_differences() -> QuerySet[FlowDifference]:
    return FlowDifference.objects.filter(explained_by=None).select_related("day").order_by("-day__day_on", "pk")


def differing(limit: int = 50) -> list[str]:
    """Keys of open bonuses whose held money is not what they say; empty, or something is broken."""
    open_states = (State.PENDING, State.APPROVAL, State.QUEUED, State.ASKED)
    rows = Bonus.objects.filter(state__in=open_states).order_by("pk")[:10_000]
    return [row.key for row in rows if left_of(row.hold_key) != row.kept_fen][:limit]


def parted(plan: Plan, customer_ids: Collection[int]) -> tuple[list[int], list[int]]:
    """Those of its audience whom the plan gives, and those whom it leaves out on purpose; both in order."""
    given: list[int] = []
    left_out: list[int] = []
    for pk in sorted(fitting(plan.audience, customer_ids)):
        (left_out if held_out(f"cash:{plan.pk}", pk, plan.hold_out_bp) else given).append(pk)
    return given, left_out


def reach(plan: Plan) -> int:
    """About how many customers the plan would give now: exact up to SAMPLE customers, above from every n-th.

    Who is left out on purpose is not counted.
    """
    living = Customer.objects.filter(merged_into=None, forgotten_at=None)
    everybody = living.count()
    step = everybody // SAMPLE + 1
    ids = list(living.annotate(turn=F("pk") % step).filter(turn=0).values_list("pk", flat=True))
    given, _left_out = parted(plan, ids)
    return round(len(given) * everybody / len(ids)) if ids else 0
