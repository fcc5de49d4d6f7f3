"""The customer's doors: a friend opens a link and buys; the referrer sees pending, then confirmed, then taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.customers.services.tokens import issue_token
from liuke.referral.services import binding, measuring
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import active, bought, confirmed, customer, refunded

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client):
    """`ask("post", "touches", body, by=customer)` -> (status, answer)."""

    def knock(method, door, body=None, *, by=None):
        headers = {"Authorization": f"Bearer {issue_token(customer_id=by.pk, now=timezone.now())}"} if by else {}
        said = getattr(client, method)(f"/api/v1/referral/{door}", data=body, content_type="application/json",
                                       headers=headers)
        return said.status_code, said.json() if said.content else None

    return knock


def test_from_a_link_to_a_commission_and_back(ask):
    now = timezone.now()
    active(tier_plan(paid_in={"tier2": "points"}), starts_at=now, now=now)
    referrer, friend = customer(), customer()
    _status, link = ask("post", "links", {"name": "朋友圈"}, by=referrer)
    assert ask("post", "links", {"name": "朋友圈"}, by=referrer)[1] == link

    status, opened = ask("post", "touches", {"token": link["token"], "channel": "moments"})
    assert (status, opened["landing"], opened["product"]) == (200, "home", "")
    assert ask("post", "visitor", {"visitor": opened["visitor"]}, by=friend) == (200, {"bound": False, "at": None})
    binding.bind_by_touch(customer_id=friend.pk, now=timezone.now())
    row = bought(friend, 10_000, at=timezone.now())

    assert ask("get", "standing", by=referrer)[1] == {
        "own_fen": 0, "pending_fen": 1_000, "withheld_fen": 0, "coupon_fen": 0, "people": 1, "buyers": 1}
    confirmed(row, at=timezone.now())
    refunded(row, 5_000)
    assert ask("get", "standing", by=referrer)[1]["own_fen"] == 500
    (told,) = ask("get", "commissions", by=referrer)[1]
    assert (told["promised_fen"], told["amount_fen"], told["state"], told["why"]) == (
        1_000, 500, "confirmed", "您推荐的客户下单")
    (person,) = ask("get", "people", by=referrer)[1]
    assert person["number_end"] == friend.number[-4:]
    (figures,) = ask("get", "links", by=referrer)[1]
    assert (figures["opens"], figures["people"], figures["bound"]) == (1, 1, 1)


def test_the_promoters_own_figures_shares_and_place_on_the_leaderboard(ask):
    now = timezone.now()
    active(tier_plan(paid_in={"tier2": "points"}), starts_at=now, now=now)
    referrer, friend = customer(name="林小雨"), customer()
    link = ask("post", "links", {}, by=referrer)[1]
    assert ask("post", f"links/{link['token']}/shares", {"channel": "moments"}, by=referrer)[0] == 204
    assert ask("post", f"links/{link['token']}/shares", {"channel": "moments"}, by=friend)[0] == 404
    ask("post", "code", {"token": link["token"]}, by=friend)
    row = bought(friend, 10_000, at=timezone.now())

    figures = ask("get", "figures?days=7", by=referrer)[1]
    assert (figures["cash_fen"], figures["whole"]["shares"], figures["whole"]["first_orders"]) == (1_000, 1, 1)
    assert figures["links"][0]["revenue_fen"] == 10_000
    assert figures["whole"]["cost_per_new_fen"] == 1_000
    assert ask("get", "figures?days=8", by=referrer)[0] == 422
    assert ask("get", "figures", by=friend)[1]["whole"]["first_orders"] == 0

    type(row).objects.filter(pk=row.pk).update(state="received", received_at=now)
    measuring.measure(now=now + timedelta(days=8))
    assert ask("get", "figures/leaderboard", by=friend)[1] == {"listed": True, "rows": [
        {"place": 1, "name": "林**", "goods_fen": 10_000, "mine": False}]}
    assert ask("post", "figures/listed", {"listed": False}, by=referrer)[1] == {"listed": False, "rows": []}


def test_a_code_binds_once_and_says_why_it_does_not(ask):
    referrer, other, friend = customer(), customer(), customer()
    token = ask("post", "links", {}, by=referrer)[1]["token"]
    others = ask("post", "links", {}, by=other)[1]["token"]

    assert ask("post", "code", {"token": token}, by=friend)[1]["bound"] is True
    assert ask("post", "code", {"token": token}, by=friend)[0] == 200
    assert ask("post", "code", {"token": others}, by=friend)[1]["code"] == "already_bound"
    assert ask("post", "code", {"token": token}, by=referrer)[1]["code"] == "self_referral"
    assert ask("post", "code", {"token": "nobody"}, by=other) == (404, {
        "code": "referral_unknown_code", "message": "推广码不存在或已停用"})


def test_the_doors_ask_who_is_there_and_refuse_what_makes_no_sense(ask):
    mine, other = customer(), customer()
    token = ask("post", "links", {}, by=mine)[1]["token"]

    for door in ("links", "standing", "commissions", "people"):
        assert ask("get", door)[0] == 401
    assert ask("post", "links", {"landing": "product"}, by=mine)[1]["code"] == "referral_bad_link"
    assert ask("post", "links", {"landing": "product", "product_id": 7}, by=mine)[1]["code"] == "referral_bad_link"
    assert ask("post", "touches", {"token": token, "channel": "nowhere"})[1]["code"] == "referral_bad_touch"
    assert ask("post", "touches", {"token": "a\x00bc"})[0] == 422
    assert ask("delete", f"links/{token}", by=other)[0] == 404
    assert ask("delete", f"links/{token}", by=mine)[0] == 204
    assert ask("delete", f"links/{token}", by=mine)[0] == 204
    assert ask("post", "touches", {"token": token})[1]["code"] == "referral_unknown_code"
