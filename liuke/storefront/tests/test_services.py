"""The front page is what staff put together, in their order."""

import pytest
from django.utils import timezone

from liuke.kit.errors import NotYours
from liuke.mall.tests import builders as mall
from liuke.storefront import services
from liuke.storefront.models import Block, Front
from liuke.storefront.queries import blocks
from liuke.storefront.rules import MOST_BLOCKS, BadBlock, Wish
from liuke.storefront.tests.builders import block, front

pytestmark = pytest.mark.django_db


def titles() -> list[str]:
    return [row.title for row in blocks()]


def test_a_block_goes_behind_the_others_and_changes_places_with_its_neighbour():
    rows = [block(title=title) for title in "一二三"]

    services.move_block(block_id=rows[2].pk, up=True)
    services.move_block(block_id=rows[0].pk, up=True)

    assert titles() == ["一", "三", "二"]


def test_a_hidden_block_keeps_its_place_and_comes_back_to_it():
    first, _second = block(title="一"), block(title="二")

    services.hide_block(block_id=first.pk, now=timezone.now())
    assert titles() == ["二"]

    services.hide_block(block_id=first.pk, now=timezone.now(), hidden=False)
    assert titles() == ["一", "二"]


def test_a_removed_block_is_gone_and_cannot_be_removed_again():
    row = block()

    services.remove_block(block_id=row.pk)

    assert titles() == []
    with pytest.raises(NotYours):
        services.remove_block(block_id=row.pk)


@pytest.mark.parametrize(("about", "wish"), [
    ("title", Wish(kind="banner", title=" ")),
    ("kind", Wish(kind="video", title="视频")),
    ("codes", Wish(kind="products", title="商品", codes=("NOBODY",))),
    ("what", Wish(kind="banner", title="横幅", leads="product", what="NOBODY")),
    ("what", Wish(kind="banner", title="横幅", leads="category", what="²")),
    ("what", Wish(kind="banner", title="横幅", leads="category", what="7")),
    ("what", Wish(kind="draw", title="抽奖", what="D1")),
    ("leads", Wish(kind="banner", title="横幅", leads="moon")),
], ids=["no-title", "kind", "codes", "product", "no-number", "category", "draw", "leads"])
def test_what_cannot_be_shown_is_refused_by_the_name_of_its_field(about, wish):
    with pytest.raises(BadBlock) as refused:
        services.add_block(wish=wish)

    assert (refused.value.about, Block.objects.count()) == (about, 0)


def test_a_page_holds_so_many_blocks_and_no_more():
    Block.objects.bulk_create(Block(kind="coupons", title="领券", position=at) for at in range(MOST_BLOCKS))

    with pytest.raises(BadBlock):
        block()

    assert Block.objects.count() == MOST_BLOCKS


def test_a_changed_block_keeps_its_picture_until_another_is_given():
    row = services.add_block(wish=Wish(kind="banner", title="旧"), file="pictures/aa/1")

    services.change_block(block_id=row.pk, wish=Wish(kind="banner", title="新"))
    assert blocks().get().file == "pictures/aa/1"

    services.change_block(block_id=row.pk, wish=Wish(kind="banner", title="新"), file="pictures/bb/2")
    assert (blocks().get().file, blocks().get().title) == ("pictures/bb/2", "新")


def test_there_is_one_front_and_a_closed_shop_cannot_be_it():
    first, other = front(), mall.shop("OTHER")

    again = services.set_front(shop_id=other.pk, hello="您好")
    other.active = False
    other.save()

    assert (again.pk, Front.objects.get().hello) == (first.pk, "您好")
    with pytest.raises(BadBlock):
        services.set_front(shop_id=other.pk, hello="")
