"""What may be promised, what is refused with its clause, and that nothing changes once it was published."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from liuke.coupons.tests.builders import budget as coupon_budget
from liuke.coupons.tests.builders import template
from liuke.draws.models import Course, Draw, Prize
from liuke.draws.rules.odds import OddsDiffer
from liuke.draws.rules.promise import BadDraw, NegativeAmount, NoWayDown
from liuke.draws.rules.promise import Prize as Kind
from liuke.draws.rules.results import hash_of
from liuke.draws.services import drafting, purse
from liuke.draws.tests.builders import DAY, NOW, OPEN, budget, draft, prizes, promise, published
from liuke.gifts.models import GiftKind
from liuke.gifts.queries import stocked
from liuke.gifts.tests.builders import kind as gift_kind
from liuke.kit import crypto
from liuke.ledger.queries import balance
from liuke.loyalty.rules.conditions import BadCondition
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.services.benefits import BadDetails

pytestmark = pytest.mark.django_db
NOTHING = Kind(position=9, name="谢谢参与", kind="nothing", odds=Fraction(1, 2))


def one(**changes):
    """A prize with half the odds, and nothing."""
    return [Kind(**{"position": 1, "name": "大奖", "kind": "points", "odds": Fraction(1, 2), "count": 5, "amount": 10,
                    "fallback": 9, **changes}), NOTHING]


@pytest.mark.parametrize(("changes", "kind"), [
    ({"prizes": one(odds=Fraction(1, 3))}, OddsDiffer),
    ({"prizes": one(amount=-1)}, NegativeAmount),
    ({"prizes": one(count=-5)}, NegativeAmount),
    ({"prizes": one(count=0)}, NegativeAmount),
    ({"prizes": one(fallback=None)}, NoWayDown),
    ({"prizes": one(fallback=1)}, NoWayDown),
    ({"prizes": one(kind="car")}, BadDraw),
    ({"prizes": one(name="")}, BadDraw),
    ({"free_a_day": -1}, NegativeAmount),
    ({"closes_at": OPEN}, BadDraw),
    ({"name": " "}, BadDraw),
    ({"audience": {"tier": {"is": True}, "colour": {"any": ["red"]}}}, BadCondition),
    ({"budgets": {"points": 10**9}}, BadDraw),
    ({"prizes": one(kind="gift", value_fen=100)}, BadDetails),
])
def test_what_does_not_hold_together_is_refused_as_it_is_written(changes, kind):
    with pytest.raises(kind):
        draft(**changes)

    assert not Draw.objects.exists()


@pytest.mark.parametrize(("changes", "code", "path"), [
    ({"rules": "分享后才能抽奖"}, "G16", "rules"),
    ({"prizes": one(kind="cash", amount=99)}, "G20", "amount"),
    ({"prizes": one(kind="cash", amount=20_001)}, "G20", "amount"),
])
def test_what_the_law_or_the_channel_forbids_is_refused_with_its_clause(changes, code, path):
    with pytest.raises(Against) as against:
        draft(**changes)

    assert (against.value.finding.code, against.value.finding.path) == (code, path)
    assert against.value.finding.clause


@pytest.mark.parametrize(("changes", "code", "path"), [
    ({"prizes": []}, None, None),
    ({"rules": ""}, "G15", "rules"),
    ({"contact": " "}, "G15", "contact"),
    ({"prizes": [Kind(position=1, name="谢谢", kind="nothing", odds=Fraction(1))]}, "G15", "prizes"),
    ({"budgets": {}}, "G15", "budget"),
    ({"opens_at": NOW - DAY, "closes_at": NOW + DAY}, "G22", "opens_at"),
    ({"prizes": one(value_fen=5_000_001)}, "G15", "value_fen"),
])
def test_what_the_public_must_be_told_is_asked_for_when_it_is_published(changes, code, path):
    if code is None:
        with pytest.raises(OddsDiffer):
            draft(**changes)
        return
    with pytest.raises(Against) as against:
        published(**changes)

    assert (against.value.finding.code, against.value.finding.path) == (code, path)


def test_the_ceiling_of_a_prize_is_a_setting(settings):
    settings.LIUKE_PRIZE_CAP_FEN = 500_000
    published(prizes=one(value_fen=500_000))
    with pytest.raises(Against):
        published(prizes=one(value_fen=500_001))


def test_publishing_shows_the_hash_and_sets_the_prizes_aside():
    row = budget(10_000)
    draw = published(prizes=prizes(stock=5, amount=100), budgets={"points": row.pk})

    assert (balance(row.address).posted, balance(purse.source_of(draw.pk, "points")).posted) == (9_500, 500)
    assert draw.seed == ""
    assert hash_of(crypto.unseal(bytes(draw.seed_enc))) == draw.seed_hash
    assert Course.objects.get(draw=draw).link == draw.terms_hash
    with transaction.atomic():
        assert drafting.publish(draw_id=draw.pk, now=NOW).seed_hash == draw.seed_hash


def test_prizes_that_the_budget_cannot_pay_are_not_promised():
    row = budget(499)
    with pytest.raises(purse.BudgetShort):
        published(prizes=prizes(stock=5, amount=100), budgets={"points": row.pk})

    assert balance(row.address).posted == 499


def coupons_of(template, *counts):
    """A prize for each count, all of one template."""
    return [*(Kind(position=at, name=f"券 {at}", kind="coupon", odds=Fraction(1, 4), count=count, amount=1, fallback=9,
                   value_fen=2_000, details={"template": template}) for at, count in enumerate(counts, start=1)),
            Kind(position=9, name="谢谢参与", kind="nothing", odds=1 - len(counts) * Fraction(1, 4))]


def test_coupons_that_their_budget_cannot_pay_together_are_not_promised():
    address = coupon_budget(10_000)
    one_, other = (template(budget=address).template_id for _ in range(2))      # twenty yuan each, of one budget

    with pytest.raises(purse.StockShort, match="只剩 2 份") as short:
        published(prizes=coupons_of(one_, 3, 3))
    assert short.value.position == 2
    first, nothing = coupons_of(one_, 3)
    mixed = [first, replace(coupons_of(other, 3)[0], position=2), replace(nothing, odds=Fraction(1, 2))]
    with pytest.raises(purse.StockShort):
        published(prizes=mixed)
    assert published(prizes=coupons_of(one_, 3, 2)).state == "published"


def test_gifts_of_two_prizes_are_taken_from_one_stock():
    gift = gift_kind().pk
    left = stocked(GiftKind.objects.get())
    as_gifts = [each if each.kind == "nothing" else replace(each, kind="gift", details={"gift": gift})
                for each in coupons_of(0, left, 1)]

    with pytest.raises(purse.StockShort, match="只剩 0 份"):
        published(prizes=as_gifts)
    assert published(prizes=[as_gifts[0], *coupons_of(0, left)[-1:]]).state == "published"


@pytest.mark.parametrize(("now", "code"), [(NOW, "draw_published"), (OPEN + timedelta(hours=1), "draw_open")])
def test_nothing_is_changed_after_publishing_or_opening(now, code):
    draw = published()

    for call in (lambda: drafting.change_draw(draw_id=draw.pk, promise=promise(name="别的"), now=now),
                 lambda: drafting.drop_draw(draw_id=draw.pk, now=now)):
        with pytest.raises(Exception, match="不能再更改（G15 · 反不正当竞争法") as refused:
            call()
        assert refused.value.code == code


@pytest.mark.parametrize("sql", [
    "UPDATE draws_prize SET numerator = 2, denominator = 3 WHERE position = 1",
    "UPDATE draws_prize SET count = 1 WHERE position = 1",
    "DELETE FROM draws_prize",
    "UPDATE draws_prize SET draw_id = draw_id, name = 'x' WHERE position = 2",
    "UPDATE draws_draw SET closes_at = closes_at + interval '1 day'",
    "UPDATE draws_draw SET seed_hash = 'x'",
    "UPDATE draws_draw SET state = 'draft'",
    "UPDATE draws_draw SET seed = repeat('00', 32)",
    "UPDATE draws_stock SET drawn = drawn + 2",
    "UPDATE draws_stock SET count = 1",
    "DELETE FROM draws_draw",
])
def test_the_tables_refuse_it_too(sql):
    published()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_draft_can_be_changed_and_thrown_away():
    draw = draft()
    with transaction.atomic():
        drafting.change_draw(draw_id=draw.pk, promise=promise(name="周年庆", prizes=prizes(stock=7)), now=NOW)
    assert list(Prize.objects.order_by("position").values_list("count", flat=True)) == [7, None]
    assert Draw.objects.get().name == "周年庆"

    with transaction.atomic():
        drafting.drop_draw(draw_id=draw.pk, now=NOW)
    assert not Draw.objects.exists()
