"""Rows of the front page for tests."""

from liuke.mall.tests.builders import shop
from liuke.storefront import services
from liuke.storefront.models import Block, Front
from liuke.storefront.rules import Wish


def block(**fields: object) -> Block:
    said: dict[str, object] = {"kind": "banner", "title": "秋冬护理", **fields}
    return services.add_block(wish=Wish(**said))  # type: ignore[arg-type]


def front(*, hello: str = "欢迎") -> Front:
    return services.set_front(shop_id=shop().pk, hello=hello)
