"""A promoter as staff see them: whom they brought and how, who brought them and which touches lost, what it earned."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from liuke.customers.models import Customer
from liuke.customers.queries.records import names_of
from liuke.insight.rules.bought import BOUGHT
from liuke.mall.models import Order
from liuke.referral.models import Block, Commission, PassedOver, Referral, ReferralLink, Touch

TOUCHES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the promoter brought, and what they have bought since and kept."""

    referral: Referral
    name: str
    orders: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class SeenTouch:
    """One opening of a link by the customer. `won`: it settled who referred them; otherwise `why` it did not."""

    touch: Touch
    owner: str
    won: bool
    why: str


def promoters() -> QuerySet[Customer]:
    """Who has a link, or has brought somebody."""
    links = ReferralLink.objects.filter(customer=OuterRef("pk"))
    brought = Referral.objects.filter(referrer=OuterRef("pk"), ended_at=None)
    return Customer.objects.filter(Exists(links) | Exists(brought))


def people_of(customer_id: int) -> QuerySet[Referral]:
    """Whom the promoter has brought, to be paged by (-pk)."""
    return Referral.objects.filter(referrer_id=customer_id, ended_at=None).select_related("customer", "link")


def persons(page: Collection[Referral]) -> list[Person]:
    """The people of one page with their purchases; two statements."""
    ids = [row.customer_id for row in page]
    kept = Order.objects.filter(customer_id__in=ids, source="shop", state__in=BOUGHT)
    sums = {row["customer"]: (row["orders"], row["net"]) for row in kept.values("customer").annotate(
        orders=Count("pk"), net=Sum(F("goods_fen") - F("discount_fen") - F("refunded_fen")))}
    names = names_of(ids)
    return [Person(row, names.get(row.customer_id, ""), *sums.get(row.customer_id, (0, 0))) for row in page]


def commissions_of(customer_id: int) -> QuerySet[Commission]:
    """To be paged by (-pk)."""
    rows = Commission.objects.filter(customer_id=customer_id)
    return rows.select_related("order__customer", "version__plan")


def history_of(customer_id: int) -> list[Referral]:
    """Everybody who has ever counted as the customer's referrer, the newest first."""
    rows = Referral.objects.filter(customer_id=customer_id)
    return list(rows.select_related("referrer", "link", "corrected_by").order_by("-pk"))


def touches_of(customer_id: int, bound: Referral | None) -> list[SeenTouch]:
    """The newest openings by the customer, each with why it lost, or that it won; three statements."""
    rows = list(Touch.objects.filter(visitor__customer_id=customer_id).select_related(
        "link__customer", "link__shop", "link__staff").order_by("-at", "-pk")[:TOUCHES_SHOWN])
    why = dict(PassedOver.objects.filter(customer_id=customer_id, touch__in=rows).values_list("touch", "why"))
    names = names_of([row.link.customer_id for row in rows if row.link.customer_id])
    won = _winner(rows, why, bound)
    return [SeenTouch(row, _owner(row.link, names), row.pk == won, why.get(row.pk, "")) for row in rows]


def blocks_of(customer_id: int) -> list[Block]:
    """The newest first; the first one stands while it is not lifted."""
    return list(Block.objects.filter(customer_id=customer_id).select_related("blocked_by").order_by("-pk"))


def living(number: str) -> Customer | None:
    """The customer with this member number, if they can refer somebody."""
    return Customer.objects.filter(Q(number__iexact=number.strip()), merged_into=None, forgotten_at=None).first()


def _winner(rows: Collection[Touch], why: dict[int, str], bound: Referral | None) -> int | None:
    """The newest touch of the winning link that was not passed over, before the binding."""
    if bound is None or bound.link_id is None:
        return None
    return next((row.pk for row in rows
                 if row.link_id == bound.link_id and row.pk not in why and row.at <= bound.bound_at), None)


def _owner(link: ReferralLink, names: dict[int, str]) -> str:
    if link.customer_id:
        return names.get(link.customer_id) or (link.customer.number if link.customer else "")
    return link.shop.name if link.shop else link.staff.name if link.staff else ""
