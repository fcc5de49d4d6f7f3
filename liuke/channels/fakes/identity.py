"""A fake of Tencent Cloud's check of identity that speaks its HTTP: it knows some people and checks the signature."""

import json

import httpx

from liuke.channels.tencent_identity import signature

SECRET_ID, SECRET_KEY = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA", "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA"


class FakeTencentIdentity:
    """`people`: number -> name. `down`: it answers nobody; `busy`: it refuses to look."""

    def __init__(self, people: dict[str, str]) -> None:
        self.people, self.asked, self.down, self.busy = people, 0, False, False

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer), base_url="https://fake")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.down:
            raise httpx.ConnectTimeout("down")
        stamp, head = request.headers["X-TC-Timestamp"], request.headers["Authorization"]
        day = head.split("/")[1]
        if head != signature(request.content, stamp=stamp, day=day, secret_id=SECRET_ID, secret_key=SECRET_KEY):
            return _said(Error={"Code": "AuthFailure.SignatureFailure", "Message": "签名错误"})
        if self.busy:
            return _said(Error={"Code": "RequestLimitExceeded", "Message": "请求太频繁"})
        given = json.loads(request.content)
        known = self.people.get(given["IdCard"])
        result = "-4" if known is None else "0" if known == given["Name"] else "-1"
        return _said(Result=result, Description="", RequestId=f"check-{self.asked}")


def _said(**response: object) -> httpx.Response:
    return httpx.Response(200, json={"Response": response})
