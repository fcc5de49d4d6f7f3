"""The shopper's doors: from the shelf to a return, and a stable answer to everything that makes no sense."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liuke.channels import registry
from liuke.channels.payment import Event
from liuke.customers.models import CustomerToken
from liuke.customers.services import tokens
from liuke.mall.api import base
from liuke.mall.api.base import GUEST_TOKEN
from liuke.mall.models import CartLine, Order, OrderGroup, Return
from liuke.mall.rules.orders import State
from liuke.mall.services import cart, notices
from liuke.mall.tests import builders

pytestmark = pytest.mark.django_db
TRANSACTIONS = 7         # of the same
STATEMENTS = 33          # of a whole guest checkout, from the cart over login's merge to the applied notice
GUEST = {GUEST_TOKEN: "g" * 43}
PLACE = {"region": "310106", "region_name": "上海市 静安区", "name": "林晓满", "phone": "13800138000", "street": "1 号"}


def put(door, sku, quantity=1, **more):
    return door("post", "/cart", {"shop": "MINI", "sku_id": sku.pk, "quantity": quantity}, **more)


def placed(door, sku, key="key-0001", quantity=1) -> dict:
    put(door, sku, quantity)
    _status, address = door("post", "/addresses", PLACE)
    status, group = door("post", "/checkout", {"address_id": address["id"]}, key=key)
    assert status == 200, group
    return group


class TestShelf:
    def test_a_list_is_found_by_initials_and_costs_at_most_three_statements(self, door, sku):
        with CaptureQueriesContext(connection) as run:
            status, page = door("get", "/products", shop="MINI", q="znk")

        assert (status, len(run) <= 3) == (200, True)
        item, = page["items"]
        assert (item["name"], item["price_fen"], item["in_stock"], page["next"]) == ("纸尿裤", 1990, True, None)
        assert door("get", "/products", shop="MINI", q="奶瓶") == (200, {"items": [], "next": None})

    def test_a_product_costs_at_most_five_statements_and_keeps_the_supply_price_to_itself(self, door, sku):
        with CaptureQueriesContext(connection) as run:
            status, found = door("get", f"/products/{sku.product.code}", shop="MINI")

        assert (status, len(run) <= 5) == (200, True)
        assert found["skus"] == [{
            "id": sku.pk, "code": sku.code, "values": sku.values, "price_fen": 1990, "shop_fen": 1990,
            "steps": [{"rule": "shop", "price_fen": 1990, "note": ""}], "for_some": [], "available": 10,
            "weight_grams": 10, "until": None,
        }]
        assert "supply" not in str(found)
        assert "1000" not in str(found)

    def test_guests_may_look(self, door, sku):
        assert door("get", "/products", headers={}, shop="MINI")[0] == 200
        assert door("get", "/categories", headers={}) == (
            200, [{"id": sku.product.category_id, "parent_id": None, "name": "纸尿裤"}])

    @pytest.mark.parametrize(("path", "query", "answer"), [
        ("/products", {}, (422, "bad_input")),
        ("/products", {"shop": "X"}, (404, "not_found")),
        ("/products", {"shop": "a\x00"}, (422, "bad_input")),
        ("/products", {"shop": "MINI", "after": "x"}, (422, "bad_cursor")),
        ("/products", {"shop": "MINI", "sort": "x"}, (422, "bad_input")),
        ("/products", {"shop": "MINI", "category": 10**30}, (422, "bad_input")),
        ("/products/none", {"shop": "MINI"}, (404, "not_found")),
    ])
    def test_what_is_not_there_is_said(self, door, sku, path, query, answer):
        status, said = door("get", path, **query)

        assert (status, said["code"]) == answer


class TestCart:
    def test_a_guest_fills_a_cart_that_comes_along_at_login(self, door, sku, client, settings, monkeypatch):
        monkeypatch.setattr(tokens, "messengers", lambda: {"sms": registry.LogOnly("sms")})
        settings.LIUKE_DEMO = True
        assert put(door, sku, 2, headers=GUEST)[1]["quantity"] == 2

        _, sent = door("post", "/login/code", {"phone": "13900139000"}, headers={})
        status, found = door("post", "/login", {"phone": "13900139000", "code": sent["code"]}, headers=GUEST)

        assert (status, found["merged"]) == (200, 1)
        mine = {"Authorization": f"Bearer {found['token']}"}
        assert door("get", "/cart", headers=mine)[1][0]["quantity"] == 2
        assert door("post", "/logout", {}, headers=mine) == (204, None)
        assert door("get", "/cart", headers=mine)[1]["code"] == "login_needed"

    def test_only_a_demo_tells_the_code_and_a_wrong_one_is_counted(self, door, settings, monkeypatch):
        monkeypatch.setattr(tokens, "messengers", lambda: {"sms": registry.LogOnly("sms")})
        settings.LIUKE_DEMO = False

        assert door("post", "/login/code", {"phone": "13900139000"}) == (200, {"code": None})
        status, said = door("post", "/login", {"phone": "13900139000", "code": "x"})

        assert (status, said["code"]) == (409, "wrong_code")
        assert tokens.LoginCode.objects.get().tries_left == 4
        assert door("post", "/login/code", {"phone": "13900139000"})[1]["code"] == "too_many_codes"
        assert door("post", "/login/code", {"phone": "abc"})[1]["code"] == "identity_value"

    @pytest.mark.parametrize("quantity", [0, -1, 10**9, 10**30])
    def test_a_quantity_that_cannot_be_is_refused(self, door, sku, quantity):
        status, said = put(door, sku, quantity)

        assert (status, said["code"]) == (422, "bad_quantity")
        assert not CartLine.objects.exists()

    @pytest.mark.parametrize(("body", "answer"), [
        ({"shop": "MINI", "sku_id": 10**9, "quantity": 1}, (409, "not_for_sale")),
        ({"shop": "MINI", "sku_id": 0, "quantity": 1}, (422, "bad_input")),
        ({"shop": "X", "sku_id": 1, "quantity": 1}, (404, "not_found")),
        ({"shop": "MINI", "quantity": 1}, (422, "bad_input")),
        ("{", (400, "bad_request")),
    ])
    def test_nonsense_has_a_stable_answer(self, door, sku, body, answer):
        status, said = door("post", "/cart", body)

        assert (status, said["code"]) == answer

    def test_lines_are_changed_and_taken_out_by_their_owner_only(self, door, sku):
        line = put(door, sku)[1]["id"]
        for call in (("patch", {"quantity": 3}), ("delete", None)):
            assert door(call[0], f"/cart/{line}", call[1], headers=GUEST)[0] == 404

        assert door("patch", f"/cart/{line}", {"quantity": 3, "chosen": False}) == (204, None)
        assert CartLine.objects.values_list("quantity", "chosen").get() == (3, False)
        assert door("delete", f"/cart/{line}") == (204, None)
        assert door("delete", f"/cart/{line}")[0] == 404

    def test_a_guest_without_a_proper_token_has_no_cart(self, door, sku):
        for headers in ({}, {GUEST_TOKEN: "short"}, {GUEST_TOKEN: "x" * 129}):
            assert door("get", "/cart", headers=headers)[1]["code"] == "cart_token_needed"


class TestBuying:
    def test_a_purchase_is_quoted_placed_once_and_cancelled(self, door, sku):
        put(door, sku, 2)
        _, address = door("post", "/addresses", PLACE)
        wish = {"address_id": address["id"]}

        _, quote = door("post", "/checkout/quote", wish)
        first = door("post", "/checkout", {**wish, "expected_fen": quote["total_fen"]}, key="key-0001")
        again = door("post", "/checkout", wish, key="key-0001")

        assert quote["total_fen"] == 3980
        assert first == again
        assert first[1]["total_fen"] == 3980
        number = first[1]["number"]
        assert door("post", f"/purchases/{number}/cancel")[1]["state"] == "cancelled"
        assert door("post", f"/purchases/{number}/cancel")[1]["state"] == "cancelled"
        assert door("get", f"/orders/{number}-1")[1]["state"] == "cancelled"

    def test_a_whole_guest_checkout_costs_few_statements(self, door, sku, cashier):
        def whole(of, key):
            customer_id = CustomerToken.objects.get().customer_id
            with CaptureQueriesContext(connection) as run:
                put(door, of, headers={GUEST_TOKEN: key * 4})
                with transaction.atomic():
                    cart.merge(token=key * 4, customer_id=customer_id)
                _, address = door("post", "/addresses", PLACE)
                _, group = door("post", "/checkout", {"address_id": address["id"]}, key=key)
                wish = {"provider": "demo", "way": "page"}
                _, payment = door("post", f"/purchases/{group['number']}/pay", wish, key=key)
            status = cashier.pay(number=payment["number"], amount_fen=group["total_fen"], now=timezone.now())
            with CaptureQueriesContext(connection) as notice, transaction.atomic():
                event = Event(id=f"e{key}", payment=status)
                notices.apply_event(provider="demo", event=event, body=b"{}", now=timezone.now())
            return group["number"], [each["sql"].strip() for each in [*run, *notice]]

        whole(builders.sku(), "warm-up-key")                  # what is cached per process is not counted
        number, statements = whole(sku, "the-real-key")

        assert OrderGroup.objects.get(number=number).state == "paid"
        begun = [each for each in statements if each.startswith(("SAVEPOINT", "RELEASE"))]
        assert len(begun) == 2 * TRANSACTIONS                 # the test is one itself, so each BEGIN is a savepoint
        assert len(statements) - len(begun) <= STATEMENTS, "\n".join(each[:100] for each in statements)

    def test_a_double_click_on_pay_is_one_payment(self, door, sku, cashier):
        number, wish = placed(door, sku)["number"], {"provider": "demo", "way": "page"}

        first = door("post", f"/purchases/{number}/pay", wish, key="pay-0001")
        again = door("post", f"/purchases/{number}/pay", wish, key="pay-0002")

        assert first == again
        assert (first[0], first[1]["amount_fen"], first[1]["state"]) == (200, 1990, "open")
        assert door("post", f"/purchases/{number}/pay", {"provider": "x", "way": "y"}, key="pay-0003")[0] == 422
        assert door("post", "/purchases/1/pay", wish, key="pay-0004")[0] == 404

    def test_another_sum_than_the_page_showed_is_refused_and_nothing_is_placed(self, door, sku):
        put(door, sku)
        _, address = door("post", "/addresses", PLACE)

        status, said = door("post", "/checkout", {"address_id": address["id"], "expected_fen": 1}, key="key-0001")

        assert (status, said["code"]) == (409, "price_changed")
        assert not OrderGroup.objects.exists()

    @pytest.mark.parametrize(("change", "answer"), [
        ({"codes": ["X"]}, (409, "coupon_gone")), ({"address_id": 10**9}, (404, "not_found")),
        ({"codes": ["X"] * 11}, (422, "bad_input")), ({"remark": "\x00"}, (422, "bad_input")),
    ])
    def test_a_wish_that_cannot_be_is_refused(self, door, sku, change, answer):
        put(door, sku)
        _, address = door("post", "/addresses", PLACE)

        status, said = door("post", "/checkout", {"address_id": address["id"], **change}, key="key-0001")

        assert (status, said["code"]) == answer
        assert not OrderGroup.objects.exists()

    def test_points_and_prices_cannot_be_smuggled_in(self, door, sku):
        put(door, sku)
        _, address = door("post", "/addresses", PLACE)

        _, group = door("post", "/checkout", {"address_id": address["id"], "points_fen": 1990, "total_fen": 1},
                        key="key-0001")

        assert group["total_fen"] == 1990

    def test_a_checkout_needs_a_key_and_a_login(self, door, sku):
        assert door("post", "/checkout", {"address_id": 1})[1]["code"] == "bad_input"
        assert door("post", "/checkout", {"address_id": 1}, key="short")[1]["code"] == "bad_input"
        assert door("post", "/checkout", {"address_id": 1}, key="key-0001", headers=GUEST) == (
            401, {"code": "login_needed", "message": "请先登录"})

    def test_addresses_are_kept_and_checked(self, door):
        _, first = door("post", "/addresses", {**PLACE, "preferred": True})
        door("put", f"/addresses/{first['id']}", {**PLACE, "street": "2 号"})

        assert [row["street"] for row in door("get", "/addresses")[1]] == ["2 号"]
        assert door("post", "/addresses", {**PLACE, "phone": "x"})[1]["code"] == "bad_address"
        assert door("delete", f"/addresses/{first['id']}") == (204, None)
        assert door("delete", f"/addresses/{first['id']}")[0] == 404


class TestForeign:
    def test_what_belongs_to_others_is_not_there(self, door, sku):
        other = builders.placed(of=builders.sku())
        order = other.orders.get()
        address = other.customer.addresses.get()

        for method, path, body in (
            ("get", f"/orders/{order.number}", None), ("post", f"/orders/{order.number}/receive", None),
            ("get", f"/purchases/{other.number}", None), ("post", f"/purchases/{other.number}/cancel", None),
            ("put", f"/addresses/{address.pk}", PLACE), ("delete", f"/addresses/{address.pk}", None),
            ("get", "/returns/R1", None), ("post", "/returns/R1/act", {"move": "withdraw"}),
        ):
            status, said = door(method, path, body)
            assert (status, said["code"]) == (404, "not_found"), path
        pieces = [{"line_id": order.lines.get().pk, "quantity": 1}]
        asked = {"order": order.number, "kind": "refund", "reason": "quality", "pieces": pieces}
        assert door("post", "/returns", asked, key="key-0001")[0] == 404
        assert OrderGroup.objects.get().state == "placed"


class TestOrders:
    def test_orders_come_page_by_page_newest_first(self, door, customer):
        for _ in range(21):
            builders.line(by=customer)

        _, first = door("get", "/orders")
        _, second = door("get", "/orders", after=first["next"])

        numbers = [row["number"] for row in first["orders"] + second["orders"]]
        assert numbers == list(Order.objects.order_by("-pk").values_list("number", flat=True))
        assert second["next"] is None

    def test_an_order_on_its_way_is_received_once_and_a_placed_one_is_not(self, door, customer):
        sent, waiting = builders.line(by=customer, state=State.SHIPPED), builders.line(by=customer)

        for _ in range(2):
            assert door("post", f"/orders/{sent.order.number}/receive")[1]["state"] == "received"
        status, said = door("post", f"/orders/{waiting.order.number}/receive")
        assert (status, said["code"]) == (409, "order_state")


class TestReturns:
    def test_a_request_is_opened_once_followed_and_withdrawn(self, door, customer):
        line = builders.line(by=customer, quantity=2, state=State.PAID)
        body = {"order": line.order.number, "kind": "refund", "reason": "changed_mind",
                "pieces": [{"line_id": line.pk, "quantity": 2}]}

        _, first = door("post", "/returns", body, key="key-0001")
        _, again = door("post", "/returns", body, key="key-0001")

        assert first == again
        assert Return.objects.count() == 1
        assert (first["lines"][0]["moves"], first["steps"][0]["move"]) == (["withdraw"], "ask")
        _, gone = door("post", f"/returns/{first['number']}/act", {"move": "withdraw"})
        assert gone["state"] == "closed"
        assert [row["number"] for row in door("get", "/returns")[1]["returns"]] == [first["number"]]

    def test_requests_come_page_by_page_newest_first_at_a_fixed_cost(self, door, customer,
                                                                     django_assert_max_num_queries):
        order = builders.line(by=customer, state=State.PAID).order
        for at in range(41):
            row = Return.objects.create(number=f"R{at}", key=f"r{at}", order=order, customer=customer, kind="refund",
                                        reason="quality", state="closed", asked_at=timezone.now())
            row.lines.create(line=order.lines.get(), quantity=1, goods="customer", claim="withdrawn")
        Return.objects.create(number="X", key="x", order=order, customer=builders.customer(), kind="refund",
                              reason="quality", state="open", asked_at=timezone.now())

        pages, after = [], {}
        base.writes.limit.forget()                            # whoever came often before pays a statement to come in
        with django_assert_max_num_queries(3 * 7):
            while after is not None:
                page = door("get", "/returns", **after)[1]
                pages.append(page["returns"])
                after = {"after": page["next"]} if page["next"] else None

        assert [len(page) for page in pages] == [20, 20, 1]
        assert [row["number"] for page in pages for row in page] == [f"R{at}" for at in range(40, -1, -1)]
        assert door("get", "/returns", after=0)[1]["code"] == "bad_input"

    @pytest.mark.parametrize("move", ["approve", "refunded", "refund", "accept_quote", "send_back", "x"])
    def test_a_customer_cannot_make_other_peoples_moves(self, door, customer, move):
        line = builders.line(by=customer, state=State.PAID)
        body = {"order": line.order.number, "kind": "refund", "reason": "quality",
                "pieces": [{"line_id": line.pk, "quantity": 1}]}
        _, asked = door("post", "/returns", body, key="key-0001")

        status, said = door("post", f"/returns/{asked['number']}/act", {"move": move})

        assert (status, said["code"]) in ((409, "return_state"), (409, "no_quote"))
        assert Return.objects.get().lines.get().claim == "asked"

    @pytest.mark.parametrize(("change", "answer"), [
        ({"kind": "x"}, (422, "bad_input")), ({"reason": "x"}, (422, "bad_input")),
        ({"pieces": []}, (422, "bad_input")),
        ({"quantity": 0}, (422, "bad_quantity")), ({"quantity": 10**9}, (422, "bad_quantity")),
        ({"quantity": 2}, (409, "not_returnable")), ({"kind": "return"}, (409, "not_returnable")),
    ])
    def test_what_cannot_be_asked_is_refused(self, door, customer, change, answer):
        line = builders.line(by=customer, state=State.PAID)
        piece = {"line_id": line.pk, "quantity": change.pop("quantity", 1)}
        body = {"order": line.order.number, "kind": "refund", "reason": "quality", "pieces": [piece], **change}

        status, said = door("post", "/returns", body, key="key-0001")

        assert (status, said["code"]) == answer
        assert not Return.objects.exists()


def test_a_flood_is_told_to_wait(door, monkeypatch, sku):
    from liuke.kit.limits import Limit
    monkeypatch.setattr(base.writes, "limit", Limit("test", most=1, free=1))

    answers = [door("get", "/orders")[0] for _ in range(3)]

    assert answers == [200, 200, 429]
