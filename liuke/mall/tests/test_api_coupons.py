"""The shopper's coupons over HTTP: the wallet, taking, what this cart could use, and paying with the best choice."""

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.coupons import services as coupons
from liuke.coupons.tests.builders import batch, given, template
from liuke.customers.services import tokens
from liuke.mall.tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return builders.customer()


@pytest.fixture
def ask(client, ann):
    """Ask as Ann: `ask("get", "/coupons")` gives (status, body)."""
    token = tokens.issue_token(customer_id=ann.pk, now=timezone.now())

    def call(method, path, body=None, **headers):
        given_ = {"authorization": f"Bearer {token}", **headers}
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = getattr(client, method)(f"/api/v1/shop{path}", headers=given_, **more)
        return answer.status_code, answer.json()

    return call


def coupon(to, **terms):
    own = {"off_fen": 500, **terms} if "kind" not in terms else terms
    return given(to, template(now=timezone.now(), **own), now=timezone.now())


def test_the_wallet_says_what_each_gives_and_asks(ask, ann):
    row, used = coupon(ann, least_fen=10_000), coupon(ann)
    used.state = "used"
    used.save()

    status, body = ask("get", "/coupons")

    assert status == 200
    assert [(each["code"], each["gives"], each["asks"], each["state"]) for each in body["coupons"]] == [
        (row.code, "减 ¥5.00", "满 ¥100.00 可用", "issued")]
    assert body["counts"] == {"usable": 1, "reserved": 0, "used": 1, "expired": 0}
    assert [each["id"] for each in ask("get", "/coupons?view=used")[1]["coupons"]] == [used.pk]


def test_the_wallet_is_read_page_by_page(ask, ann):
    given(ann, template(now=timezone.now(), off_fen=1), count=60, now=timezone.now())

    first = ask("get", "/coupons")[1]
    second = ask("get", f"/coupons?after={first['next']}")[1]

    assert (len(first["coupons"]), len(second["coupons"]), second["next"]) == (50, 10, None)


@pytest.mark.parametrize(("code", "expected"), [
    ("many-1", (200, None)), ("NOSUCH", (409, "coupon_gone")), ("GOLD", (409, "coupon_not_for_you")),
    ("GONE", (409, "coupon_all_taken")), ("", (409, "coupon_gone")),
], ids=["many", "unknown", "gold", "gone", "empty"])
def test_a_code_is_taken_or_refused_with_a_stable_code(ask, code, expected):
    now = timezone.now()
    batch(template(now=now), code="MANY1", now=now)
    batch(template(now=now, audiences=("tier:gold",)), code="GOLD", now=now)
    gone = batch(template(now=now), code="GONE", total=1, now=now)
    coupons.claim(customer_id=builders.customer().pk, code=gone.code, now=now)

    status, body = ask("post", "/coupons/claim", {"code": code})

    assert (status, body.get("code") if status != 200 else None) == expected


def test_the_list_that_is_open_to_all(ask):
    now = timezone.now()
    row = batch(template("新客券", now=now), kind="open", total=5, now=now)
    hidden = batch(template(now=now), now=now)

    body = ask("get", "/coupons/open")[1]
    assert [(each["id"], each["name"], each["left"], each["mine"], each["for_you"]) for each in body] == [
        (row.pk, "新客券", 5, 0, True)]
    assert ask("post", f"/coupons/open/{row.pk}/claim")[0] == 200
    assert ask("post", f"/coupons/open/{row.pk}/claim") == (409, {
        "code": "coupon_yours_taken", "message": "您已领过，每人最多 1 张"})
    assert ask("post", f"/coupons/open/{hidden.pk}/claim")[1]["code"] == "coupon_gone"
    assert ask("get", "/coupons/open")[1][0]["left"] == 4


def test_the_cart_gets_the_best_choice_and_pays_with_it(ask, ann):
    builders.cart_line(ann, builders.sku(list_fen=3_000), quantity=2)
    address = builders.address(ann)
    big, small = coupon(ann, off_fen=2_000, exclusive="x"), coupon(ann, off_fen=300)
    other, dear = coupon(ann, off_fen=900, exclusive="x"), coupon(ann, least_fen=10_000)

    status, body = ask("post", "/checkout/coupons", {"address_id": address.pk})

    assert status == 200
    assert [(each["coupon"]["id"], each["saves_fen"]) for each in body["usable"]] == [
        (big.pk, 2_000), (other.pk, 900), (small.pk, 300)]
    assert [(each["coupon"]["id"], each["why"], each["missing_fen"]) for each in body["others"]] == [
        (dear.pk, "least", 4_000)]
    assert (set(body["best"]), body["best_fen"]) == ({big.code, small.code}, 2_300)
    assert (body["quote"]["total_fen"], ask("post", "/checkout/coupons", {})[1]["quote"]) == (3_700, None)

    wish = {"address_id": address.pk, "codes": body["best"], "expected_fen": 3_700}
    status, placed = ask("post", "/checkout", wish, **{"Idempotency-Key": "click-12345"})
    assert (status, placed["total_fen"]) == (200, 3_700)
    held = ask("get", "/coupons?view=reserved")[1]["coupons"]
    assert {(each["id"], each["purchase"]) for each in held} == {
        (big.pk, placed["number"]), (small.pk, placed["number"])}
    assert ask("post", "/checkout/quote", {"address_id": address.pk, "codes": [big.code]})[0] == 409


def test_an_empty_cart_and_a_stranger(ask, client):
    assert ask("post", "/checkout/coupons", {})[1]["code"] == "nothing_chosen"
    assert client.get("/api/v1/shop/coupons").status_code == 401


def test_the_wallet_takes_few_statements(ask, ann, django_assert_max_num_queries):
    with transaction.atomic():
        for _ in range(10):
            coupon(ann)

    with django_assert_max_num_queries(4):
        ask("get", "/coupons")
