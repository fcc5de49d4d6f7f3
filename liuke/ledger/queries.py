"""What others may ask of the ledger: balances, statements, entries, totals, and what the last verification said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from liuke.ledger.models import OpenHold, Posting, Seal, Standing, Verdict
from liuke.ledger.rules import MAX_PAGE, PAGE, BadMove

STATEMENT = """
WITH mine AS (
  (SELECT p.*, p.credit_id AS other_id, -1 AS way FROM ledger_posting p
   WHERE p.debit_id = %(account)s AND p.id < %(before)s ORDER BY p.id DESC LIMIT %(limit)s)
  UNION ALL
  (SELECT p.*, p.debit_id AS other_id, 1 AS way FROM ledger_posting p
   WHERE p.credit_id = %(account)s AND p.id < %(before)s ORDER BY p.id DESC LIMIT %(limit)s)
), line AS (
  SELECT m.*, CASE WHEN m.kind IN ('hold', 'void') THEN 0 ELSE m.way * m.amount END AS change,
         CASE WHEN m.way = 1 OR m.kind IN ('post', 'reverse') THEN 0
              WHEN m.kind = 'hold' THEN m.amount ELSE -m.amount END AS change_held
  FROM mine m ORDER BY m.id DESC LIMIT %(limit)s
)
SELECT l.id, l.key, l.leg, l.kind, o.address, l.amount, l.change, l.change_held,
       %(posted)s - coalesce(sum(l.change) OVER newer, 0)::bigint,
       %(held)s - coalesce(sum(l.change_held) OVER newer, 0)::bigint,
       l.of_id, l.expires_at, l.booked_at, l.fact_id, l.order_id, l.order_line_id, l.plan_version
