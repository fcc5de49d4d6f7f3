"""The real adapter against a server that signs and refuses like WeChat Pay."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from liuke.channels import wechatpay
from liuke.channels.errors import ChannelError, NotVerified
from liuke.channels.fakes.wechatpay import KEY_ID, FakeWeChatPay, is_signed_by_merchant
from liuke.channels.fakes.wechatpay_wire import said_by_wechat
from liuke.channels.payment import BillRow, Charge, Paid, Refunded, Return
from liuke.channels.wechatpay import WeChatPayProvider
from liuke.channels.wechatpay_bill import read_bill


@pytest.fixture
def wechat():
    with FakeWeChatPay() as fake:
        yield fake


@pytest.fixture
def provider(wechat):
    return WeChatPayProvider(wechat.merchant(), seconds=(1, 1))


def now():
    return datetime.now(tz=UTC)


def charge(number="G1001-1", **fields):
    return Charge(**{
        "number": number, "amount_fen": 8800, "description": "订单 G1001", "way": "jsapi", "payer": "o-mei",
        "expires_at": datetime(2026, 11, 2, 9, 30, tzinfo=UTC), "ip": "10.1.2.3", **fields,
    })


def back(number="R1", amount_fen=8800, payment="G1001-1"):
    return Return(number=number, payment=payment, amount_fen=amount_fen, total_fen=8800, reason="不想要了")


def parse(provider, notice, at=None):
    headers, body = notice
    return provider.parse_notice(headers=headers, body=body, now=at or now())


class TestOpen:
    def test_jsapi_gives_the_device_a_signed_request(self, provider):
        prepared = provider.open(charge())

        assert set(prepared) == {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}
        assert is_signed_by_merchant(prepared)

    def test_h5_gives_an_address_and_native_a_code(self, provider):
        assert provider.open(charge(way="h5"))["url"].startswith("https://wx.tenpay.com/")
        assert provider.open(charge("G1001-2", way="native"))["url"].startswith("weixin://")

    def test_the_same_number_again_is_the_same_order(self, provider, wechat):
        first, second = provider.open(charge()), provider.open(charge())

        assert first["package"] == second["package"]
        assert list(wechat.orders) == ["G1001-1"]

    def test_a_lost_answer_can_be_asked_for_again(self, provider, wechat):
        wechat.trouble.append("lose")

        with pytest.raises(ChannelError) as lost:
            provider.open(charge())

        assert not lost.value.permanent
        assert provider.open(charge())["package"]

    def test_what_wechat_refuses_is_refused_for_good(self, provider):
        with pytest.raises(ChannelError) as refused:
            provider.open(charge(payer=""))

        assert (refused.value.permanent, refused.value.code) == (True, "PARAM_ERROR")

    @pytest.mark.parametrize("trouble", ["fail", "busy", "slow", "unsigned", "lose"])
    def test_a_bad_day_of_wechat_is_no_refusal(self, provider, wechat, trouble):
        wechat.trouble.append(trouble)

        with pytest.raises(ChannelError) as error:
            provider.open(charge())

        assert not error.value.permanent

    def test_a_wrong_clock_is_no_refusal_either(self, provider, wechat):
        wechat.skew = timedelta(minutes=10)

        with pytest.raises(ChannelError) as error:
            provider.open(charge())

        assert (error.value.permanent, error.value.code) == (False, "SIGN_ERROR")

    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_asked_inside_a_transaction(self, provider, wechat):
        with pytest.raises(AssertionError, match="inside a transaction"), transaction.atomic():
            provider.open(charge())

        assert wechat.requests == []


class TestQueryAndClose:
    def test_an_order_that_waits_is_paid_and_then_stays_paid(self, provider, wechat):
        provider.open(charge())
        assert provider.query("G1001-1").state == Paid.OPEN

        wechat.pay("G1001-1", at=datetime(2026, 11, 2, 9, 5, tzinfo=UTC))
        status = provider.query("G1001-1")

        assert (status.state, status.amount_fen, status.currency, status.ours) == (Paid.PAID, 8800, "CNY", True)
        assert status.paid_at == datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
        assert status.ref == wechat.orders["G1001-1"]["transaction_id"]

    def test_an_order_that_wechat_never_heard_of_is_unknown(self, provider):
        assert provider.query("G404-1").state == Paid.UNKNOWN
        assert provider.close("G404-1").state == Paid.UNKNOWN

    def test_a_closed_order_cannot_be_paid(self, provider):
        provider.open(charge())

        assert provider.close("G1001-1").state == Paid.CLOSED
        with pytest.raises(ChannelError) as refused:
            provider.open(charge())
        assert refused.value.permanent

    def test_closing_says_when_the_customer_was_faster(self, provider, wechat):
        provider.open(charge())
        wechat.pay("G1001-1")

        assert provider.close("G1001-1").state == Paid.PAID

    def test_a_refunded_order_still_counts_as_paid(self, provider, wechat):
        provider.open(charge())
        wechat.pay("G1001-1")
        provider.refund(back(amount_fen=1))

        assert provider.query("G1001-1").state == Paid.PAID


class TestRefund:
    @pytest.fixture(autouse=True)
    def _paid(self, provider, wechat):
        provider.open(charge())
        wechat.pay("G1001-1")

    def test_a_refund_is_taken_on_and_later_done(self, provider, wechat):
        assert provider.refund(back()).state == Refunded.ASKED
        wechat.end_refund("R1")

        done = provider.query_refund("R1")

        assert (done.state, done.amount_fen, done.ref) == (Refunded.DONE, 8800, wechat.refunds["R1"]["refund_id"])
        assert done.done_at
        assert done.asked_at

    def test_a_lost_answer_moves_the_money_once(self, provider, wechat):
        wechat.trouble.append("lose")

        with pytest.raises(ChannelError):
            provider.refund(back())
        provider.refund(back())

        assert [each["amount"]["refund"] for each in wechat.refunds.values()] == [8800]

    def test_more_than_was_paid_is_refused_for_good(self, provider):
        provider.refund(back(amount_fen=8000))

        with pytest.raises(ChannelError) as refused:
            provider.refund(back("R2", amount_fen=801))

        assert refused.value.permanent

    def test_an_empty_account_is_asked_again_later(self, provider, wechat):
        wechat.poor = True

        with pytest.raises(ChannelError) as poor:
            provider.refund(back())

        assert (poor.value.permanent, poor.value.code) == (False, "NOT_ENOUGH")

    @pytest.mark.parametrize(("theirs", "ours"), [("CLOSED", Refunded.CLOSED), ("ABNORMAL", Refunded.STUCK)])
    def test_a_refund_that_fails_says_how(self, provider, wechat, theirs, ours):
        provider.refund(back())
        wechat.end_refund("R1", theirs)

        assert provider.query_refund("R1").state == ours
        assert parse(provider, wechat.notice("R1")).refund.state == ours

    def test_a_refund_that_wechat_never_heard_of_is_unknown(self, provider):
        assert provider.query_refund("R404").state == Refunded.UNKNOWN


class TestNotices:
    @pytest.fixture(autouse=True)
    def _paid(self, provider, wechat):
        provider.open(charge())
        wechat.pay("G1001-1", at=datetime(2026, 11, 2, 9, 5, tzinfo=UTC))

    def test_a_notice_is_read(self, provider, wechat):
        event = parse(provider, wechat.notice("G1001-1", event="EV-1"))

        assert event.id == "EV-1"
        assert (event.payment.number, event.payment.state, event.payment.amount_fen) == ("G1001-1", Paid.PAID, 8800)
        assert event.payment.ours

    def test_headers_may_be_written_in_any_case(self, provider, wechat):
        headers, body = wechat.notice("G1001-1")

        assert parse(provider, ({name.upper(): value for name, value in headers.items()}, body)).payment

    def test_a_foreign_merchant_is_told_apart(self, provider, wechat):
        assert not parse(provider, wechat.notice("G1001-1", mchid="1900000666")).payment.ours
        assert not parse(provider, wechat.notice("G1001-1", appid="wx666")).payment.ours

    def test_a_wrong_signature_is_not_verified(self, provider, wechat):
        with pytest.raises(NotVerified):
            parse(provider, wechat.notice("G1001-1", signed_by="stranger"))

    def test_a_changed_body_is_not_verified(self, provider, wechat):
        headers, body = wechat.notice("G1001-1")

        with pytest.raises(NotVerified):
            parse(provider, (headers, body.replace("支付成功".encode(), "支付失败".encode())))

    def test_another_apiv3_key_is_not_verified(self, provider, wechat):
        wechat.apiv3_key = "0" * 32

        with pytest.raises(NotVerified):
            parse(provider, wechat.notice("G1001-1"))

    def test_a_replay_after_five_minutes_is_not_verified(self, provider, wechat):
        notice = wechat.notice("G1001-1")
        signed_at = datetime.fromtimestamp(int(notice[0]["Wechatpay-Timestamp"]), tz=UTC)

        assert parse(provider, notice, at=signed_at + timedelta(minutes=5)).payment
        with pytest.raises(NotVerified):
            parse(provider, notice, at=signed_at + timedelta(minutes=5, seconds=1))

    def test_a_notice_from_the_future_is_not_verified(self, provider, wechat):
        wechat.skew = timedelta(minutes=6)

        with pytest.raises(NotVerified):
            parse(provider, wechat.notice("G1001-1"))

    @pytest.mark.parametrize("header", [
        ("Wechatpay-Serial", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"), ("Wechatpay-Serial", ""),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3"), ("Wechatpay-Timestamp", "١٧٦"),
        ("Wechatpay-Timestamp", ""), ("Wechatpay-Timestamp", "9" * 5_000),
        ("Wechatpay-Signature", "not base64"),
        ("Wechatpay-Signature", "WECHATPAY/SIGNTEST/x"),
    ])
    def test_strange_headers_are_not_verified_and_touch_no_network(self, provider, wechat, header):
        headers, body = wechat.notice("G1001-1")
        before = len(wechat.requests)

        with pytest.raises(NotVerified):
            parse(provider, ({**headers, header[0]: header[1]}, body))

        assert len(wechat.requests) == before

    @pytest.mark.parametrize("body", [
        b"", b"{}", b"[]", b"\xff", b'{"resource_type": "encrypt-resource"}', b"x" * 65_537,
    ])
    def test_what_is_no_notice_is_not_verified(self, provider, body):
        headers = said_by_wechat(body.decode("latin-1"), key_id=KEY_ID, at=now().timestamp())

        with pytest.raises(NotVerified):
            parse(provider, (headers, body))


class TestBill:
    def test_a_day_lists_what_was_paid_and_what_went_back(self, provider, wechat):
        for number in ("G1001-1", "G1002-1", "G1003-1"):
            provider.open(charge(number, description='礼盒, "大", `新`'))
        for number, hour in (("G1001-1", 1), ("G1002-1", 15), ("G1003-1", 16)):      # 16:00 UTC is the next day there
            wechat.pay(number, at=datetime(2026, 11, 2, hour, tzinfo=UTC))
        provider.refund(back(amount_fen=1234))
        wechat.refunds["R1"]["create_time"] = "2026-11-02T23:59:59+08:00"

        rows = provider.bill(date(2026, 11, 2))

        first, second, returned = rows
        assert first == BillRow("payment", "G1001-1", wechat.orders["G1001-1"]["transaction_id"], 8800, "paid", 53)
        assert (second.number, second.state) == ("G1002-1", "paid")
        assert returned == BillRow("refund", "R1", wechat.refunds["R1"]["refund_id"], 1234, "asked", -7)
        assert [row.number for row in provider.bill(date(2026, 11, 3))] == ["G1003-1"]

    def test_a_day_without_trade_is_an_empty_bill(self, provider):
        assert provider.bill(date(2026, 11, 2)) == []

    def test_a_bill_that_arrives_damaged_is_fetched_again(self, provider, wechat):
        provider.open(charge())
        wechat.pay("G1001-1", at=datetime(2026, 11, 2, 1, tzinfo=UTC))
        say = wechat._say
        wechat._say = lambda status, told, **more: say(status, told[:-9] if isinstance(told, bytes) else told, **more)

        with pytest.raises(ChannelError) as damaged:
            provider.bill(date(2026, 11, 2))

        assert (damaged.value.code, damaged.value.permanent) == ("damaged", False)

    @pytest.mark.parametrize("text", ["", "交易时间\r\n", "总交易单数\r\n`0\r\n", "a\n总交易单数\n`1"])
    def test_a_text_that_is_no_bill_is_refused(self, text):
        with pytest.raises(ChannelError, match="cannot be read"):
            read_bill(text)

    def test_a_bill_whose_rows_do_not_sum_is_refused(self, provider, wechat):
        from liuke.channels.fakes.wechatpay_bill import write_bill
        provider.open(charge())
        wechat.pay("G1001-1", at=datetime(2026, 11, 2, 1, tzinfo=UTC))
        text = write_bill(date(2026, 11, 2), wechat.orders, []).removeprefix("\ufeff")
        assert len(read_bill(text)) == 1

        lines = text.split("\r\n")
        with pytest.raises(ChannelError, match="do not sum"):
            read_bill("\r\n".join([lines[0], *lines[2:]]))


class TestSettings:
    VALUES = {"LIUKE_WECHATPAY_MCHID": "1", "LIUKE_WECHATPAY_APPID": "wx1", "LIUKE_WECHATPAY_SERIAL": "AB"}

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch, wechat, settings):
        merchant = wechat.merchant()
        settings.LIUKE_URL = "https://shop.example"
        for name, value in {**self.VALUES, "LIUKE_WECHATPAY_PRIVATE_KEY": merchant.private_key,
                            "LIUKE_WECHATPAY_APIV3_KEY": merchant.apiv3_key,
                            "LIUKE_WECHATPAY_PUBLIC_KEY": merchant.public_key,
                            "LIUKE_WECHATPAY_PUBLIC_KEY_ID": KEY_ID}.items():
            monkeypatch.setenv(name, value)

    def test_complete_settings_make_a_provider(self):
        assert wechatpay.from_environment().name == "wechat"

    @pytest.mark.parametrize(("name", "value", "said"), [
        ("LIUKE_WECHATPAY_APIV3_KEY", "short", "32 characters"),
        ("LIUKE_WECHATPAY_PUBLIC_KEY_ID", "5157F0", "PUB_KEY_ID_"),
        ("LIUKE_WECHATPAY_PRIVATE_KEY", "nonsense", "private key"),
    ])
    def test_a_wrong_setting_stops_the_start_with_a_sentence(self, monkeypatch, name, value, said):
        monkeypatch.setenv(name, value)

        with pytest.raises(Exception, match=said):
            wechatpay.from_environment()

    def test_wechat_needs_https(self, settings):
        settings.LIUKE_URL = "http://127.0.0.1:8000"

        with pytest.raises(Exception, match="https"):
            wechatpay.from_environment()
