"""The packs that a plan promises: who gets them and when, by the plan of the inviter, and what they cost."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from liuke.loyalty.models import Award
from liuke.loyalty.rules.packs import Part
from liuke.loyalty.services import packs, releasing
from liuke.loyalty.services.invitations import NoSuchPack
from liuke.loyalty.tests import builders as loyalty
from liuke.mall import models as mall
from liuke.points.queries import balance
from liuke.referral.models import PlanVersion, Programme, Trial
from liuke.referral.queries import statistics
from liuke.referral.queries.plans import plans_for
from liuke.referral.queries.trials import reading
from liuke.referral.services import links, plans, touches, trials
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import active, customer, link, order, refer
from liuke.timeline import facts
from liuke.timeline.models import Waiting
from liuke.timeline.services import record
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    """The present: which plan rewards somebody is asked when the fact is heard."""
    return timezone.now()


def pack(name, points, now, **more):
    return packs.write_pack(name=name, now=now, parts=[
        Part(benefit="points", amount=points, budget_id=loyalty.budget().pk), *more.get("parts", [])])


def promising(most=2, **more):
    return tier_plan(paid_in={"tier2": "points"}, welcome_pack={
        "referrer": "谢谢", "referee": "欢迎", "paid_in": "points", "cap_per_referrer": most, **more})


def in_force(terms, now, **more):
    """From a day before."""
    return active(terms, starts_at=now - DAY, now=now - 2 * DAY, **more)


def points_of(who, now):
    found = balance(who.pk, now=now + 30 * DAY)
    return found.available, found.pending


def buys(who, now, *, fen=10_000):
    row = order(who, fen, at=now)
    record(facts.OrderPaid(order_id=row.pk, total_fen=fen, source="shop"), customer_id=who.pk,
           key=f"order_paid:{row.pk}", happened_at=now)
    settle()
    return row


def receives(row, now):
    mall.Order.objects.filter(pk=row.pk).update(received_at=now)
    record(facts.OrderReceived(order_id=row.pk, total_fen=row.total_fen), customer_id=row.customer_id,
           key=f"order_received:{row.pk}", happened_at=now)
    settle()
    releasing.release_due(now=now + 7 * DAY)


def test_both_sides_get_their_packs_the_referrer_when_the_first_order_can_no_longer_come_back(now, client):
    pack("谢谢", 50, now)
    pack("欢迎", 30, now)
    in_force(promising(), now)
    ann, ben = customer(), customer()
    page = client.get(f"/r/{link(ann).token}").content.decode()
    assert "积分 30" in page
    assert "确认由好友推荐后到账，每人一次" in page
    told = client.get(f"/api/v1/referral/welcome/{link(ann).token}").json()["gifts"]
    assert told == [{"name": "欢迎", "words": "", "gives": ["积分 30"], "invited": True}]

    refer(ben, by=ann, now=now)
    settle()
    assert (points_of(ben, now), points_of(ann, now)) == ((30, 0), (0, 0))
    row = buys(ben, now)
    buys(ben, now + DAY)
    assert points_of(ann, now) == (0, 50)
    receives(row, now)
    assert (points_of(ben, now), points_of(ann, now)) == ((30, 0), (50, 0))


def test_nobody_who_was_not_invited_gets_one_and_no_referrer_more_than_the_plan_says(now):
    pack("谢谢", 50, now)
    pack("欢迎", 30, now)
    in_force(promising(most=2), now)
    ann, stranger = customer(), customer()
    buys(stranger, now)

    for _each in range(3):
        friend = customer()
        refer(friend, by=ann, now=now)
        buys(friend, now)

    assert points_of(ann, now) == (0, 100)
    assert points_of(stranger, now) == (0, 0)
    assert Award.objects.filter(state="refused", reason="customer_times").count() == 1


def test_a_plan_that_ends_promises_nothing_more_and_the_next_one_its_own(now):
    for name, points in (("谢谢", 50), ("欢迎", 30), ("大礼", 70)):
        pack(name, points, now)
    in_force(promising(), now)
    active(promising(referee="大礼", referrer=""), starts_at=now, now=now - DAY, name="更好的")
    ann, ben = customer(), customer()
    refer(ben, by=ann, now=now + DAY)
    settle()
    buys(ben, now + DAY)
    assert (points_of(ben, now), points_of(ann, now)) == ((70, 0), (0, 0))

    with transaction.atomic():
        plans.stop(now=now + 2 * DAY)
    refer(customer(), by=ann, now=now + 3 * DAY)
    settle()
    assert Award.objects.count() == 1


def test_packs_follow_the_arm_of_the_inviter(now):
    for name, points in (("谢谢", 50), ("欢迎", 30)):
        pack(name, points, now)
    in_force(tier_plan(paid_in={"tier2": "points"}), now)
    draft = plans.draft(name="带礼包", now=now, terms={
        **promising(), "confirm_after_days": 7, "payout": {"identity_check": True, "tax_method": "cumulative"}})
    PlanVersion.objects.filter(pk=draft.pk).update(seen_at=now)
    trials.start(name="礼包有没有用", version_id=draft.pk, share_bp=5_000, starts_at=now, notice="试试礼包",
                 now=now - DAY)
    inviters = [customer() for _each in range(12)]
    for each in inviters:
        links.link_for(customer_id=each.pk, now=now - DAY)

    for each in inviters:
        refer(customer(), by=each, now=now)
    settle()

    found = reading(Trial.objects.get(), now=now + DAY)
    given = set(Award.objects.values_list("fact__data__referrer_id", flat=True))
    arm = {who for (who, _at), plan in plans_for([(each.pk, now) for each in inviters]).items() if plan == draft.pk}
    assert given == arm
    assert 0 < len(arm) < 12
    assert (found.treated.cost_per_new.y, found.treated.worth.total) == (30 * len(arm), -30 * len(arm))
    assert found.control.cost_per_new.y == 0
    with transaction.atomic():
        trials.end(trial_id=Trial.objects.get().pk, now=now)
    refer(customer(), by=next(each for each in inviters if each.pk in arm), now=timezone.now())
    settle()
    assert Award.objects.count() == len(arm)


def test_a_fact_that_is_heard_late_counts_by_the_plan_of_when_it_happened(now):
    for name, points in (("谢谢", 50), ("欢迎", 30), ("大礼", 70)):
        pack(name, points, now)
    in_force(promising(), now)
    ann, ben, eve = customer(), customer(), customer()
    refer(ben, by=ann, now=now - DAY / 2)
    active(promising(referee="大礼", referrer=""), starts_at=now, now=now - DAY / 4, name="更好的")
    refer(eve, by=ann, now=now)

    settle()
    buys(ben, now - DAY / 3)

    assert (points_of(ben, now), points_of(eve, now), points_of(ann, now)) == ((30, 0), (70, 0), (0, 50))


def opened_before_paying(now):
    """A referrer and who opened their link, where the first payment settles it and brings the referrer a pack."""
    pack("谢谢", 50, now)
    in_force(promising(referee=""), now)
    Programme.objects.create(binds_at="first_payment", window_days=30, made_at=now)
    ann, ben = customer(), customer()
    opened = touches.open_link(token=link(ann).token, now=now)
    touches.know_visitor(visitor=opened.visitor, customer_id=ben.pk, now=now)
    return ann, ben


def test_a_referrer_who_is_settled_by_the_payment_itself_gets_their_pack(now):
    ann, ben = opened_before_paying(now)

    buys(ben, now)

    assert points_of(ann, now) == (0, 50)


def test_who_is_settled_only_at_the_second_try_gets_their_pack_too(now):
    ann, ben = opened_before_paying(now)
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION lose_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF current_setting('test.fails', true) = 'yes' THEN RAISE 'the disk is full'; END IF; RETURN NEW;
            END $$;
            CREATE TRIGGER lose_it BEFORE INSERT ON referral_referral FOR EACH ROW EXECUTE FUNCTION lose_it();
            SET LOCAL test.fails = 'yes'""")

    buys(ben, now)
    assert (Award.objects.count(), points_of(ann, now)) == (0, (0, 0))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL test.fails = 'no'")
    Waiting.objects.update(due_at=now)
    settle()

    assert points_of(ann, now) == (0, 50)


@pytest.mark.parametrize("wrong", ["missing", "cash"])
def test_a_plan_that_promises_what_cannot_be_given_is_not_activated(now, wrong):
    pack("谢谢", 50, now)
    if wrong == "cash":
        pays = loyalty.budget(unit="fen").pk
        packs.write_pack(name="欢迎", now=now, parts=[Part(benefit="cash", amount=500, budget_id=pays)])
    with pytest.raises(NoSuchPack):
        in_force(promising(), now)
    assert not Award.objects.exists()


def test_what_packs_cost_stands_in_the_cost_of_a_new_customer(now):
    pack("谢谢", 50, now)
    pack("欢迎", 30, now)
    in_force(promising(), now)
    ann, ben = customer(), customer()
    refer(ben, by=ann, now=now)
    settle()
    row = buys(ben, now)
    receives(row, now)

    found = statistics.promoted(statistics.Span(since=now - DAY, until=now + 30 * DAY), customer_id=ann.pk).whole

    assert (found.first_orders, found.cost_fen, found.pack_fen) == (1, 1_000, 80)      # 100 points are a yuan
    assert found.cost_per_new_fen == 1_080
