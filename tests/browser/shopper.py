"""A customer with a phone: everything through the JSON API over HTTP, as a mini-program does it."""

import time
from itertools import count

import httpx

PLACE = {"region": "310106", "region_name": "上海市 静安区", "name": "王小满", "phone": "13800138000", "street": "1 号"}
_clicks = count(1)


class Shopper:
    """Logs in with the code that a demo installation tells; `get` and `post` answer what the server said."""

    def __init__(self, url, phone):
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
        code = self.post("/shop/login/code", {"phone": phone})["code"]
        token = self.post("/shop/login", {"phone": phone, "code": code})["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path, **query):
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, body=None, *, status=200, key=None):
        headers = {"Idempotency-Key": key or f"click-{next(_clicks):06}"}
        answer = self.http.post(path, json=body or {}, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def address(self):
        return self.post("/shop/addresses", PLACE)["id"]

    def put(self, shop, sku, pieces=1):
        self.post("/shop/cart", {"shop": shop.code, "sku_id": sku.pk, "quantity": pieces})

    def checkout(self, **wish):
        """Place what is in the cart for what the quote says; the purchase."""
        wish = {"address_id": self.address(), **wish}
        total = self.post("/shop/checkout/quote", wish)["total_fen"]
        return self.post("/shop/checkout", {**wish, "expected_fen": total})

    def pay(self, purchase, wechat):
        """Pay in WeChat, whose notice then knocks at our door; the numbers of the orders."""
        wish = {"provider": "wechat", "way": "jsapi", "payer": "o-mei"}
        number = self.post(f"/shop/purchases/{purchase['number']}/pay", wish)["number"]
        time.sleep(1)  # WeChat tells whole seconds: paid in the second of a rule or a binding would be before it
        wechat.pay(number)
        self.notice(wechat.notice(number))
        return self.get(f"/shop/purchases/{purchase['number']}")["orders"]

    def notice(self, signed):
        headers, body = signed
        url = str(self.http.base_url).replace("/api/v1/", "/hooks/wechatpay/notify")
        answer = httpx.post(url, content=body, headers={**headers, "Content-Type": "application/json"}, timeout=30)
        assert answer.status_code == 204, answer.text
