"""A customer's facts as people tell them: what happened, with which order or tag, and what the system then did."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from liuke.console import words
from liuke.coupons.models import Template
from liuke.customers.models import Tag
from liuke.customers.rules import consents
from liuke.desk import words as desk
from liuke.draws.models import Ticket
from liuke.draws.queries.draws import tickets_by_id
from liuke.gifts.models import GiftKind
from liuke.kit.money import yuan
from liuke.loyalty import words as loyalty
from liuke.loyalty.queries.welcome import Given
from liuke.mall.models import Order
from liuke.mall.queries.orders import orders_by_id
from liuke.tiers.queries import ladder
from liuke.timeline.models import Fact, Reaction


@dataclass(frozen=True)
class Moment:
    """One line of the story."""

    id: int
    label: str
    detail: str
    at: datetime
    kind: str                       # colour of the dot
    history: bool
    reactions: Sequence[Reaction]
    effects: Sequence[tuple[int, str]]
    may_look: bool


@dataclass(frozen=True)
class Known:
    """What the facts of one page speak of, read at once."""

    orders: Mapping[int, Order]
    tags: Mapping[int, Tag]
    templates: Mapping[int, Template]
    draw_tickets: Mapping[int, Ticket]
    gift_kinds: Mapping[int, GiftKind]


Tell = Callable[[Mapping[str, Any], Known], str]


def told(facts: Iterable[Fact], *, may_look: bool) -> list[Moment]:
    """The facts of one page, which come with reactions and effects; five queries at most for all of them."""
    rows = list(facts)
    known = Known(orders_by_id(_ids(rows, "order_id")), Tag.objects.in_bulk(list(_ids(rows, "tag_id"))),
                  Template.objects.in_bulk(list(_ids(rows, "template_id"))),
                  tickets_by_id(_ids(rows, "draw_ticket_id")),
                  GiftKind.objects.in_bulk(list(_ids(rows, "kind_id"))))
    return [
        Moment(
            fact.pk, words.fact(fact.kind), TELL.get(fact.kind, _nothing)(fact.data, known), fact.happened_at,
            DOTS.get(fact.kind, ""), fact.history, list(fact.reactions.all()),
            [(effect.pk, words.fact(effect.kind)) for effect in fact.effects.all()], may_look,
        )
        for fact in rows
    ]


def _ids(facts: Iterable[Fact], name: str) -> set[int]:
    return {fact.data[name] for fact in facts if isinstance(fact.data.get(name), int)}


def _nothing(_data: Mapping[str, Any], _known: Known) -> str:
    return ""


def _order(data: Mapping[str, Any], known: Known) -> str:
    """The order's number and the money that the fact speaks of."""
    order = known.orders.get(data["order_id"])
    amount = data.get("total_fen", data.get("refund_fen", data.get("amount_fen")))
    parts = [order.number if order else "", f"¥{yuan(amount)}" if isinstance(amount, int) else ""]
    return " · ".join(part for part in parts if part)


def _consent(data: Mapping[str, Any], _known: Known) -> str:
    channel, purpose = data["channel"], data["purpose"]
    return f"{_(consents.CHANNELS.get(channel, channel))} · {_(consents.PURPOSES.get(purpose, purpose))}"


def _tag(data: Mapping[str, Any], known: Known) -> str:
    tag = known.tags.get(data["tag_id"])
    source = words.SOURCES.get(data.get("source", ""), "")
    return " · ".join(str(part) for part in (tag.name if tag else "", source) if part)


def _source(data: Mapping[str, Any], _known: Known) -> str:
    return str(words.SOURCES.get(data.get("source", ""), data.get("source", "")))


def _points(data: Mapping[str, Any], _known: Known) -> str:
    return _("%(points)s 积分，%(day)s") % {"points": f"{data['points']:,}", "day": data["expires_on"]}


def _exchange(data: Mapping[str, Any], _known: Known) -> str:
    return _("%(points)s 积分") % {"points": f"{data['points']:,}"}


def _tier(data: Mapping[str, Any], _known: Known) -> str:
    """From which tier to which, why, and until when."""
    names = dict(ladder())
    moved = f"{names.get(data['before'], data['before'])} → {names.get(data['after'], data['after'])}"
    until = _("保留至 %(day)s") % {"day": data["until"]} if data["until"] else ""
    return " · ".join(part for part in (moved, str(words.TIER_REASONS.get(data["reason"], "")), until) if part)


