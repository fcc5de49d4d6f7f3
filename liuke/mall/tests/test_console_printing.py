"""Labels and cards: what stands on them, one file for many orders, and a text that staff can change."""

import io

import pytest
from django.urls import reverse

from liuke.kit import crypto, fonts
from liuke.kit.fonts import Font, FontMissing
from liuke.mall.models import PackingCard
from liuke.mall.queries import board, cards
from liuke.mall.queries.board import Order
from liuke.mall.rules.cards import CARE_CHARACTERS, care_of, filled, unknown_holes
from liuke.mall.services import paper
from liuke.mall.tests import builders
from liuke.mall.tests.test_fulfilment import paid
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

TEXT = {"title": "谢谢{name}", "note": "请慢用。\n{care}", "footer": "{shop}", "review": "https://example.com/r/{number}"}


@pytest.fixture
def owner(client):
    person = org.staff("lin", role=Role.OWNER)
    client.force_login(person)
    return person


def test_holes_are_filled_and_lines_of_empty_ones_left_out():
    values = {"name": "小满", "care": "", "shop": "家"}

    assert filled("谢谢{name}\n{care}\n\n{shop}{other}", values) == "谢谢小满\n\n家{other}"
    assert unknown_holes("{name}{phone}{}") == ["phone", ""]


def test_the_care_of_many_goods_says_each_text_once_and_ends_where_the_card_does():
    assert care_of({"奶瓶": "沸水煮", "奶嘴": "沸水煮", "毯子": " "}) == "沸水煮"
    assert care_of({"奶瓶": "沸水煮", "毯子": "冷水洗"}) == "奶瓶：沸水煮\n毯子：冷水洗"
    assert len(care_of({"奶瓶": "煮" * 999})) == CARE_CHARACTERS


@pytest.mark.django_db
class TestPrinting:
    def order(self, **fields):
        care = builders.product(name="奶瓶", care="沸水煮五分钟")
        return paid(by=builders.customer(name_enc=crypto.encrypt("王小满")), of=builders.sku(of=care), **fields)

    def test_a_card_knows_the_customer_the_care_and_where_to_review(self):
        order = self.order()
        PackingCard.objects.create(**TEXT)

        one = cards.printed(board.picked(Order.objects.all(), [order.number]))[0]

        assert (one.card.title, one.card.note) == ("谢谢王小满", "请慢用。\n沸水煮五分钟")
        assert one.card.review == f"https://example.com/r/{order.number}"

    def test_a_supplier_with_a_card_of_its_own_prints_that(self):
        order = self.order()
        PackingCard.objects.create(**TEXT)
        PackingCard.objects.create(**{**TEXT, "title": "供应商的卡"}, supplier=order.supplier)

        assert cards.card_of(order.supplier_id).title == "供应商的卡"
        assert cards.card_of(builders.supplier().pk).title == "谢谢{name}"

    @pytest.mark.parametrize("size", ["100x150", "100x100"])
    def test_many_orders_are_one_file_of_two_pages_each(self, client, owner, size):
        orders = [self.order(key=f"k{at}") for at in range(3)]

        answer = client.post(reverse("mall:orders_print"), {
            "pick": [order.number for order in orders], "size": size, "what": "both"})

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.count(b"/Type /Page\n") == 6
        assert AuditEntry.objects.get().detail["order_ids"] == [order.pk for order in orders]

    def test_looking_up_what_to_print_costs_the_same_for_one_and_for_many(self, django_assert_num_queries):
        numbers = [self.order(key=f"k{at}").number for at in range(6)]
        for some in (numbers[:1], numbers):
            with django_assert_num_queries(8):
                cards.printed(board.picked(Order.objects.all(), some))

    @pytest.mark.parametrize("wrong", [{"pick": []}, {"size": "1x1"}, {"what": "money"}, {"pick": ["NOBODY"]}],
                             ids=["nothing", "size", "what", "unknown"])
    def test_nothing_to_print_is_told(self, client, owner, wrong):
        asked = {"pick": [self.order().number], "size": "100x150", "what": "both", **wrong}

        answer = client.post(reverse("mall:orders_print"), asked, follow=True)

        assert "请先选择要打印的订单" in answer.content.decode()

    def test_without_a_chinese_font_the_page_says_how_to_get_one(self, client, owner, monkeypatch, tmp_path):
        monkeypatch.setattr(fonts, "PLACES", (str(tmp_path),))

        answer = client.post(reverse("mall:orders_print"), {"pick": [self.order().number]}, follow=True)

        assert "fonts-noto-cjk" in answer.content.decode()
        assert AuditEntry.objects.count() == 0

    def test_the_text_is_changed_previewed_and_given_up_again(self, client, owner):
        supplier = builders.supplier()
        own = f"{reverse('mall:cards')}?supplier={supplier.pk}"
        preview = client.post(reverse("mall:cards_preview"), {**TEXT, "size": "100x100"})
        assert preview["Content-Type"] == "application/pdf"
        assert PackingCard.objects.count() == 0

        client.post(reverse("mall:cards"), TEXT)
        client.post(own, {**TEXT, "title": "自己的"})
        assert "自己的" in client.get(own).content.decode()
        client.post(f"{reverse('mall:cards_drop')}?supplier={supplier.pk}")

        assert [card.title for card in PackingCard.objects.all()] == ["谢谢{name}"]
        assert client.get(f"{reverse('mall:cards')}?supplier=987654").status_code == 404

    @pytest.mark.parametrize(("wrong", "said"), [
        ({"title": ""}, "必填"), ({"note": "{phone}"}, "没有 {phone} 这个占位"), ({"review": "javascript:x"}, "网址"),
        ({"note": "长" * 601}, "600"),
    ], ids=["empty", "hole", "address", "long"])
    def test_a_text_that_cannot_be_printed_says_why_beside_its_field(self, client, owner, wrong, said):
        answer = client.post(reverse("mall:cards"), {**TEXT, **wrong})

        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert PackingCard.objects.count() == 0
        assert client.post(reverse("mall:cards_preview"), {**TEXT, **wrong}).status_code == 422

    def test_a_very_long_order_still_fits_its_pages(self):
        goods = [builders.sku(of=builders.product(name="很长的商品名称" * 12)) for _ in range(30)]
        group = builders.purchase([(each, 9) for each in goods])
        PackingCard.objects.create(**{**TEXT, "note": "很长的话" * 150})

        made = paper.pdf(cards.printed(list(group.orders.all())), size="100x100", label=True, card=True)

        assert made.count(b"/Type /Page\n") == 2


def test_the_font_of_this_machine_is_found_by_name(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "wqy-zenhei.ttc").write_bytes(b"")
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"")

    assert fonts.find((str(tmp_path),)) == Font(str(tmp_path / "NotoSansCJK-Regular.ttc"), 2)
    assert fonts.find((str(tmp_path / "none"),)) is None


def test_a_named_font_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("LIUKE_FONT", str(tmp_path / "mine.ttf"))
    with pytest.raises(FontMissing):
        fonts.chinese_font()

    (tmp_path / "mine.ttf").write_bytes(io.BytesIO().getvalue())

    assert fonts.chinese_font() == Font(str(tmp_path / "mine.ttf"))
