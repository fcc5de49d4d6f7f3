"""A fake of Alibaba Cloud's text messages that speaks their HTTP: it checks the signature and keeps what was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx

from liuke.channels import aliyun
from liuke.channels.aliyun_sms import HOST, Account, AliyunSms

KEY_ID, SECRET, SIGN = "LTAI-test", "test-secret", "Xiaoman"
TEXTS = {
    "SMS_1": "Your code is ${code}, for ${minutes} minutes.", "SMS_2": "Ticket ${number} needs you at once.",
    "SMS_3": "We have ${number}: https://kefu.example/report/${token}/",
    "SMS_4": "${number} is answered: https://kefu.example/report/${token}/", "SMS_5": "A message: ${text}",
}
TEMPLATES = dict(zip(("login_code", "call_out", "received", "answered", "notice"), TEXTS, strict=True))


@dataclass
class FakeAliyunSms:
    """`sent`: (phone, key, words) of each message. `refuse` answers sends with that code; `lost` takes so many and says
    nothing; `down` takes none; `states` and `texts` are those of the templates.
    """

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    refuse: str = ""
    lost: int = 0
    down: bool = False
    texts: dict[str, str] = field(default_factory=lambda: dict(TEXTS))
    states: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)

    def adapter(self, *, secret: str = SECRET, templates: Mapping[str, str] = TEMPLATES) -> AliyunSms:
        """The real adapter, which finds the fake where their servers are."""
        client = httpx.Client(transport=httpx.MockTransport(self._answer), base_url=f"https://{HOST}")
        return AliyunSms(Account(key_id=KEY_ID, secret=secret, sign=SIGN, templates=templates), client=client)

    def _answer(self, asked: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down", request=asked)
        action, params = asked.headers["x-acs-action"], dict(parse_qsl(asked.url.query.decode(), strict_parsing=True))
        if wrong := self._mistrusts(asked, action, params):
            return httpx.Response(400, json={"Code": wrong, "Message": f"{params} is not signed"})
        self.asked.append(action)
        answer = {"SendSms": self._take, "QuerySendDetails": self._tell, "GetSmsTemplate": self._template,
                  "GetSmsSign": self._sign}[action](params)
        if action == "SendSms" and self.lost:
            self.lost -= 1
            raise httpx.ReadTimeout("lost", request=asked)
        return httpx.Response(200, json={"Code": "OK", "Message": "OK", **answer})

    def _mistrusts(self, asked: httpx.Request, action: str, params: dict[str, str]) -> str:
        nonce = asked.headers["x-acs-signature-nonce"]
        _query, heads = aliyun.signed(
            host=asked.headers["host"], action=action, version=asked.headers["x-acs-version"],
            stamp=asked.headers["x-acs-date"], nonce=nonce, params=params, key_id=KEY_ID, secret=SECRET)
        if heads["Authorization"] != asked.headers["Authorization"]:
            return "SignatureDoesNotMatch"
        if nonce in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(nonce)
        return ""

    def _take(self, params: dict[str, str]) -> dict[str, object]:
        if self.refuse:
            return {"Code": self.refuse, "Message": f"{params['PhoneNumbers']} is refused"}
        words = self.texts[params["TemplateCode"]]
        for name, value in json.loads(params["TemplateParam"]).items():
            words = words.replace(f"${{{name}}}", value)
        if "${" in words:
            return {"Code": "isv.TEMPLATE_MISSING_PARAMETERS", "Message": "a gap is empty"}
        self.sent.append((params["PhoneNumbers"], params["OutId"], f"【{params['SignName']}】{words}"))
        return {"BizId": f"biz-{len(self.sent)}"}

    def _tell(self, params: dict[str, str]) -> dict[str, object]:
        rows = [{"OutId": key, "PhoneNum": phone, "SendStatus": 3} for phone, key, _ in self.sent
                if phone == params["PhoneNumber"]]
        first = (int(params["CurrentPage"]) - 1) * int(params["PageSize"])
        return {"SmsSendDetailDTOs": {"SmsSendDetailDTO": rows[first:first + int(params["PageSize"])]}}

    def _sign(self, params: dict[str, str]) -> dict[str, object]:
        return {"SignName": params["SignName"], "SignStatus": 1}

    def _template(self, params: dict[str, str]) -> dict[str, object]:
        code = params["TemplateCode"]
        return {"TemplateContent": self.texts[code], "TemplateStatus": self.states.get(code, "1")}
