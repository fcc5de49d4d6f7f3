"""Who is VIP is set by groups on a page, and a customer is given a person of their own or loses them again."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.console import vip
from liuke.customers.services import tags
from liuke.desk.models import OwnAgent
from liuke.desk.queries.promises import tier_of, vip_groups
from liuke.desk.services import promises, routing
from liuke.desk.tests.rows import NOW, agent, customer
from liuke.kit.errors import BadInput
from liuke.kit.paging import PAGE
from liuke.tiers.models import Standing
from liuke.tiers.rules import Level, Plan
from liuke.tiers.services.planning import write_plan

pytestmark = pytest.mark.django_db


def test_groups_make_vip_and_what_is_not_offered_makes_nothing(client):
    who, boss = customer(), agent("boss")
    with transaction.atomic():
        promises.set_up(now=NOW)
        tag = tags.find_or_create_tag(name="大客户")
        tags.add_tag(customer_id=who.pk, tag_id=tag.pk, source="staff", now=NOW)
    client.force_login(boss)
    assert tier_of(who.pk, now=NOW) == "plain"

    client.post(reverse("console:vip_groups"), {"group": [f"tag:{tag.pk}", "tag:999999", "spell:all", "segment:keep"]})

    assert vip_groups() == {("tag", str(tag.pk)), ("segment", "keep")}
    assert tier_of(who.pk, now=NOW) == "vip"
    assert "大客户" in client.get(reverse("console:vip")).content.decode()
    for said, left in (({}, 2), ({"group": "tag:999999"}, 2), ({"none": "yes"}, 0)):
        answer = client.post(reverse("console:vip_groups"), said)
        assert (len(vip_groups()), "确认，一组都不要" in answer.content.decode()) == (left, left > 0)
    client.force_login(agent("mei", role="agent"))
    assert client.post(reverse("console:vip_groups"), {}).status_code == 403


def test_a_group_that_few_are_in_any_longer_stays_chosen(client, monkeypatch):
    monkeypatch.setattr(vip, "MOST_TAGS_SHOWN", 1)
    who = customer()
    with transaction.atomic():
        promises.set_up(now=NOW)
        rare, usual = (tags.find_or_create_tag(name=name) for name in ("大客户", "常客"))
        tags.add_tag(customer_id=who.pk, tag_id=usual.pk, source="staff", now=NOW)
        promises.set_vip_groups(groups=[("tag", str(rare.pk))])
    client.force_login(agent("boss"))

    assert "大客户" in client.get(reverse("console:vip")).content.decode()
    client.post(reverse("console:vip_groups"), {"group": [f"tag:{rare.pk}", f"tag:{usual.pk}"]})

    assert vip_groups() == {("tag", str(rare.pk)), ("tag", str(usual.pk))}


def test_a_customer_gets_a_person_of_their_own_and_nobody_who_cannot_serve(client):
    who, mei = customer(), agent("mei", role="agent")
    client.force_login(mei)

    def give(to, customer_id=who.pk):
        return client.post(reverse("console:vip_own", args=[customer_id]), {"to": to}).status_code

    assert (give(str(mei.pk)), give("999999"), give("-1 or 1")) == (302, 302, 302)
    assert not OwnAgent.objects.exists()                 # the last said nobody
    give(str(mei.pk))
    assert "mei" in client.get(reverse("console:vip")).content.decode()
    assert OwnAgent.objects.get().staff == mei
    assert give(str(mei.pk), customer_id=10**9) == 404


def test_every_customer_with_a_person_of_their_own_is_on_some_page(client):
    mei = agent("mei", role="agent")
    OwnAgent.objects.bulk_create(OwnAgent(customer=customer(name=f"顾客{at:02}"), staff=mei, since_at=NOW)
                                 for at in range(PAGE + 1))
    client.force_login(mei)

    first = client.get(reverse("console:vip"))
    second = client.get(first.context["page"].older).content.decode()

    assert ("顾客50" in first.content.decode(), "顾客00" in first.content.decode()) == (True, False)
    assert ("顾客50" in second, "顾客00" in second) == (False, True)


def test_customers_are_shared_out_evenly_and_nobody_loses_their_own():
    mei, lan, new = agent("mei", role="agent"), agent("lan", role="agent"), [customer().pk for _ in range(3)]

    def share(customers, *people):
        with transaction.atomic():
            return routing.share_own_agents(customer_ids=customers, staff_ids=[each.pk for each in people], now=NOW)

    assert share(new[:1], mei) == 1
    assert (share(new, mei, lan), share(new, lan)) == (2, 0)
    owns = dict(OwnAgent.objects.values_list("customer_id", "staff_id"))
    assert owns == {new[0]: mei.pk, new[1]: lan.pk, new[2]: mei.pk}
    with pytest.raises(BadInput):
        share(new)


def test_the_share_button_serves_who_waits_and_only_managers_press_it(client):
    levels = (Level(code="member", name="会员"), Level(code="gold", name="金卡", threshold=1, own_agent=True))
    write_plan(plan=Plan(levels=levels, starts_on=timezone.localdate()), now=timezone.now())
    waits, plain = customer(), customer()
    Standing.objects.create(customer=waits, code="gold", since_on=timezone.localdate())
    mei = agent("mei", role="agent")
    with transaction.atomic():
        routing.set_agent(staff_id=mei.pk, capacity=8, skills=(), vip=True)
    address = reverse("console:vip_share")
    assert "login" in client.post(address).url
    client.force_login(mei)
    assert (client.get(address).status_code, client.post(address).status_code) == (403, 403)
    assert not OwnAgent.objects.exists()

    client.force_login(agent("boss"))
    for _ in range(2):
        assert client.post(address).url == reverse("console:vip")

    assert list(OwnAgent.objects.values_list("customer_id", "staff_id")) == [(waits.pk, mei.pk)]
    assert not OwnAgent.objects.filter(customer=plain).exists()
