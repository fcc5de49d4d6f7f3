"""Text messages: signed as Alibaba Cloud publishes it, refused in our words, and never a second one on a guess."""

import logging

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured

from liuke.channels import aliyun, registry
from liuke.channels.aliyun_sms import from_environment
from liuke.channels.errors import ChannelError
from liuke.channels.fakes.aliyun_sms import KEY_ID, SECRET, TEMPLATES, FakeAliyunSms
from liuke.channels.messaging import LOGIN_CODE, Template

PHONE = "+8613800138000"
CODE = Template(LOGIN_CODE, {"code": "123456", "minutes": "5"})


def test_the_signature_is_the_one_of_the_published_example():
    _query, heads = aliyun.signed(
        host="ecs.cn-shanghai.aliyuncs.com", action="RunInstances", version="2014-05-26", stamp="2023-10-26T10:22:32Z",
        nonce="3156853299f313e23d1673dc12e1703d",
        params={"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        key_id="YourAccessKeyId", secret="YourAccessKeySecret")

    assert heads["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_an_approved_text_goes_out_with_its_gaps_filled():
    fake = FakeAliyunSms()

    receipt = fake.adapter().send(to=PHONE, text="unused", key="login_code:1", template=CODE)

    assert receipt.ref == "biz-1"
    assert fake.sent == [("13800138000", "login_code:1", "【Xiaoman】Your code is 123456, for 5 minutes.")]
    assert fake.asked == ["SendSms"]


def test_after_a_try_whose_effect_is_not_known_they_are_asked_before_the_next():
    fake = FakeAliyunSms(lost=1)
    fake.sent += [("13800138000", f"old:{number}", "") for number in range(60)]   # more than one page of theirs
    sms = fake.adapter()

    with pytest.raises(ChannelError) as lost:
        sms.send(to=PHONE, text="unused", key="call:1", template=CODE)
    again = sms.send(to=PHONE, text="unused", key="call:1", template=CODE, again=True)

    assert (lost.value.code, lost.value.permanent) == ("no_answer", False)
    assert again.ref == "found:call:1"
    assert [key for _, key, _ in fake.sent].count("call:1") == 1
    fake.down = True
    with pytest.raises(ChannelError):
        sms.send(to=PHONE, text="unused", key="call:2", template=CODE)
    fake.down = False
    assert sms.send(to=PHONE, text="unused", key="call:2", template=CODE, again=True).ref.startswith("biz-")


@pytest.mark.parametrize(("theirs", "code", "permanent"), [
    ("isv.BUSINESS_LIMIT_CONTROL", "number_limit", False), ("isv.MOBILE_NUMBER_ILLEGAL", "bad_number", True),
    ("isv.SMS_TEMPLATE_ILLEGAL", "template_missing", True), ("isv.AMOUNT_NOT_ENOUGH", "no_balance", False),
    ("isv.OUT_OF_SERVICE", "no_balance", False), ("Throttling.User", "busy", False),
    ("isv.SOMETHING_NEW", "isv.SOMETHING_NEW", False),
])
def test_their_refusals_are_told_in_our_words_and_name_nobody(theirs, code, permanent):
    fake = FakeAliyunSms(refuse=theirs)

    with pytest.raises(ChannelError) as refused:
        fake.adapter().send(to=PHONE, text="unused", key="k", template=CODE)

    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert "138" not in refused.value.message
    assert fake.sent == []


def test_what_no_approved_text_can_carry_is_refused_before_it_travels():
    fake = FakeAliyunSms()
    for sms, text in ((fake.adapter(templates={}), "好"), (fake.adapter(), "字" * 36)):
        with pytest.raises(ChannelError) as refused:
            sms.send(to=PHONE, text=text, key="k")
        assert refused.value.permanent
    assert fake.asked == []


def test_a_wrong_key_is_refused_and_neither_it_nor_the_number_is_logged(caplog):
    fake = FakeAliyunSms()
    caplog.set_level(logging.NOTSET)

    with pytest.raises(ChannelError) as refused:
        fake.adapter(secret="mistyped-secret").send(to=PHONE, text="unused", key="k", template=CODE)
    fake.adapter().send(to=PHONE, text="unused", key="k", template=CODE)

    assert refused.value.code == "not_allowed"
    assert not any(word in f"{caplog.text}{refused.value}" for word in ("13800138000", "mistyped", SECRET, "123456"))


def test_it_is_turned_on_by_the_environment_and_a_purpose_nobody_knows_stops_the_start(monkeypatch):
    values = {"ID": KEY_ID, "KEY": SECRET, "SIGN": "小满", "TEMPLATES": "login_code=SMS_1, answered=SMS_2"}
    for name, value in values.items():
        monkeypatch.setenv(f"LIUKE_ALIYUN_SMS_{name}", value)
    registry.messengers.cache_clear()
    try:
        assert registry.messengers().keys() == {"inbox", "sms"}
        assert isinstance(from_environment()._client, httpx.Client)
    finally:
        registry.messengers.cache_clear()
    monkeypatch.setenv("LIUKE_ALIYUN_SMS_TEMPLATES", "logincode=SMS_1")
    with pytest.raises(ImproperlyConfigured, match="logincode"):
        from_environment()


def test_the_doctor_names_what_is_missing_not_approved_or_has_gaps_that_we_cannot_fill():
    fake = FakeAliyunSms(states={"SMS_2": "0"}, texts={**FakeAliyunSms().texts, "SMS_3": "${name}的编号${number}"})
    without_answer = {purpose: code for purpose, code in TEMPLATES.items() if purpose not in ("answered", "notice")}

    assert FakeAliyunSms().adapter().wrong() == []
    assert fake.adapter(templates=without_answer).wrong() == [
        "SMS_2 (call_out) is not approved", "SMS_3 (received) wants name", "no template for answered"]
    assert fake.sent == []
