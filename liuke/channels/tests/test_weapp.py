"""The real adapter against the fake WeChat."""

import pytest

from liuke.channels.errors import ChannelError
from liuke.channels.fakes.weapp import FakeWeapp


def test_a_code_tells_who_it_is_once():
    fake = FakeWeapp()
    weapp, code = fake.weapp(), fake.opens("o-1", "u-1")

    told = weapp.code2session(code)

    assert (told.openid, told.unionid) == ("o-1", "u-1")
    with pytest.raises(ChannelError) as refused:
        weapp.code2session(code)
    assert (refused.value.permanent, refused.value.code) == (True, "40163")
    assert code not in str(refused.value)


def test_a_phone_is_told_with_its_country_and_one_token_serves_many():
    fake = FakeWeapp()
    weapp = fake.weapp()

    assert [weapp.phone_of(fake.shows("13800138000")), weapp.phone_of(fake.shows("13900139000"))] == [
        "+8613800138000", "+8613900139000"]
    assert fake.tokens == 1


def test_a_token_that_ended_early_is_asked_for_anew_once():
    fake = FakeWeapp()
    weapp = fake.weapp()
    weapp.phone_of(fake.shows("13800138000"))

    fake.end_token()

    assert weapp.phone_of(fake.shows("13900139000")) == "+8613900139000"
    assert fake.tokens == 2


def test_nobody_answering_is_no_verdict_on_the_code():
    fake = FakeWeapp()
    weapp, code = fake.weapp(), fake.opens("o-1")
    fake.down = True

    with pytest.raises(ChannelError) as away:
        weapp.code2session(code)
    fake.down = False

    assert away.value.permanent is False
    assert weapp.code2session(code).openid == "o-1"
