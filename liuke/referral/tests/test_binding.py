import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from liuke.customers.services.identities import add_identity
from liuke.customers.services.merge import merge, undo_merge
from liuke.org.tests.builders import staff
from liuke.referral import refusals
from liuke.referral.models import Family, PassedOver, Referral, Touch
from liuke.referral.services import binding, families, links, touches
from liuke.referral.tests.live import DAY, NOW, bought, customer, link, order, refer
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def opened(by_link, *, visitor="", who=None, at=NOW, **more):
    return touches.open_link(token=by_link.token, visitor=visitor, customer_id=who.pk if who else None, now=at, **more)


def referrers():
    return dict(Referral.objects.filter(ended_at=None).values_list("customer", "referrer"))


def test_a_guest_who_logs_in_and_buys_is_bound_to_the_last_link_they_opened():
    first, last, buyer = customer(), customer(), customer()
    visit = opened(link(first), at=NOW - 2 * DAY)
    opened(link(last), visitor=visit.visitor, at=NOW - DAY)

    touches.know_visitor(visitor=visit.visitor, customer_id=buyer.pk, now=NOW)
    assert referrers() == {}                                          # the programme binds at the first order
    bound = binding.bind_by_touch(customer_id=buyer.pk, now=NOW)

    assert (bound.referrer_id, bound.how, bound.link.customer_id) == (last.pk, "touch", last.pk)
    assert list(PassedOver.objects.values_list("touch__link__customer", "why")) == [(first.pk, "newer")]
    assert binding.bind_by_touch(customer_id=buyer.pk, now=NOW) == bound
    assert Fact.objects.get(kind="ReferrerBound").data == {"referrer_id": last.pk}


def test_a_scanned_code_binds_at_once_and_so_does_the_first_click_when_the_programme_says_so():
    referrer, scanner, clicker = customer(), customer(), customer()

    opened(link(referrer), who=scanner, qr=True)
    assert referrers() == {scanner.pk: referrer.pk}
    touches.set_programme(binds_at="first_click", window_days=30, now=NOW)
    opened(link(referrer), who=clicker)
    assert referrers() == {scanner.pk: referrer.pk, clicker.pk: referrer.pk}
    with pytest.raises(touches.BadProgramme):
        touches.set_programme(binds_at="first_click", window_days=0, now=NOW)


def test_two_people_on_one_device_do_not_inherit_each_others_touches():
    referrer, one, other = customer(), customer(), customer()
    visit = opened(link(referrer))
    touches.know_visitor(visitor=visit.visitor, customer_id=one.pk, now=NOW)

    touches.know_visitor(visitor=visit.visitor, customer_id=other.pk, now=NOW)

    assert binding.bind_by_touch(customer_id=other.pk, now=NOW) is None
    assert binding.bind_by_touch(customer_id=one.pk, now=NOW).referrer_id == referrer.pk
    assert opened(link(referrer), visitor=visit.visitor, who=other).visitor != visit.visitor


def test_who_has_bought_before_the_touch_is_nobodys_newcomer():
    referrer, buyer = customer(), customer()
    order(buyer, 1_000, at=NOW - 10 * DAY)
    opened(link(referrer), who=buyer, at=NOW - DAY)

    assert binding.bind_by_touch(customer_id=buyer.pk, now=NOW) is None
    assert PassedOver.objects.get().why == "old_customer"
    with pytest.raises(binding.NotNew):
        refer(buyer, by=referrer)


def test_refused_are_self_rebinding_loops_unknown_codes_staff_and_the_forgotten():
    one, two, three = customer(), customer(), customer()
    refer(two, by=one)
    refer(three, by=two)
    worker = staff(username="worker", phone="13800138000")
    same_person = customer()
    add_identity(customer_id=same_person.pk, kind="phone", value="13800138000", now=NOW, verified=True)
    with pytest.raises(refusals.SelfReferral):
        refer(one, by=one)
    with pytest.raises(refusals.Loop):
        refer(one, by=three)
    with pytest.raises(refusals.AlreadyBound):
        refer(three, by=one)
    assert refer(three, by=two).referrer_id == two.pk                 # the same again is the same
    with pytest.raises(binding.UnknownCode):
        binding.bind_by_code(customer_id=customer().pk, token="nobody", now=NOW)
    with pytest.raises(binding.StaffReferrer):
        refer(customer(), by=same_person)
    own = links.link_for(staff_id=worker.pk, now=NOW)
    with pytest.raises(refusals.UnknownInviter):
        binding.bind_by_code(customer_id=customer().pk, token=own.token, now=NOW)
    gone = link(one)
    links.end_link(link_id=gone.pk, now=NOW)
    with pytest.raises(binding.UnknownCode):
        opened(gone)
    assert referrers() == {two.pk: one.pk, three.pk: two.pk}