FROM line l JOIN ledger_account o ON o.id = l.other_id
WINDOW newer AS (ORDER BY l.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
ORDER BY l.id DESC
"""
NEWEST = 2**63 - 1


@dataclass(frozen=True)
class Balance:
    """In the account's unit. `posted` may be negative; `held` is the part of it that is set aside."""

    posted: int
    held: int

    @property
    def free(self) -> int:
        """What can be spent down to zero."""
        return self.posted - self.held


@dataclass(frozen=True)
class Line:
    """One posting as its account sees it. `change` and `change_held`: what it did to the balance and to what is set
    aside; `posted` and `held`: how the account stood after it. At its target a hold changes nothing until confirmed.
    """

    posting_id: int
    key: str
    leg: int
    kind: str
    other: str                       # the address on the other side
    amount: int
    change: int
    change_held: int
    posted: int
    held: int
    of_id: int | None
    expires_at: datetime | None
    booked_at: datetime
    fact_id: int | None
    order_id: int | None
    order_line_id: int | None
    plan_version: str


@dataclass(frozen=True)
class Page:
    """Newest first. `before` asks for the next page; it is empty at the end."""

    lines: tuple[Line, ...]
    before: str


@dataclass(frozen=True)
class Total:
    """All accounts of one unit. `balance` is zero, or the ledger is broken."""

    unit: str
    accounts: int
    balance: int
    positive: int
    negative: int
    held: int


def balance(address: str) -> Balance:
    """How an account stands now. An address that nobody has opened stands at zero."""
    row = Standing.objects.filter(address=address).values_list("posted", "held").first()
    return Balance(*row) if row else Balance(0, 0)


def balances(addresses: Collection[str] | None = None) -> dict[str, int]:
    """The posted balance of each of these accounts, or of all; opened accounts only."""
    rows = Standing.objects.all() if addresses is None else Standing.objects.filter(address__in=addresses)
    return dict(rows.values_list("address", "posted"))


def free_above(purpose: str, *, least: int, after: int, limit: int) -> list[tuple[int, int]]:
    """(customer, what is free) of customers with at least so much free for a purpose, by id, after one. One query."""
    free = F("posted") - F("held")
    rows = Standing.objects.filter(purpose=purpose, owner_kind="customer", owner_id__gt=after)
    found = rows.annotate(spendable=free).filter(spendable__gte=least).order_by("owner_id")
    return [(owner or 0, spendable) for owner, spendable in found.values_list("owner_id", "spendable")[:limit]]


def coming(address: str) -> int:
    """What is held for this account elsewhere and not confirmed yet."""
    return OpenHold.objects.filter(credit__address=address).aggregate(rest=Sum("rest"))["rest"] or 0


def left_of(key: str) -> int:
    """How much of a held entry is neither confirmed nor voided, all legs together."""
    return OpenHold.objects.filter(posting__key=key).aggregate(rest=Sum("rest"))["rest"] or 0


def account(address: str) -> Standing:
    """One account. Raises Http404."""
    return get_object_or_404(Standing.objects.select_related("forward"), address=address)


def accounts(*, owner: tuple[str, int] | None = None, unit: str = "", starts: str = "") -> QuerySet[Standing]:
    """Accounts in the order of their opening: of an owner such as ("customer", 12), of a unit, by start of address."""
    rows = Standing.objects.select_related("forward")
    if owner:
        rows = rows.filter(owner_kind=owner[0], owner_id=owner[1])
    if unit:
        rows = rows.filter(unit=unit)
    if starts:
        rows = rows.filter(address__startswith=starts)
    return rows.order_by("pk")


def statement(address: str, *, before: str = "", limit: int = PAGE) -> Page:
    """The postings of an account, newest first, with its balance after each. `before`: as the page before gave it.

    Costs the same for the first and the thousandth page. Raises Http404, BadMove for a `before` of nobody's.
    """
    mine, size = account(address), min(limit, MAX_PAGE)
    last, posted, held = _position(before) if before else (NEWEST, mine.posted, mine.held)
    given = {"account": mine.pk, "before": last, "posted": posted, "held": held, "limit": size + 1}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        lines = [Line(*row) for row in cursor.fetchall()]
    if len(lines) <= size:
        return Page(tuple(lines), "")
    bottom = lines[size - 1]
    rest = f"{bottom.posting_id}.{bottom.posted - bottom.change}.{bottom.held - bottom.change_held}"
    return Page(tuple(lines[:size]), rest)


def entry(key: str) -> QuerySet[Posting]:
    """The postings of one entry, with their accounts and what was confirmed, voided or reversed of them."""
    rows = Posting.objects.filter(key=key).select_related("debit", "credit", "of").prefetch_related("parts")
    return rows.order_by("leg")


def caused_by(fact_id: int) -> QuerySet[Posting]:
    """What a fact moved, oldest first."""
    return Posting.objects.filter(fact_id=fact_id).select_related("debit", "credit").order_by("pk")


def totals() -> list[Total]:
    """The trial balance: every unit with the sum over its accounts, in one statement."""
    rows = Standing.objects.values("unit").annotate(
        accounts=Count("pk"),
        balance=Sum("posted"),
        positive=Coalesce(Sum("posted", filter=Q(posted__gt=0)), 0),
        negative=Coalesce(Sum("posted", filter=Q(posted__lt=0)), 0),
        held_now=Sum("held"),
    )
    return [
        Total(row["unit"], row["accounts"], int(row["balance"]), int(row["positive"]), int(row["negative"]),
              int(row["held_now"]))
        for row in rows.order_by("unit")
    ]


def last_verdict() -> Verdict | None:
    return Verdict.objects.order_by("-pk").first()


def last_clean_seal() -> int:
    """The newest seal under which a verification found nothing wrong; 0 when there is none."""
    verdict = Verdict.objects.filter(faults=[]).exclude(digest="").order_by("-pk").first()
    seal = Seal.objects.filter(digest=bytes.fromhex(verdict.digest)).first() if verdict else None
    return seal.pk if seal else 0


def seals_of(day_on: date) -> QuerySet[Seal]:
    """The seals of one day in the order of the chain; the last one's digest is the day's."""
    return Seal.objects.filter(day_on=day_on).order_by("pk")


def _position(before: str) -> tuple[int, int, int]:
    try:
        last, posted, held = (int(part) for part in before.split("."))
    except ValueError as error:
        raise BadMove(f"{before!r} is no place in a statement") from error
    return last, posted, held
