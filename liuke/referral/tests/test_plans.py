import pytest
from django.db import DatabaseError, transaction

from liuke.kit.errors import BadInput
from liuke.org.tests.builders import staff
from liuke.referral import refusals
from liuke.referral.models import PlanVersion
from liuke.referral.queries.plans import live_version, unsigned
from liuke.referral.services import plans
from liuke.referral.tests.builders import chain_plan, tier_plan
from liuke.referral.tests.live import DAY, NOW, PAYOUT, active, entry_pack

pytestmark = pytest.mark.django_db
WHOLE = {"confirm_after_days": 7, "payout": PAYOUT}


def drafted(**terms):
    return plans.draft(name="推广计划", terms=tier_plan(**WHOLE, **terms), now=NOW)


def activate(version, **more):
    return plans.activate(**{"version_id": version.pk, "starts_at": NOW, "notice": "", "now": NOW, **more})


def seen(version):
    plans.mark_seen(version_id=version.pk, by_id=staff(username=f"seen{version.pk}").pk, now=NOW)
    return version


def test_the_canonical_chain_is_refused_with_its_clauses_and_never_activated():
    version = seen(plans.draft(name="链动2+1", terms=chain_plan(hold="until_confirm", **WHOLE), now=NOW))

    with pytest.raises(plans.GuardRefuses) as refused:
        activate(version)

    assert {each.code for each in refused.value.findings} == {"G02", "G03", "G04", "G05", "G07"}
    assert "禁止传销条例" in refused.value.message
    assert live_version(at=NOW) is None


def test_a_plan_is_looked_at_and_signed_for_before_it_is_activated():
    version = drafted()
    with pytest.raises(plans.NotSeen):
        activate(version)
    seen(version)
    assert unsigned(version) == ["G10"]
    with pytest.raises(plans.NotSigned):
        activate(version)
    with pytest.raises(BadInput):
        plans.sign(version_id=version.pk, code="G10", signer=" ", statement="同意", now=NOW)
    with pytest.raises(BadInput):
        plans.sign(version_id=version.pk, code="G01", signer="王律师", statement="同意", now=NOW)
    plans.sign(version_id=version.pk, code="G10", signer="王律师", statement="同意", now=NOW)

    activate(version)

    assert live_version(at=NOW) == version
    assert activate(version) == version
    with pytest.raises(plans.NotADraft):
        plans.sign(version_id=version.pk, code="G10", signer="李律师", statement="同意", now=NOW)
    with pytest.raises(plans.NotADraft):
        activate(version, starts_at=NOW + DAY)


def test_a_change_needs_a_notice_and_a_start_that_has_not_passed():
    first = active(tier_plan(paid_in={"tier2": "points"}))
    second = seen(drafted(paid_in={"tier2": "points"}))
    assert second.number == first.number + 1

    with pytest.raises(plans.GuardRefuses, match="G22"):
        activate(second, starts_at=NOW + DAY)
    with pytest.raises(plans.GuardRefuses, match="G22"):
        activate(second, starts_at=NOW - DAY, notice="下月起调整")
    activate(second, starts_at=NOW + DAY, notice="下月起调整")

    assert (live_version(at=NOW), live_version(at=NOW + DAY)) == (first, second)
    plans.stop(now=NOW + 2 * DAY)
    assert (live_version(at=NOW + DAY), live_version(at=NOW + 2 * DAY)) == (second, None)


def test_a_version_that_was_in_force_stays_as_it_was():
    version = active(tier_plan(paid_in={"tier2": "points"}))

    for change in ({"terms": {}}, {"profile": "OTHER"}, {"starts_at": NOW + DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PlanVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()


def test_a_chain_that_moves_whole_teams_or_has_no_entry_product_cannot_reward_real_orders():
    pack = entry_pack()

    with pytest.raises(plans.NotLive):
        active(chain_plan(hold="until_confirm"), profile="OTHER")
    with pytest.raises(plans.NotLive):
        active(chain_plan(hold="until_confirm", root_role="agent"), profile="OTHER", entry=pack.product)
    with pytest.raises(plans.NotLive):
        active(tier_plan(paid_in={"tier2": "coupon"}))
    assert active(chain_plan(hold="until_confirm"), profile="OTHER", entry=pack.product).starts_at == NOW


def test_a_plan_that_cannot_be_read_says_where_and_writes_nothing():
    with pytest.raises(refusals.UnknownPlanField, match=r"plan\.bonus"):
        plans.draft(name="推广计划", terms=tier_plan(bonus=1), now=NOW)
    with pytest.raises(plans.BadPlanName):
        plans.draft(name=" ", terms=tier_plan(), now=NOW)
    with pytest.raises(BadInput):
        plans.draft(name="推广计划", terms=tier_plan(), now=NOW, profile="XX")
    assert not PlanVersion.objects.exists()
