"""What is no points: it takes of the giver's budget, a manager agrees above it, and its effect is measured."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.utils import timezone

from liuke.coupons.models import Coupon
from liuke.coupons.tests.builders import template
from liuke.ledger.queries import balance as account
from liuke.loyalty.models import Effect, EffectWindow, Grant, Suggested, Suggesting, Suggestion
from liuke.loyalty.queries.budget_story import Move, budget_story
from liuke.loyalty.queries.suggestions import purse_of
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.services import asking, effect, granting
from liuke.loyalty.services.asking import GrantDecided, NotOwnDecision
from liuke.loyalty.services.effect.nightly import measure
from liuke.loyalty.services.effect.of_suggestions import SUGGESTIONS
from liuke.loyalty.services.granting import Gift
from liuke.loyalty.tests.builders import DAY, NOW, customer, order
from liuke.loyalty.tests.test_granting import purse, suggested, told
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.points.queries import balance
from liuke.tiers import services as tiers
from liuke.tiers.models import Tier
from liuke.tiers.tests.builders import grown, plan, tier_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(db):
    return staff(username="mei", role=Role.AGENT, name="阿梅", phone="13900001111")


@pytest.fixture
def boss(db):
    return staff(username="boss", role=Role.OWNER, name="林")


@pytest.fixture
def ann(db):
    return customer()


def coupon(who, **changes):
    version = template("满 100 减 10", off_fen=1_000)
    return suggested(who, **{"benefit": "coupon", "amount": 1, "details": {"template": version.template_id},
                             "charge": 1_000, "cost_fen": 550, **changes})


def stay(who, **changes):
    """A suggestion of the tier above the lowest for ninety days."""
    made = Tier.objects.get(plan_id=plan(now=NOW).pk, code="silver")
    return suggested(who, **{"why": "raise", "category": "", "benefit": "tier", "amount": 90,
                             "details": {"tier": made.pk}, "charge": 300, "cost_fen": 300, **changes})


@transaction.atomic
def ask(who, by, *, key="k1", gift=None, decides=False, now=NOW):
    return asking.give_or_ask(customer_id=who.pk, staff_id=by.pk, gift=gift or Gift(place=1), key=key, now=now,
                              decides=decides)


@transaction.atomic
def decide(row, by, *, agree=True, now=NOW):
    return asking.decide(grant_id=row.pk, staff_id=by.pk, agree=agree, now=now)


def test_a_coupon_takes_of_the_givers_budget_what_it_may_cost_and_gives_it_back_when_undone(ann, mei):
    mine = purse(mei)
    coupon(ann)

    row = ask(ann, mei)

    assert (row.state, row.charge, purse_of(mei.pk).left) == ("given", 1_000, 0)
    assert list(Coupon.objects.values_list("customer_id", "state")) == [(ann.pk, "issued")]
    entry = budget_story(mine).entries[0]
    assert (entry.move, entry.amount, entry.customer_id) == (Move.GIFT, -1_000, ann.pk)

    for _click in range(2):
        granting.undo(grant_id=row.pk, now=NOW + DAY, by_id=mei.pk)
    assert (purse_of(mei.pk).left, Coupon.objects.get().state) == (1_000, "withdrawn")
    assert told(list) == ["RewardGranted", "RewardGrantUndone"]


def test_a_used_coupon_is_not_undone(ann, mei):
    purse(mei)
    coupon(ann)
    row = ask(ann, mei)
    Coupon.objects.update(state="used")

    with pytest.raises(granting.GrantUsed):
        granting.undo(grant_id=row.pk, now=NOW, by_id=mei.pk)
    assert purse_of(mei.pk).left == 0


def test_above_ones_budget_it_waits_and_the_manager_pays(ann, mei, boss):
    purse(mei, 999)
    own = purse(boss, 5_000)
    coupon(ann)

    row = ask(ann, mei)
    assert ask(ann, mei) == row                                     # the same click again

    assert (row.state, Coupon.objects.count(), told(), purse_of(mei.pk).left) == ("asked", 0, 0, 999)
    with pytest.raises(NotOwnDecision):
        decide(row, mei)
    for _click in range(2):
        assert decide(row, boss).state == "given"
    assert (Coupon.objects.count(), purse_of(mei.pk).left, account(own.address).free) == (1, 999, 4_000)
    with pytest.raises(GrantDecided):
        decide(row, boss, agree=False)


def test_a_manager_without_a_budget_leaves_it_waiting_and_a_no_gives_nothing(ann, mei, boss):
    coupon(ann)
    row = ask(ann, mei)

    with pytest.raises(granting.NoOwnBudget):
        decide(row, boss)
    assert Grant.objects.get().state == "asked"
    decide(row, boss, agree=False)

    assert (Grant.objects.get().state, Coupon.objects.count(), told()) == ("refused", 0, 0)
    with pytest.raises(GrantDecided):
        decide(row, boss)


def test_a_stopped_coupon_is_refused_and_nothing_is_charged(ann, mei):
    mine = purse(mei)
    coupon(ann)
    from liuke.coupons import services as coupons

    coupons.stop_template(template_id=Suggestion.objects.get().details["template"], now=NOW)

    with pytest.raises(granting.NotGiven):
        ask(ann, mei)
    assert (Grant.objects.count(), account(mine.address).free) == (0, 1_000)


def test_a_tier_always_needs_a_manager_and_ends_by_itself(ann, mei, boss):
    purse(mei, 5_000)
    purse(boss, 5_000)
    stay(ann)

    row = ask(ann, mei)
    assert (row.state, tier_of(ann)) == ("asked", "")
    decide(row, boss)

    assert tier_of(ann) == "silver"
    tiers.settle_due(now=NOW + 89 * DAY)
    assert tier_of(ann) == "silver"
    tiers.settle_due(now=NOW + 90 * DAY)
    assert tier_of(ann) == "member"


def test_an_undone_tier_falls_back_to_what_growth_reached(ann, boss):
    purse(boss, 5_000)
    stay(ann)
    gold = Tier.objects.get(code="gold")
    Suggestion.objects.update(details={"tier": gold.pk})
    grown(ann, 1_000)
    assert tier_of(ann) == "silver"

    row = ask(ann, boss, decides=True)
    assert (row.state, tier_of(ann)) == ("given", "gold")
    granting.undo(grant_id=row.pk, now=NOW + DAY)

    assert (tier_of(ann), purse_of(boss.pk).left) == ("silver", 5_000)


def test_a_rule_gives_a_tier_for_some_days_and_a_refund_takes_what_is_left_of_them(ann):
    from liuke.loyalty.services.awarding import award
    from liuke.loyalty.services.reversing import take_back_for_refund
    from liuke.loyalty.tests.builders import paid, refund, rule

    plan(now=NOW)
    silver = Tier.objects.get(code="silver")
    rule(name="大单升级", benefit="tier", details={"tier": silver.pk}, amount="30", starts_at=NOW)
    fact = paid(ann, 50_000)
    award(facts=[fact], now=NOW)
    assert tier_of(ann) == "silver"

    back = refund(fact, 50_000)
    for _again in range(2):
        take_back_for_refund(order_id=fact.data["order_id"], fact_id=back.pk, now=NOW + DAY)

    assert tier_of(ann) == "member"


@pytest.fixture
def desk(client, mei, ann):
    purse(mei, 100)
    client.force_login(mei)
    return client


def said(answer):
    return [str(each) for each in get_messages(answer.wsgi_request)][-1]


def test_staff_ask_on_the_customers_page_and_a_manager_agrees_in_the_list(desk, inside, ann):
    coupon(ann, made_at=timezone.now())
    shown = desk.get(f"/console/customers/{ann.pk}/").content.decode()
    assert "优惠券 · 满 100 减 10" in shown
    assert "请主管批准" in shown

    answer = desk.post(f"/console/loyalty/customers/{ann.pk}/grant/", {"place": "1", "amount": "1", "key": "k"})
    assert said(answer) == "已请主管批准，批准后立刻到账"
    row = Grant.objects.get()
    assert "批准</button>" not in desk.get("/console/loyalty/grants/").content.decode()
    refused = desk.post(f"/console/loyalty/grants/{row.pk}/", {"agree": "yes"})
    assert (said(refused), Coupon.objects.count()) == ("只有管理整个品牌的人可以批准赠送。", 0)

    owner = inside(Role.OWNER)
    listed = owner.get("/console/loyalty/grants/").content.decode()
    assert "1 笔等主管批准" in listed
    empty = owner.post(f"/console/loyalty/grants/{row.pk}/", {"agree": "yes"})
    assert said(empty) == "还没有您的赠送预算，请找财务设立"
    purse(owner.get("/console/").wsgi_request.user, 2_000)
    owner.post(f"/console/loyalty/grants/{row.pk}/", {"agree": "yes"})

    assert (Grant.objects.get().state, Coupon.objects.get().customer_id) == ("given", ann.pk)
    assert AuditEntry.objects.filter(action="loyalty.console.granting.decide", target=f"customer:{ann.pk}").count() == 1


def test_the_api_asks_and_decides_the_same(desk, inside, ann):
    coupon(ann)
    base = f"/api/v1/loyalty/customers/{ann.pk}"
    (line,) = desk.get(f"{base}/suggestions").json()["suggestions"]
    assert (line["what"], line["charge"], line["ask"]) == ("优惠券 · 满 100 减 10", 1_000, True)

    asked = desk.post(f"{base}/grants", {"place": 1}, "application/json", headers={"idempotency-key": "key-12345"})
    url = f"/api/v1/loyalty/grants/{asked.json()['id']}/decide"
    assert desk.post(url, {"agree": True}, "application/json").status_code == 404
    owner = inside(Role.OWNER)
    purse(owner.get("/console/").wsgi_request.user, 2_000)

    assert asked.json()["state"] == "asked"
    assert owner.post(url, {"agree": True}, "application/json").json()["state"] == "given"
    assert balance(ann.pk, now=NOW).available == 0


def test_suggestions_are_measured_by_those_who_never_get_any(transactional_db, settings, tmp_path, boss):
    settings.LIUKE_DATA = tmp_path
    Suggesting.objects.create(pk=1, since=NOW)
    made = [customer() for _ in range(80)]
    out = {who.pk for who in made if held_out(SUGGESTIONS, who.pk, 500)}
    assert 0 < len(out) < 20
    Suggested.objects.bulk_create([Suggested(customer=who, at=NOW, held_out=who.pk in out) for who in made])
    with transaction.atomic():
        purse(boss, 5_000)
    followed = next(who for who in made if who.pk not in out)
    suggested(followed)
    ask(followed, boss, now=NOW + DAY)
    order(followed, 10_000, at=NOW + 2 * DAY)

    measure(now=NOW + 40 * DAY, only=("suggestions", 1))

    row = Effect.objects.get(kind="suggestions")
    assert (row.treated, row.control, row.given, row.cost_fen) == (80 - len(out), len(out), 1, 80)
    month = EffectWindow.objects.get(effect=row, days=30)
    assert (month.treated_again, month.control_again, month.cost_fen) == (1, 0, 80)


def test_stopped_nobody_is_suggested_anything_until_it_goes_on(ann):
    row = Suggesting.objects.create(pk=1, since=NOW)
    suggested(ann)
    source = effect.source_of("suggestions")

    how = source.stop(row.pk, now=NOW)
    assert (Suggestion.objects.exists(), source.stop(row.pk, now=NOW)) == (False, None)
    source.resume(row.pk, how or {}, now=NOW + timedelta(hours=1))

    assert Suggesting.objects.get().stopped_at is None