def test_a_correction_ends_the_old_row_says_why_and_leaves_paid_orders_alone():
    wrong, right, buyer = customer(), customer(), customer()
    refer(buyer, by=wrong)
    order_before = bought(buyer, 10_000)
    with pytest.raises(binding.NoReason):
        binding.correct(customer_id=buyer.pk, referrer_id=right.pk, reason=" ", now=NOW)

    row = binding.correct(customer_id=buyer.pk, referrer_id=right.pk, reason="客服核实聊天记录", now=NOW)

    assert (row.how, row.reason, referrers()) == ("correction", "客服核实聊天记录", {buyer.pk: right.pk})
    assert order_before.commissions.count() == 0                      # no plan was in force
    with pytest.raises(refusals.Loop):
        binding.correct(customer_id=right.pk, referrer_id=buyer.pk, reason="试试", now=NOW)
    binding.correct(customer_id=buyer.pk, referrer_id=None, reason="本人说明", now=NOW)
    assert referrers() == {}
    assert binding.correct(customer_id=right.pk, referrer_id=buyer.pk, reason="方向弄反了", now=NOW) is not None


def test_a_newcomer_under_a_deep_line_costs_what_one_under_a_short_line_costs():
    people = [customer() for _ in range(40)]
    for newer, older in zip(people[1:], people, strict=False):
        refer(newer, by=older)

    deepest, head, newcomers = link(people[-1]), link(people[0]), [customer(), customer()]

    with CaptureQueriesContext(connection) as deep:
        binding.bind_by_code(customer_id=newcomers[0].pk, token=deepest.token, now=NOW)
    with CaptureQueriesContext(connection) as short:
        binding.bind_by_code(customer_id=newcomers[1].pk, token=head.token, now=NOW)

    assert len(deep) == len(short)
    assert len(set(families.heads_of(people[0].pk, people[-1].pk).values())) == 1
    assert max(_height(row) for row in Family.objects.all()) <= 6     # log2 of 42


def _height(row):
    return 0 if row.above is None else 1 + _height(row.above)


def test_touches_can_only_be_added():
    touch = Touch.objects.get(pk=opened(link(customer())).touch_id)

    with pytest.raises(DatabaseError), transaction.atomic():
        Touch.objects.filter(pk=touch.pk).update(channel="sms")
    with pytest.raises(DatabaseError), transaction.atomic():
        touch.delete()


def test_merging_leaves_nobody_with_two_referrers_or_as_their_own_and_can_be_undone():
    one, two, referee, survivor, merged = (customer() for _ in range(5))
    refer(survivor, by=one)
    refer(merged, by=two)
    refer(referee, by=merged)
    mine = link(merged)
    before = referrers()

    row = merge(survivor_id=survivor.pk, merged_id=merged.pk, now=NOW)
    settle()
    assert referrers() == {survivor.pk: one.pk, referee.pk: survivor.pk}
    mine.refresh_from_db()
    assert mine.customer_id == survivor.pk
    undo_merge(merge_id=row.pk, now=NOW + DAY)
    settle()
    assert referrers() == before


def test_a_referrer_and_their_referee_who_are_one_person_refer_nobody():
    one, other = customer(), customer()
    refer(other, by=one)

    merge(survivor_id=one.pk, merged_id=other.pk, now=NOW)
    settle()

    assert referrers() == {}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_codes_at_once_bind_one_referrer():
    buyer, owners = customer(), [customer(), customer()]
    with transaction.atomic():
        tokens = [link(owner).token for owner in owners]
    said = []

    def run(token):
        try:
            with transaction.atomic():
                binding.bind_by_code(customer_id=buyer.pk, token=token, now=NOW)
            said.append("bound")
        except refusals.AlreadyBound:
            said.append("already")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[token]) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(said) == ["already", "bound"]
    assert len(referrers()) == 1
