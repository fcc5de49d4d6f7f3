"""The shopper's doors: the shelf, login, cart, checkout, orders and requests about goods, under /api/v1/shop/."""

from ninja import Router

from liuke.mall.api import buying, coupons, login, orders, photos, returns, serials, shelf

router = Router()
router.add_router("", shelf.router)
router.add_router("", login.router)
router.add_router("", buying.router)
router.add_router("", coupons.router)
router.add_router("", orders.router)
router.add_router("", returns.router)
router.add_router("", photos.router)
router.add_router("", serials.router)

__all__ = ["router"]
