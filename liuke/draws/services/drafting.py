"""A draw is written, changed while it is a draft, published, and never changed again."""

import os
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.draws.models import Course, Draw, Prize, Stock
from liuke.draws.queries.states import Phase, State, phase
from liuke.draws.queries.terms import FIELDS, promise_of
from liuke.draws.rules import promise as rules
from liuke.draws.rules import results
from liuke.draws.rules.limits import NUMBERS, SEED_BYTES
from liuke.draws.rules.promise import COUPON, GIFT, NOTHING, BadDraw, Promise
from liuke.draws.services import purse
from liuke.kit import crypto
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.models import Budget
from liuke.loyalty.queries.audience import audience_fields
from liuke.loyalty.rules import conditions
from liuke.loyalty.rules.guard import CLAUSES, Code
from liuke.loyalty.services import benefits


class DrawPublished(Refused):
    """The draw is published: its terms can no longer be changed."""

    code = "draw_published"

    def __init__(self) -> None:
        super().__init__(_("抽奖已经公示，不能再更改（G15 · %(clause)s）") % {"clause": _(CLAUSES[Code.G15])})


class DrawIsOpen(Refused):
    """The draw has opened: nothing of it can be changed any more."""

    code = "draw_open"

    def __init__(self) -> None:
        super().__init__(_("抽奖已经开始，不能再更改（G15 · %(clause)s）") % {"clause": _(CLAUSES[Code.G15])})


def write_draw(*, promise: Promise, now: datetime, by_id: int | None = None) -> Draw:
    """A new draft. Raises what `rules.promise.check` raises, BadCondition, and what a benefit says of its details."""
    require_transaction()
    _check(promise)
    advisory_lock("draws:numbers")
    draw = Draw.objects.create(
        number=_number(now), state=State.DRAFT, made_at=now, made_by_id=by_id,
        **{name: getattr(promise, name) for name in FIELDS},
    )
    _write_prizes(draw, promise)
    return draw


def change_draw(*, draw_id: int, promise: Promise, now: datetime) -> Draw:
    """Other terms for a draft. Raises DrawPublished, DrawIsOpen, NotYours, and what `write_draw` raises."""
    draw = _draft(draw_id, now)
    _check(promise)
    for name in FIELDS:
        setattr(draw, name, getattr(promise, name))
    draw.save(update_fields=list(FIELDS))
    Stock.objects.filter(prize__draw=draw).delete()
    Prize.objects.filter(draw=draw).delete()
    _write_prizes(draw, promise)
    return draw


def drop_draw(*, draw_id: int, now: datetime) -> None:
    """Throw a draft away. Raises DrawPublished, DrawIsOpen, NotYours."""
    draw = _draft(draw_id, now)
    Stock.objects.filter(prize__draw=draw).delete()
    Prize.objects.filter(draw=draw).delete()
    draw.delete()


def publish(*, draw_id: int, now: datetime, by_id: int | None = None) -> Draw:
    """Freeze the terms, set aside what the prizes cost, and show the hash of a new secret seed. Again is the same draw.

    Raises Against with the clause (G15, G22), BadDraw, StockShort, the purse's BudgetShort, NotYours.
    """
    require_transaction()
    draw = Draw.objects.select_for_update().filter(pk=draw_id).first()
    if draw is None:
        raise NotYours
    if draw.state != State.DRAFT:
        return draw
    promise = promise_of(draw)
    rules.check(promise)
    rules.check_published(promise, now=now, cap_fen=settings.LIUKE_PRIZE_CAP_FEN)
    purse.check_stock(promise)
    purse.fill(draw=draw, costs=rules.costs(promise.prizes), now=now)
    seed = os.urandom(SEED_BYTES)
    draw.seed_enc, draw.seed_hash = crypto.seal(seed), results.hash_of(seed)
    draw.terms_hash = results.terms_hash(rules.published(draw.number, promise))
    draw.state, draw.published_at, draw.published_by_id = State.PUBLISHED, now, by_id
    draw.save(update_fields=["seed_enc", "seed_hash", "terms_hash", "state", "published_at", "published_by"])
    Course.objects.create(draw=draw, link=draw.terms_hash)
    return draw


def _draft(draw_id: int, now: datetime) -> Draw:
    require_transaction()
    draw = Draw.objects.select_for_update().filter(pk=draw_id).first()
    if draw is None:
        raise NotYours
    if phase(draw, now) not in (Phase.DRAFT, Phase.AHEAD):
        raise DrawIsOpen
    if draw.state != State.DRAFT:
        raise DrawPublished
    return draw


def _check(promise: Promise) -> None:
    rules.check(promise)
    conditions.check(promise.audience, audience_fields())
    for unit, budget_id in promise.budgets.items():
        if not Budget.objects.filter(pk=budget_id, unit=unit).exists():
            raise BadDraw("budget")
    for prize in promise.prizes:
        if prize.kind in (COUPON, GIFT):
            benefits.benefit_of(prize.kind).check(prize.details)


def _write_prizes(draw: Draw, promise: Promise) -> None:
    rows = Prize.objects.bulk_create([
        Prize(draw=draw, position=prize.position, name=prize.name, kind=prize.kind, amount=prize.amount,
              details=dict(prize.details), value_fen=rules.worth_fen(prize), count=prize.count,
              numerator=prize.odds.numerator, denominator=prize.odds.denominator,
              fallback=None if prize.kind == NOTHING else prize.fallback)
        for prize in promise.prizes
    ])
    Stock.objects.bulk_create([Stock(prize=row, count=row.count) for row in rows])


def _number(now: datetime) -> str:
    """D261102001: the day and the so-manieth draw of it. The caller holds the lock of numbers."""
    day = f"D{timezone.localtime(now):%y%m%d}"
    last = Draw.objects.filter(number__startswith=day).order_by("-number").values_list("number", flat=True).first()
    count = int(last[len(day):]) + 1 if last else 1
    if count > NUMBERS:
        raise BadDraw("number")
    return f"{day}{count:03d}"
