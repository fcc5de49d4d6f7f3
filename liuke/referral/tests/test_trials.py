"""Two plans side by side: chance parts whole inviters, orders follow their arm, intervals hold, and people see it."""

import hashlib
import random
from itertools import chain

import pytest
from django.utils import timezone

from liuke.insight.rules.uplift import Moments, of_means
from liuke.kit.errors import BadInput
from liuke.org.tests.builders import staff
from liuke.referral.clusters import Quotient, difference
from liuke.referral.models import Commission, ReferralLink, Trial
from liuke.referral.queries.trials import reading
from liuke.referral.services import plans, trials
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, NOW, PAYOUT, active, bought, customer, link, refer, refunded

OLD, NEW = tier_plan(paid_in={"tier2": "points"}), tier_plan(tiers_pct=[20, 5], paid_in={"tier2": "points"})


def candidate(*, now=NOW, seen=True):
    version = plans.draft(name="新方案", terms={"confirm_after_days": 7, "payout": PAYOUT, **NEW}, now=now)
    if seen:
        plans.mark_seen(version_id=version.pk, by_id=staff(username=f"seer{version.pk}").pk, now=now)
    return version


def begun(**more):
    return trials.start(**{"name": "一级加到两成", "version_id": candidate().pk, "share_bp": 5_000, "now": NOW,
                           "starts_at": NOW + DAY / 24, "notice": "部分推荐人试行新规则", **more})


def arm(trial, inviter):
    digest = hashlib.md5(f"{trial.salt}:{inviter}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % 10_000 < trial.share_bp


@pytest.mark.django_db
def test_every_order_follows_the_arm_of_its_inviter_and_the_reading_is_the_sum_of_inviters():
    active(OLD, starts_at=NOW - DAY, now=NOW - DAY)
    inviters = [customer() for _ in range(40)]
    for each in inviters:
        link(each)
    late = customer()
    trial = begun(starts_at=NOW + DAY)
    expected = {True: [], False: []}

    for at, inviter in enumerate([*inviters, late]):
        newcomers = net = cost = 0
        for number in range(at % 3):
            newcomer = customer()
            refer(newcomer, by=inviter, now=NOW + 2 * DAY)
            row = bought(newcomer, 10_000, at=NOW + 3 * DAY)
            [owed] = Commission.objects.filter(order=row)
            assert owed.promised == (2_000 if arm(trial, inviter.pk) else 1_000)
            if number:
                refunded(row, 5_000)
            owed.refresh_from_db()
            newcomers, net, cost = newcomers + 1, net + (5_000 if number else 10_000), cost + owed.amount
        if inviter is not late:                           # was no inviter when it began
            expected[arm(trial, inviter.pk)].append((newcomers, net, cost))

    ReferralLink.objects.filter(customer=late).update(made_at=NOW + 2 * DAY)
    found = reading(trial, now=NOW + 9 * DAY)
    for treated, ours in ((True, found.treated), (False, found.control)):
        rows = expected[treated]
        assert (ours.inviters, ours.newcomers.total, ours.net.total, ours.cost_per_new.y) == (
            len(rows), sum(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows))
        assert ours.net.squares == sum(r[1] ** 2 for r in rows)
        assert ours.worth.total == pytest.approx(sum(r[1] - r[2] for r in rows))
    assert found.fair


@pytest.mark.django_db
def test_a_trial_asks_for_everything_that_a_plan_in_force_asks_and_ends_with_its_base():
    active(OLD, starts_at=NOW - DAY, now=NOW - DAY)
    with pytest.raises(plans.NotSeen):
        begun(version_id=candidate(seen=False).pk)
    with pytest.raises(plans.GuardRefuses):
        begun(starts_at=NOW - DAY)
    for wrong in ({"share_bp": 100}, {"notice": " "}, {"name": ""}):
        with pytest.raises(BadInput):
            begun(**wrong)
    trial = begun()
    with pytest.raises(trials.TrialRuns):
        begun()

    active(OLD, name="下一版", starts_at=NOW + 5 * DAY, now=NOW + 4 * DAY)
    trial.refresh_from_db()
    assert trial.ends_at == NOW + 5 * DAY
    again = begun(starts_at=NOW + 6 * DAY, now=NOW + 5 * DAY)
    trials.end(trial_id=again.pk, now=NOW + 7 * DAY)
    trials.end(trial_id=again.pk, now=NOW + 8 * DAY)
    again.refresh_from_db()
    assert again.ends_at == NOW + 7 * DAY


def world(rng, inviters):
    """Newcomers of one inviter resemble each other: what they spend hangs on the inviter."""
    for _ in range(inviters):
        wealth, people = rng.lognormvariate(0, 0.8), rng.choice([0, 0, 1, 2, 12])
        yield [wealth * rng.uniform(0.8, 1.2) for _ in range(people)]


def quotient(clusters):
    pairs = [(sum(each), len(each)) for each in clusters]
    return Quotient(len(pairs), sum(y for y, _ in pairs), sum(x for _, x in pairs), sum(y * y for y, _ in pairs),
                    sum(x * x for _, x in pairs), sum(x * y for y, x in pairs))


def moments(values):
    return Moments(len(values), sum(values), sum(each * each for each in values))


def test_in_95_of_100_worlds_without_an_effect_the_interval_by_inviter_holds_zero_and_that_by_person_does_not():
    by_inviter = by_person = 0
    for seed in range(400):
        rng = random.Random(seed)
        one, other = list(world(rng, 150)), list(world(rng, 150))
        by_inviter += not difference(quotient(one), quotient(other)).sure
        by_person += not of_means(moments(list(chain(*one))), moments(list(chain(*other)))).sure

    assert 0.92 <= by_inviter / 400 <= 0.98
    assert by_person / 400 < 0.75


def test_too_few_inviters_say_nothing():
    assert difference(quotient([[1.0]] * 29), quotient([[1.0]] * 300)) is None


@pytest.mark.django_db
def test_staff_begin_read_and_end_a_trial_on_its_pages(client):
    now = timezone.now()
    active(OLD, starts_at=now - DAY, now=now - DAY)
    link(customer())
    version = candidate(now=now)
    client.force_login(staff(username="owner", role="owner"))
    trial = {"name": "试两成", "version": version.pk, "percent": "40", "notice": "部分推荐人试行",
             "starts_at": (timezone.localtime() + DAY).strftime("%Y-%m-%dT%H:%M")}

    home = "/console/referral/results/trials/"
    assert "还没有试验过方案" in client.get(home).content.decode()
    assert client.post(f"{home}start/", trial | {"percent": "3"}).status_code == 422
    page = client.post(f"{home}start/", trial, follow=True).content.decode()
    row = Trial.objects.get()
    assert "每组至少 30 位推荐人才能比较" in page
    assert "试两成" in client.get(home).content.decode()
    client.post(f"{home}{row.pk}/end/")
    row.refresh_from_db()
    assert row.ends_at is not None
