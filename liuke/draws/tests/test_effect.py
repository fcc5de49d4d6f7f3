"""What a grant of coupons brought is told from who was left out; of a draw, what it cost."""

import pytest
from django.db import transaction

from liuke.coupons import services as coupons
from liuke.coupons.models import Batch, Coupon
from liuke.coupons.tests import builders as tickets
from liuke.draws.services import delivering
from liuke.draws.tests.builders import DAY, OPEN, customer, play, prizes, published
from liuke.loyalty.models import Effect, EffectWindow
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.services import coupon_grants, effect
from liuke.loyalty.services.effect.nightly import measure
from liuke.loyalty.tests.builders import NOW, order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.LIUKE_DATA = tmp_path


@pytest.fixture
def grant(transactional_db):
    """Everybody of forty gets twenty yuan off, but for a half that is left out."""
    people = [customer() for _ in range(40)]
    with transaction.atomic():
        batch = coupon_grants.start(now=NOW, plan=coupons.Plan(
            template_id=tickets.template(off_fen=2_000).template_id, kind="grant", name="老客回馈",
            audience="everybody", hold_out_bp=5_000))
        coupon_grants.step(batch_id=batch.pk, now=NOW)
    out = {each.pk for each in people if held_out(-batch.pk, each.pk, 5_000)}
    return batch, [each for each in people if each.pk not in out], [each for each in people if each.pk in out]


def test_a_grant_is_compared_with_who_was_left_out(grant):
    batch, given, kept = grant
    order(given[0], 5_000, at=NOW + 3 * DAY)
    order(kept[0], 7_000, at=NOW + 4 * DAY)
    with transaction.atomic():
        tickets.reserve(given[0], Coupon.objects.get(customer=given[0]).code, key="G1")
        coupons.use(key="G1", now=NOW + 3 * DAY)

    assert measure(now=NOW + 40 * DAY, only=("coupons", batch.pk)) == 1

    row, seen = Effect.objects.get(), EffectWindow.objects.get(days=30)
    assert (row.given, row.used, row.cost_fen) == (len(given), 1, 2_000)
    assert (seen.treated, seen.control) == (len(given), len(kept))
    assert (seen.treated_again, seen.control_again, seen.cost_fen) == (1, 1, 2_000)


def test_a_stopped_grant_can_go_on(grant):
    source, batch = effect.source_of("coupons"), grant[0]
    with transaction.atomic():
        assert source.stop(batch.pk, now=NOW) == {}
        assert source.stop(batch.pk, now=NOW) is None
        source.resume(batch.pk, {}, now=NOW)
    assert Batch.objects.get().stopped_at is None


def test_a_draw_tells_its_cost_and_that_it_cannot_be_compared():
    with transaction.atomic():
        draw = published(prizes=prizes(stock=5, odds=1))
    for _ in range(2):
        ticket = play(draw, customer(), now=OPEN)
        with transaction.atomic():
            delivering.deliver(ticket_id=ticket.pk, now=OPEN)

    assert measure(now=OPEN + 40 * DAY, only=("draw", draw.pk)) == 1

    row = Effect.objects.get()
    assert (row.given, row.used, row.cost_fen, row.verdict) == (2, 2, 200, "unmeasured")
