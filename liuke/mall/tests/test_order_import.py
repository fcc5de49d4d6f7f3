"""Order files at their door: what is taken, what is refused and why, and what the same row does again."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from liuke.customers.models import Customer, Identity
from liuke.intake.rules import FileRefused
from liuke.mall.models import Order, OrderChange, OrderLine
from liuke.mall.tests.order_files import bring, counts, orders, rejected, row
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def reasons(run):
    return [line["原因代码"] for line in rejected(run)]


class TestTaken:
    def test_rows_become_orders_with_lines_customers_and_facts(self, tmp_path):
        run = bring([row(quantity="2", 商品名称="奶粉", 类目="母婴", 优惠="1.5"), row(sku="S2", price="0.5")], tmp_path)

        assert counts(run) == (2, 0, 0)
        assert orders() == {
            "A1": {
                "customer": "M1",
                "state": "paid",
                "placed_at": datetime(2024, 3, 5, 0, tzinfo=UTC),
                "money": (2050, 150, 0, 1900, 0),
                "lines": [("S1", "奶粉", 2, 1000, 150, 1850, 0, "paid"), ("S2", "", 1, 50, 0, 50, 0, "paid")],
            }
        }
        order = Order.objects.get()
        assert order.paid_at == order.placed_at
        facts = Fact.objects.order_by("kind").values_list("kind", "happened_at", "data", "history")
        assert list(facts) == [
            ("CustomerJoined", order.placed_at, {"source": "import"}, True),
            ("OrderPaid", order.placed_at, {"order_id": order.pk, "total_fen": 1900, "source": "import"}, True),
        ]

    def test_the_same_file_again_changes_nothing(self, tmp_path):
        rows = [row(), row(sku="S2"), row(order="A2", when="2024-04-01", quantity="3")]
        bring(rows, tmp_path)
        before = list(Order.objects.order_by("pk").values()), list(OrderLine.objects.order_by("pk").values())

        run = bring(rows[::-1], tmp_path)

        assert counts(run) == (0, 3, 0)
        assert before == (list(Order.objects.order_by("pk").values()), list(OrderLine.objects.order_by("pk").values()))
        assert OrderChange.objects.count() == 0
        assert Fact.objects.count() == 3

    def test_figures_are_counted_anew_once_when_something_changed(self, tmp_path):
        def queued():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'insight.refresh'")
                return cursor.fetchone()[0]

        bring([row()], tmp_path)
        bring([row(order="A2")], tmp_path)
        assert queued() == 1
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")

        bring([row(order="A2")], tmp_path)

        assert queued() == 0

    def test_one_sku_may_stand_twice_in_an_order(self, tmp_path):
        bring([row(quantity="1"), row(quantity="2"), row(quantity="1", price="9")], tmp_path)

        assert [line[2:4] for line in orders()["A1"]["lines"]] == [(1, 900), (1, 1000), (2, 1000)]

    def test_lines_of_one_order_may_stand_far_apart(self, tmp_path, monkeypatch):
        monkeypatch.setattr("liuke.intake.rules.CHUNK_ROWS", 2)
        monkeypatch.setattr("liuke.intake.rules.SLOT_ROWS", 3)

        run = bring([row(order=f"A{n % 5}", sku=f"S{n}") for n in range(40)], tmp_path)

        assert (run.slots, counts(run)) == (14, (40, 0, 0))
        assert {number: len(order["lines"]) for number, order in orders().items()} == {f"A{n}": 8 for n in range(5)}

    def test_the_earliest_time_of_the_lines_is_the_orders(self, tmp_path):
        bring(
            [row(when="2024-03-05 08:01"), row(sku="S2", when="2024-03-05 08:00"), row(sku="S3", when="2024-03-06")],
            tmp_path,
        )

        assert orders()["A1"]["placed_at"] == datetime(2024, 3, 5, 0, tzinfo=UTC)

    def test_times_are_read_in_the_zone_of_the_file(self, tmp_path):
        bring([row(when="2024-07-01 00:30")], tmp_path, zone="Europe/London")

        assert orders()["A1"]["placed_at"] == datetime(2024, 6, 30, 23, 30, tzinfo=UTC)

    def test_everybody_is_found_by_any_reference(self, tmp_path):
        bring(
            [
                row(order="A1", member="M1", 手机号="13800138000"),
                row(order="A2", member="", 手机号="138 0013 8000"),
                row(order="A3", member="", 邮箱="W@X.com", 手机号="13900139000"),
                row(order="A4", member="", 邮箱="w@x.com"),
                row(order="A5", member="", 买家昵称="小熊"),
                row(order="A6", member="", 买家昵称="小熊"),
            ],
            tmp_path,
        )

        owner = dict(Order.objects.values_list("number", "customer_id"))
        assert owner["A1"] == owner["A2"]
        assert owner["A3"] == owner["A4"]
        assert owner["A5"] == owner["A6"]
        assert Customer.objects.count() == 3
        assert sorted(Identity.objects.values_list("kind", "scope")) == [
            ("email", ""),
            ("external", "import"),
            ("phone", ""),
            ("phone", ""),
        ]

    def test_an_unreadable_phone_beside_a_member_number_is_noted_and_left_aside(self, tmp_path):
        run = bring([row(手机号="138****8000")], tmp_path)

        assert (counts(run), run.notes) == ((1, 0, 0), {"unreadable_phone": 1})

    def test_a_price_of_zero_is_a_gift_and_counts(self, tmp_path):
        run = bring([row(price="0.00")], tmp_path)

        assert counts(run) == (1, 0, 0)
        assert orders()["A1"]["money"] == (0, 0, 0, 0, 0)

    def test_the_shop_is_found_by_code_or_name(self, tmp_path):
        from liuke.org.tests.builders import shop

        one = shop("BJ1", name="北京一店")
        run = bring(
            [row(order="A1", 门店="BJ1"), row(order="A2", 门店="北京一店"), row(order="A3", 门店="上海店")], tmp_path
        )

        assert dict(Order.objects.values_list("number", "shop_id")) == {"A1": one.pk, "A2": one.pk, "A3": None}
        assert run.notes == {"unknown_shop": 1}


class TestMoney:
    @pytest.mark.parametrize(
        ("columns", "line"),
        [
            ({"数量": "3", "单价": "0.335"}, (34, 0, 101)),  # 1.005 rounds up, once
            ({"数量": "1000", "单价": "0.001"}, (0, 0, 100)),
            ({"数量": "2", "单价": "10", "优惠": "-3"}, (1000, 300, 1700)),  # a discount is taken off, however signed
            ({"数量": "3", "单价": "", "金额": "10"}, (333, 0, 1000)),
            ({"数量": "3", "单价": "", "金额": "10", "优惠": "2"}, (400, 200, 1000)),
            ({"数量": "2", "单价": "10", "金额": "18"}, (1000, 200, 1800)),  # what is missing is the discount
            ({"数量": "3", "单价": "3.33", "金额": "10"}, (333, 0, 1000)),  # the price was rounded by the exporter
            ({"数量": "2", "单价": "¥1,234.50"}, (123450, 0, 246900)),
        ],
    )
    def test_is_exact(self, tmp_path, columns, line):
        bring([row() | columns], tmp_path)

        assert tuple(OrderLine.objects.values_list("price_fen", "discount_fen", "amount_fen").get()) == line

    def test_freight_counts_once_per_order(self, tmp_path):
        bring([row(运费="8"), row(sku="S2", 运费="8")], tmp_path)

        assert orders()["A1"]["money"] == (2000, 0, 800, 2800, 0)


class TestStates:
    @pytest.mark.parametrize(
        ("words", "state", "refunded"),
        [
            (["已完成", "交易成功"], "paid", 0),
            (["待付款", "待付款"], "placed", 0),
            (["已取消", "已取消"], "cancelled", 0),
            (["已退款", "已退款"], "refunded", 2000),
            (["已完成", "已退款"], "paid", 1000),
            (["已完成", "已取消"], "paid", 1000),
            (["", "Completed"], "paid", 0),
        ],
    )
    def test_an_orders_state_follows_from_its_lines(self, tmp_path, words, state, refunded):
        bring([row(状态=words[0]), row(sku="S2", 状态=words[1])], tmp_path)

        order = Order.objects.get()
        assert (order.state, order.total_fen, order.refunded_fen) == (state, 2000, refunded)
        assert (order.paid_at is None) == (state in ("placed", "cancelled"))

    def test_a_refund_in_part_is_kept_with_its_line(self, tmp_path):
        bring([row(退款金额="4"), row(sku="S2", 退款金额="0")], tmp_path)

        assert (orders()["A1"]["state"], orders()["A1"]["money"]) == ("paid", (2000, 0, 0, 2000, 400))

    def test_a_number_beginning_with_c_takes_goods_back(self, tmp_path):
        run = bring([row(order="536"), row(order="C537", quantity="-1", when="2024-03-09")], tmp_path)

        assert counts(run) == (2, 0, 0)
        assert orders()["C537"]["state"] == "refunded"
        assert orders()["C537"]["money"] == (-1000, 0, 0, -1000, 0)
        assert sum(order["money"][3] - order["money"][4] for order in orders().values()) == 0
        fact = Fact.objects.get(kind="OrderRefunded")
        assert fact.data["refund_fen"] == 1000

    def test_a_negative_line_with_a_refund_mark_lowers_its_own_order(self, tmp_path):
        bring([row(quantity="3", 状态="已完成"), row(quantity="-1", 状态="退货")], tmp_path)

        assert (orders()["A1"]["state"], orders()["A1"]["money"]) == ("paid", (2000, 0, 0, 2000, 0))

    def test_an_order_number_that_merely_begins_with_c_is_an_order(self, tmp_path):
        bring([row(order="C2024")], tmp_path)

        assert orders()["C2024"]["state"] == "paid"


class TestRefused:
    @pytest.mark.parametrize(
        ("columns", "code", "where"),
        [
            ({"订单号": ""}, "missing_order_number", "订单号"),
            ({"会员号": ""}, "missing_customer", "会员号"),
            ({"SKU": ""}, "missing_goods", "SKU"),
            ({"下单时间": ""}, "missing_time", "下单时间"),
            ({"下单时间": "昨天"}, "unparsable_time", "下单时间"),
            ({"下单时间": "2051-01-01"}, "time_out_of_range", "下单时间"),
            ({"数量": ""}, "missing_quantity", "数量"),
            ({"数量": "1.5"}, "bad_quantity", "数量"),
            ({"数量": "0"}, "zero_quantity", "数量"),
            ({"数量": "-1"}, "negative_quantity", "数量"),
            ({"数量": "2000000"}, "absurd_number", "数量"),
            ({"单价": ""}, "missing_price", "单价"),
            ({"单价": "abc"}, "bad_money", "单价"),
            ({"单价": "-1"}, "negative_price", "单价"),
            ({"优惠": "99"}, "discount_too_large", "优惠"),
            ({"金额": "99"}, "amount_mismatch", "金额"),
            ({"退款金额": "99"}, "refund_too_large", "退款金额"),
            ({"状态": "飞了"}, "unknown_status", "状态"),
            ({"会员号": "1.38E+12"}, "rounded_number", "会员号"),
            ({"订单号": "4.2E+17"}, "rounded_number", "订单号"),
            ({"会员号": "", "手机号": "138****8000"}, "bad_phone", "手机号"),
            ({"会员号": "", "邮箱": "nobody"}, "bad_email", "邮箱"),
            ({"商品名称": "字" * 201}, "too_long", "商品名称"),
            ({"数量": "x", "单价": "y"}, "bad_quantity", "数量"),
            ({"数量": "x", "下单时间": "y"}, "unparsable_time bad_quantity", "下单时间、数量"),
        ],
    )
    def test_with_its_reason_column_and_words(self, tmp_path, columns, code, where):
        run = bring([row(order="B1"), row() | columns], tmp_path)

        assert counts(run) == (1, 0, 1)
        [line] = rejected(run)
        assert (line["原因代码"], line["错误列"], line["错误行号"]) == (code, where, "3")
        assert {name: line[name] for name in columns} == columns
        assert line["原因"]
        assert list(orders()) == ["B1"]

    def test_the_time_of_payment_stands_in_for_the_order_time_and_is_blamed_once(self, tmp_path):
        header = "订单号,付款时间,会员号,SKU,数量,单价\n"
        run = bring(f"{header}A1,2024-03-05 10:00,M1,S1,1,10\nA2,昨天,M1,S1,1,10\n", tmp_path)

        assert counts(run) == (1, 0, 1)
        order = Order.objects.get(number="A1")
        assert order.placed_at == order.paid_at == datetime(2024, 3, 5, 2, tzinfo=UTC)
        [line] = rejected(run)
        assert (line["原因代码"], line["错误列"]) == ("unparsable_time", "付款时间")
        assert line["原因"].count("看不懂的时间") == 1

    def test_an_entirely_equal_line_is_taken_once(self, tmp_path):
        run = bring([row(), row(), row(quantity="2"), row()], tmp_path)

        assert (counts(run), reasons(run)) == ((2, 0, 2), ["duplicated_line", "duplicated_line"])

    def test_a_line_number_tells_equal_lines_apart(self, tmp_path):
        run = bring([row(行号="1"), row(行号="2"), row(行号="2")], tmp_path)

        assert (counts(run), reasons(run)) == ((2, 0, 1), ["duplicated_line"])

    def test_one_line_number_with_two_contents_is_nobodys(self, tmp_path):
        run = bring([row(行号="1"), row(行号="1", quantity="2"), row(行号="2")], tmp_path)

        assert (counts(run), reasons(run)) == ((1, 0, 2), ["line_number_twice"] * 2)

    def test_an_order_of_two_customers_is_nobodys(self, tmp_path):
        run = bring([row(), row(sku="S2", member="M2"), row(order="A2")], tmp_path)

        assert (counts(run), reasons(run)) == ((1, 0, 2), ["mixed_customer"] * 2)

    def test_broken_rows_keep_what_they_held(self, tmp_path):
        run = bring(
            '订单号,下单时间,会员号,SKU,数量,单价\nA1,2024-03-05,M1,"S1,1,10\nA2,2024-03-05,M1,S1,1,10,extra\n'
            "A3,2024-03-05,M1,S1,1,10\n",
            tmp_path,
        )

        assert (counts(run), reasons(run)) == ((1, 0, 2), ["broken_quote", "too_many_cells"])
        assert [line["SKU"] for line in rejected(run)] == ['"S1', "S1"]
        assert rejected(run)[1]["多出的内容"] == "extra"

    def test_a_file_without_the_needed_columns_is_refused_as_a_whole(self, tmp_path):
        with pytest.raises(FileRefused, match="会员号/手机号"):
            bring("订单号,下单时间,SKU,单价\n1,2024-01-01,S,1\n", tmp_path)

        assert Order.objects.count() == 0
