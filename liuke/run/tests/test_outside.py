"""What the doctor says of the services that settings name, each in good and bad health."""

import socketserver
import threading
import time
from datetime import timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from liuke.channels import registry
from liuke.channels.fakes.aliyun_sms import FakeAliyunSms
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.fakes.wecom import FakeWeCom
from liuke.config.settings import mail_server
from liuke.run import doctor, outside
from liuke.run.environment import Installation

HERE = Installation(data=Path("/nowhere"), own_database=False)


@pytest.fixture
def wechat(monkeypatch):
    with FakeWeChatPay() as fake:
        merchant = fake.merchant()
        for name, value in {
            "MCHID": merchant.mchid, "APPID": merchant.appid, "SERIAL": merchant.serial,
            "PRIVATE_KEY": merchant.private_key, "APIV3_KEY": merchant.apiv3_key, "PUBLIC_KEY": merchant.public_key,
            "PUBLIC_KEY_ID": merchant.public_key_id, "GATEWAY": merchant.gateway,
        }.items():  # fmt: skip
            monkeypatch.setenv(f"LIUKE_WECHATPAY_{name}", value)
        registry.payment_providers.cache_clear()
        yield fake
    registry.payment_providers.cache_clear()


def test_what_is_not_turned_on_is_not_asked(monkeypatch):
    for name in ("LIUKE_WECHATPAY_MCHID", "LIUKE_SMTP_URL", "LIUKE_MEDIA_BUCKET", "LIUKE_ALIYUN_SMS_ID",
                 "LIUKE_WECOM_CORPID"):
        monkeypatch.delenv(name, raising=False)

    found = {name: check(HERE).level for name, check in outside.OUTSIDE.items()}

    assert found == {"mail": "hint", "sms": "hint", "wecom": "ok", "wechat pay": "ok", "clock": "ok", "pictures": "ok"}


def test_text_messages_are_well_when_signature_and_texts_are_passed_and_nothing_was_sent(monkeypatch):
    monkeypatch.setenv("LIUKE_ALIYUN_SMS_ID", "LTAI-test")
    fake = FakeAliyunSms()
    monkeypatch.setattr("liuke.channels.aliyun_sms.from_environment", fake.adapter)
    assert outside.text_messages(HERE).level == "ok"

    fake.states["SMS_2"] = "2"
    assert "SMS_2 (call_out) is not approved" in outside.text_messages(HERE).seen
    fake.down = True
    assert outside.text_messages(HERE).mend == "let this machine reach dysmsapi.aliyuncs.com over https"
    assert fake.sent == []


def test_wecom_must_take_the_secret_and_let_us_speak_for_an_account(monkeypatch):
    fake = FakeWeCom()
    monkeypatch.setattr(registry, "wecom", fake.line)
    assert outside.wecom(HERE) == outside.Finding("ok", "1 customer service accounts")

    fake.managed = False
    assert outside.wecom(HERE).level == "hint"
    fake.down = True
    assert outside.wecom(HERE).level == "bad"


def test_wechat_pay_that_knows_us_is_well_and_nothing_was_paid(wechat):
    found = outside.wechat_pay(HERE)

    assert (found.level, found.mend) == ("ok", "")
    assert wechat.requests == [f"GET /v3/pay/transactions/out-trade-no/{outside.NOBODYS}"]


def test_wechat_pay_names_what_does_not_fit(wechat):
    wechat.mchid = "1900000000"
    assert outside.wechat_pay(HERE).mend == "LIUKE_WECHATPAY_MCHID and _APPID must belong together"


def test_a_clock_that_wechat_pay_does_not_believe_is_named(wechat):
    wechat.skew = timedelta(minutes=10)

    found = outside.wechat_pay(HERE)

    assert found.level == "bad"
    assert "clock" in found.mend


def test_a_wechat_pay_that_cannot_be_reached_is_bad(wechat, monkeypatch):
    monkeypatch.setenv("LIUKE_WECHATPAY_GATEWAY", "http://127.0.0.1:1")
    registry.payment_providers.cache_clear()

    assert outside.wechat_pay(HERE).mend == "let this machine reach it over https"


def test_a_key_that_cannot_be_one_is_a_sentence(wechat, monkeypatch):
    monkeypatch.setenv("LIUKE_WECHATPAY_APIV3_KEY", "short")
    registry.payment_providers.cache_clear()

    name, found = doctor.examine("wechat pay", outside.wechat_pay, HERE)

    assert (name, found.level) == ("wechat pay", "bad")
    assert "have 32 characters" in found.seen
    assert "short" not in found.seen


@pytest.mark.parametrize(("ahead", "level"), [(0, "ok"), (-60, "hint"), (60, "hint"), (900, "bad"), (-900, "bad")])
def test_the_clock_is_compared_with_that_of_the_service(wechat, monkeypatch, ahead, level):
    class Told(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response_only(404)
            self.send_header("Date", formatdate(time.time() - ahead, usegmt=True))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with Serving(ThreadingHTTPServer(("127.0.0.1", 0), Told)) as port:
        monkeypatch.setenv("LIUKE_WECHATPAY_GATEWAY", f"http://127.0.0.1:{port}")
        found = outside.clock(HERE)

    assert (found.level, bool(found.mend)) == (level, level != "ok")


@pytest.mark.parametrize(("answer", "level"), [("235 2.7.0 welcome", "ok"), ("535 5.7.8 no", "bad")])
def test_the_mail_server_must_take_the_login(monkeypatch, settings, answer, level):
    class Speaks(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 mail")
            while word := self.rfile.readline().decode()[:4].upper():
                self.say({"EHLO": "250-mail\r\n250 AUTH PLAIN", "AUTH": answer, "QUIT": "221 bye"}.get(word, "250 ok"))

        def say(self, text):
            self.wfile.write(f"{text}\r\n".encode())

    with Serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Speaks)) as port:
        mail_at(monkeypatch, settings, port)
        found = outside.mail(HERE)

    assert found.level == level
    assert "geheim" not in found.seen


def test_a_mail_server_that_is_away_is_bad(monkeypatch, settings):
    mail_at(monkeypatch, settings, 1)

    assert outside.mail(HERE).seen == "no mail server at 127.0.0.1:1 (Connection refused)"


@pytest.mark.parametrize("url", ["mail.example", "http://a:b@c:25", "smtp://host", "smtps://u:pass-word@host:nan"])
def test_an_address_of_a_mail_server_that_is_none_stops_the_start_and_shows_no_password(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        mail_server(url)

    assert "pass-word" not in str(refused.value)


def mail_at(monkeypatch, settings, port):
    monkeypatch.setenv("LIUKE_SMTP_URL", f"smtp://mei:geheim@127.0.0.1:{port}")
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = "127.0.0.1", port, 0, 0
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "mei", "geheim"


class Serving:
    """A server in a thread, and its port."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