def _coupon(data: Mapping[str, Any], known: Known) -> str:
    """Which coupon, with what it gave and for which purchase."""
    template = known.templates.get(data["template_id"])
    amount = data.get("amount_fen")
    parts = [template.name if template else "", data.get("purchase", ""),
             f"−¥{yuan(amount)}" if isinstance(amount, int) else ""]
    return " · ".join(part for part in parts if part)


def _expiring(data: Mapping[str, Any], _known: Known) -> str:
    if "gifts" in data:
        return _("%(count)s 份，%(day)s") % {"count": data["gifts"], "day": data["expires_on"]}
    return _("%(count)s 张，%(day)s") % {"count": data["coupons"], "day": data["expires_on"]}


def _grant(data: Mapping[str, Any], _known: Known) -> str:
    return loyalty.given(Given(data["benefit"], data["amount"], {}))


def _money(data: Mapping[str, Any], _known: Known) -> str:
    return f"¥{yuan(data['amount_fen'])}"


def _line(data: Mapping[str, Any], _known: Known) -> str:
    said = _("连续 %(chain)s 层，头部之下 %(people)s 人") % data
    return f"{said} · {_('暂停提现')}" if data.get("frozen") else said


def _drawn(data: Mapping[str, Any], known: Known) -> str:
    ticket = known.draw_tickets.get(data["draw_ticket_id"])
    return f"{ticket.draw.name} · {ticket.prize.name}" if ticket and ticket.prize else ""


def _gift(data: Mapping[str, Any], known: Known) -> str:
    kind, order = known.gift_kinds.get(data["kind_id"]), known.orders.get(data.get("order_id", 0))
    return " · ".join(part for part in (kind.name if kind else "", order.number if order else "") if part)


def _step(data: Mapping[str, Any], _known: Known) -> str:
    return str(words.MOVES.get(data["move"], data["move"]))


def _ticket(data: Mapping[str, Any], _known: Known) -> str:
    """What it is about and where it came in."""
    parts = (desk.word(desk.KINDS, data["kind"]), desk.word(desk.CHANNELS, data["channel"]))
    return " · ".join(part for part in parts if part)


def _risk(data: Mapping[str, Any], _known: Known) -> str:
    return desk.word(desk.RISKS, data["risk"])


def _clock(data: Mapping[str, Any], _known: Known) -> str:
    return desk.word(desk.CLOCKS, data["clock"])


def _score(data: Mapping[str, Any], _known: Known) -> str:
    return _("%(score)s 分") % {"score": data["score"]}


TELL: dict[str, Tell] = {
    "CustomerJoined": _source,
    "ConsentGiven": _consent, "ConsentWithdrawn": _consent,
    "TagAdded": _tag, "TagRemoved": _tag,
    "ReturnMoved": _step, "RepairPaid": _order,
    "OrderPaid": _order, "OrderCancelled": _order, "OrderRefunded": _order, "OrderCorrected": _order,
    "CommissionPromised": _order, "CommissionConfirmed": _order, "CommissionTakenBack": _order,
    "NetworkAlarmed": _line, "PayoutsReleased": _line,
    "PointsExpiring": _points, "TierChanged": _tier,
    "ItemExchanged": _exchange, "ExchangeUndone": _exchange,
    "RewardGranted": _grant, "RewardGrantUndone": _grant,
    "TicketOpened": _ticket, "DangerReported": _risk, "TicketOverdue": _clock, "TicketRated": _score,
    "CouponExpiring": _expiring, "GiftExpiring": _expiring,
    "CouponIssued": _coupon, "CouponUsed": _coupon, "CouponGivenBack": _coupon, "CouponWithdrawn": _coupon,
    "GiftGiven": _gift, "GiftClaimed": _gift, "GiftEnded": _gift,
    "DrawPlayed": _drawn, "PrizeDelivered": _drawn,
    "CashBonusSent": _money, "CashBonusReturned": _money,
    "PayoutAsked": _money, "PayoutPaid": _money, "PayoutReturned": _money,
}
DOTS = {
    "CustomerJoined": "brand", "OrderPaid": "good", "OrderRefunded": "warn", "OrderCancelled": "warn",
    "DangerReported": "bad", "TicketOverdue": "warn", "TicketSolved": "good", "TierChanged": "brand",
    "CommissionConfirmed": "good", "CommissionTakenBack": "warn", "NetworkAlarmed": "bad", "PayoutsReleased": "good",
    "ConsentGiven": "good", "ConsentWithdrawn": "bad", "CustomerForgotten": "bad",
    "RewardGranted": "good", "PayoutPaid": "good", "PayoutReturned": "warn",
}
