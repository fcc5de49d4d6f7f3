"""Agents make up for things within their budget; above it, and with coupons and gifts, another who manages decides."""

import pytest
from django.db import transaction
from django.urls import reverse

from liuke.coupons.models import Coupon
from liuke.coupons.tests import builders as coupons
from liuke.desk.models import LogEntry, Notice
from liuke.desk.tests.rows import NOW, customer, say, ticket_of
from liuke.gifts.models import Gift
from liuke.gifts.tests import builders as gifts
from liuke.loyalty.models import Compensation
from liuke.loyalty.queries.suggestions import purse_of
from liuke.loyalty.services import budgets, compensating, granting
from liuke.loyalty.services.benefits import BadDetails
from liuke.loyalty.services.compensating import Decided, NotOwnDecision, Wanted
from liuke.loyalty.services.granting import NoOwnBudget, NotGiven
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.points.queries import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return ticket_of(say(customer(), "奶瓶裂了"))


@pytest.fixture
def mei():
    return staff("mei", role=Role.AGENT, name="梅")


@pytest.fixture
def boss():
    return staff("boss", role=Role.OWNER, name="林")


@transaction.atomic
def purse(person, amount):
    row = budgets.open_budget(name=person.name, unit="points", staff_id=person.pk, now=NOW)
    budgets.change_budget(budget_id=row.pk, amount=amount, key=person.username, now=NOW)


@transaction.atomic
def ask(ticket, person, amount=300, *, key="k1", benefit="points", thing=None):
    wanted = Wanted(benefit=benefit, amount=amount, why="quality", thing_id=thing)
    return compensating.ask(ticket_id=ticket.pk, wanted=wanted, staff_id=person.pk, key=key, now=NOW)


@transaction.atomic
def decide(row, person, *, agree):
    return compensating.decide(compensation_id=row.pk, staff_id=person.pk, agree=agree, now=NOW)


def points(ticket):
    return balance(ticket.customer_id, now=NOW).available


def test_points_within_the_budget_are_given_at_once_and_once(ticket, mei):
    purse(mei, 500)

    assert ask(ticket, mei) == ask(ticket, mei)

    assert (Compensation.objects.get().state, points(ticket)) == ("given", 300)
    assert LogEntry.objects.filter(kind="compensated").count() == 1


def test_above_the_budget_a_manager_gives_out_of_their_own(ticket, mei, boss):
    purse(mei, 100)
    row = ask(ticket, mei)
    assert (row.state, points(ticket), Notice.objects.get(reason="compensation").staff) == ("asked", 0, boss)
    with pytest.raises(NoOwnBudget):
        decide(row, boss, agree=True)
    purse(boss, 1_000)

    assert decide(row, boss, agree=True) == decide(row, boss, agree=True)

    assert (points(ticket), Notice.objects.get(reason="compensated").staff) == (300, mei)
    with pytest.raises(Decided):
        decide(row, boss, agree=False)


def test_nobody_approves_what_they_asked_for(ticket, boss):
    row = ask(ticket, boss)
    with pytest.raises(NotOwnDecision):
        decide(row, boss, agree=True)
    assert points(ticket) == 0


def test_agents_cannot_decide_in_the_console(client, ticket, mei, boss):
    row = ask(ticket, mei)
    client.force_login(mei)

    client.post(reverse("loyalty:compensation", args=[row.pk]), {"agree": "yes"})

    row.refresh_from_db()
    assert row.state == "asked"
    page = client.get(reverse("console:ticket_side", args=[ticket.number]))
    assert (page.status_code, "等主管批准" in page.content.decode()) == (200, True)
    client.force_login(boss)
    client.post(reverse("loyalty:compensation", args=[row.pk]), {"agree": "no"})
    row.refresh_from_db()
    assert (row.state, points(ticket)) == ("refused", 0)


def test_a_coupon_is_the_customers_when_a_manager_agrees_and_once(ticket, mei, boss):
    template = coupons.template(now=NOW).template
    purse(boss, 100_000)
    row = ask(ticket, mei, 1, benefit="coupon", thing=template.pk)
    assert (row.state, Coupon.objects.count(), Notice.objects.get().staff) == ("asked", 0, boss)

    for _twice in range(2):
        assert decide(row, boss, agree=True).state == "given"

    coupon = Coupon.objects.get()
    assert (coupon.customer_id, coupon.version.template_id) == (ticket.customer_id, template.pk)
    with pytest.raises(BadDetails):
        ask(ticket, mei, 1, key="k2", benefit="coupon", thing=template.pk + 99)


def test_a_coupon_or_gift_within_the_budget_takes_of_it_like_any_grant_and_its_undo_gives_it_back(ticket, mei):
    template, cup = coupons.template(now=NOW).template, gifts.kind(stock=1)
    purse(mei, 1_000_000)

    rows = [ask(ticket, mei, 1, key=benefit, benefit=benefit, thing=thing.pk)
            for benefit, thing in (("coupon", template), ("gift", cup))]

    assert [row.state for row in rows] == ["given", "given"]
    assert all(row.grant.charge for row in rows)
    assert purse_of(mei.pk).left == 1_000_000 - sum(row.grant.charge for row in rows)
    for row in rows:
        with transaction.atomic():
            granting.undo(grant_id=row.grant_id, now=NOW, by_id=mei.pk)
    assert (purse_of(mei.pk).left, Coupon.objects.get().state) == (1_000_000, "withdrawn")


def test_a_gift_is_promised_its_goods_and_one_that_is_gone_is_told_and_can_be_given_later(ticket, mei, boss):
    purse(boss, 1_000_000)
    cup = gifts.kind(stock=1)
    rows = [ask(ticket, mei, 1, key=key, benefit="gift", thing=cup.pk) for key in ("k1", "k2")]

    assert decide(rows[0], boss, agree=True).state == "given"
    with pytest.raises(NotGiven, match="库存"):
        decide(rows[1], boss, agree=True)

    assert (Gift.objects.get().customer_id, Gift.objects.get().state, gifts.free(cup)) == (
        ticket.customer_id, "open", 0)
    rows[1].refresh_from_db()
    assert rows[1].state == "asked"


def test_the_panel_offers_them_and_says_who_waits(client, ticket, mei, boss):
    template, cup = coupons.template("谢意券", now=NOW).template, gifts.kind(name="保温杯")
    client.force_login(mei)
    side = reverse("console:ticket_side", args=[ticket.number])
    page = client.get(side).content.decode()
    assert all(f'value="{code}"' in page for code in (f"coupon:{template.pk}", f"gift:{cup.pk}"))

    for thing in (f"gift:{cup.pk}", "gift:", "draw_ticket:1", "nothing"):
        client.post(reverse("loyalty:compensate", args=[ticket.number]),
                    {"thing": thing, "why": "late", "key": thing, "amount": ""})

    row = Compensation.objects.get()
    assert (row.benefit, row.gift_kind_id, row.why) == ("gift", cup.pk, "late")
    purse(boss, 1_000_000)
    client.force_login(boss)
    waiting = client.get(reverse("loyalty:grants")).content.decode()
    assert all(word in waiting for word in ("保温杯", ticket.number, reverse("loyalty:compensation", args=[row.pk])))
    client.post(reverse("loyalty:compensation", args=[row.pk]), {"agree": "yes"})
    page = client.get(side).content.decode()
    assert ("已补偿" in page, "保温杯" in page) == (True, True)
