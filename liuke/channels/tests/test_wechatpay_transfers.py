"""The adapter of merchant transfers against a server that signs and refuses like WeChat Pay."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from liuke.channels import wechatpay_transfers
from liuke.channels.errors import ChannelError, NotVerified
from liuke.channels.fakes.wechatpay import KEY_ID, FakeWeChatPay
from liuke.channels.payout import FlowRow, Payout, Sent
from liuke.channels.wechatpay_flow import read_flow
from liuke.channels.wechatpay_transfers import WeChatTransfers


@pytest.fixture
def wechat():
    with FakeWeChatPay() as fake:
        yield fake


@pytest.fixture
def provider(wechat):
    return WeChatTransfers(wechat.merchant(notify_url="https://shop.example/hooks/wechatpay/transfer"), seconds=(1, 1))


def payout(number="CB1001", **fields):
    return Payout(**{"number": number, "amount_fen": 888, "to": "o-mei", "remark": "消费返现", "activity": "双十一",
                     "award": "消费返现", **fields})


def parse(provider, notice):
    headers, body = notice
    return provider.parse_notice(headers=headers, body=body, now=datetime.now(tz=UTC))


def test_a_transfer_waits_for_the_customer_and_then_is_done(provider, wechat):
    asked = provider.send(payout())

    assert (asked.state, asked.amount_fen, asked.ours) == (Sent.CONFIRM, 888, True)
    assert provider.for_the_device(asked.package) == {
        "mchId": wechat.mchid, "appId": wechat.appid, "package": wechat.transfers.rows["CB1001"]["package_info"]}

    wechat.transfers.end("CB1001", at=datetime(2026, 11, 2, 9, 5, tzinfo=UTC))
    done = provider.query("CB1001")
    assert (done.state, done.ref, done.package) == (
        Sent.DONE, wechat.transfers.rows["CB1001"]["transfer_bill_no"], "")
    assert done.changed_at == datetime(2026, 11, 2, 9, 5, tzinfo=UTC)


def test_the_same_number_again_moves_nothing_more(provider, wechat):
    wechat.trouble.append("lose")
    with pytest.raises(ChannelError) as lost:
        provider.send(payout())

    assert not lost.value.permanent
    assert provider.send(payout()).ref == provider.query("CB1001").ref
    assert len(wechat.transfers.rows) == 1
    with pytest.raises(ChannelError, match="不一致"):
        provider.send(payout(amount_fen=999))


def test_a_name_travels_encrypted_and_a_wrong_one_fails(provider, wechat):
    wechat.transfers.names["o-mei"] = "王小满"

    assert provider.send(payout("CB2001", name="王小满")).state == Sent.CONFIRM
    assert "王小满" not in str(wechat.transfers.rows["CB2001"]["asked"])
    failed = provider.send(payout("CB2002", name="王大满"))
    assert (failed.state, failed.reason) == (Sent.FAILED, "NAME_NOT_CORRECT")


@pytest.mark.parametrize(("fields", "code"), [
    ({"amount_fen": 20_001}, "INVALID_REQUEST"), ({"amount_fen": 9}, "INVALID_REQUEST"),
    ({"number": "CB-1001"}, "PARAM_ERROR"), ({"to": "o-stranger"}, "INVALID_REQUEST"),
])
def test_what_wechat_refuses_is_refused_for_good(provider, wechat, fields, code):
    wechat.transfers.strangers.add("o-stranger")

    with pytest.raises(ChannelError) as refused:
        provider.send(payout(**fields))

    assert (refused.value.permanent, refused.value.code) == (True, code)


@pytest.mark.parametrize("trouble", ["fail", "busy", "slow", "unsigned", "lose"])
def test_a_bad_day_of_wechat_is_no_refusal(provider, wechat, trouble):
    wechat.trouble.append(trouble)

    with pytest.raises(ChannelError) as error:
        provider.send(payout())

    assert not error.value.permanent


def test_an_empty_account_is_asked_again_later(provider, wechat):
    wechat.transfers.poor = True

    with pytest.raises(ChannelError) as poor:
        provider.send(payout())

    assert (poor.value.permanent, poor.value.code) == (False, "NOT_ENOUGH")


def test_what_waits_can_be_taken_back_and_what_is_done_cannot(provider, wechat):
    provider.send(payout())
    assert provider.cancel("CB1001").state == Sent.CANCELLING
    wechat.transfers.end("CB1001", "CANCELLED")
    assert provider.query("CB1001").state == Sent.CANCELLED

    provider.send(payout("CB1002"))
    wechat.transfers.end("CB1002")
    assert provider.cancel("CB1002").state == Sent.DONE
    assert provider.cancel("CB4040").state == Sent.UNKNOWN


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_inside_a_transaction(provider, wechat):
    with pytest.raises(AssertionError, match="inside a transaction"), transaction.atomic():
        provider.send(payout())

    assert wechat.requests == []


def test_a_notice_says_what_became_of_it(provider, wechat):
    provider.send(payout())
    wechat.transfers.end("CB1001", "FAIL", "ACCOUNT_FROZEN")

    told = parse(provider, wechat.notice("CB1001", event="EV-1"))

    assert (told.id, told.payout.state, told.payout.reason) == ("EV-1", Sent.FAILED, "ACCOUNT_FROZEN")
    assert (told.payout.number, told.payout.amount_fen, told.payout.ours) == ("CB1001", 888, True)
    assert not parse(provider, wechat.notice("CB1001", mch_id="1")).payout.ours


@pytest.mark.parametrize("how", ["stranger", "old", "changed"])
def test_what_wechat_did_not_say_is_not_believed(provider, wechat, how):
    provider.send(payout())
    at = wechat.now() - timedelta(minutes=6) if how == "old" else None
    headers, body = wechat.notice("CB1001", at=at, signed_by="stranger" if how == "stranger" else "wechat")

    with pytest.raises(NotVerified):
        parse(provider, (headers, body.replace(b"mch_payment", b"mch_paymont") if how == "changed" else body))


def test_the_bill_of_the_account_says_what_went_out(provider, wechat):
    day = datetime(2026, 11, 2, 4, tzinfo=UTC)
    for number in ("CB3001", "CB3002", "CB3003"):
        provider.send(payout(number))
    wechat.transfers.end("CB3001", at=day.astimezone(wechat.now().tzinfo))
    wechat.transfers.end("CB3002", "FAIL", "ACCOUNT_FROZEN", at=day.astimezone(wechat.now().tzinfo))

    ref = wechat.transfers.rows["CB3001"]["transfer_bill_no"]
    assert provider.flow(date(2026, 11, 2)) == [FlowRow("CB3001", ref, 888)]
    assert provider.flow(date(2026, 11, 3)) == []


@pytest.mark.parametrize("text", ["", "记账时间\r\n", "资金流水总笔数\r\n`0\r\n"])
def test_a_text_that_is_no_bill_is_refused(text):
    with pytest.raises(ChannelError, match="cannot be read"):
        read_flow(text)


def test_complete_settings_make_a_provider(monkeypatch, wechat, settings):
    merchant = wechat.merchant()
    settings.LIUKE_URL = "https://shop.example"
    for name, value in {"MCHID": "1", "APPID": "wx1", "SERIAL": "AB", "PRIVATE_KEY": merchant.private_key,
                        "APIV3_KEY": merchant.apiv3_key, "PUBLIC_KEY": merchant.public_key,
                        "PUBLIC_KEY_ID": KEY_ID, "TRANSFER_SCENE": "1000"}.items():
        monkeypatch.setenv(f"LIUKE_WECHATPAY_{name}", value)

    assert wechatpay_transfers.from_environment().scope == "wx1"
