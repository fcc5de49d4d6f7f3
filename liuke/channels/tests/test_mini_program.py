"""The real adapter against the fake WeChat."""

import pytest

from liuke.channels.errors import ChannelError
from liuke.channels.fakes.mini_program import FakeMiniProgram

PAGE = "pages/welcome"


@pytest.fixture
def wechat():
    return FakeMiniProgram()


def test_codes_come_with_one_token_until_it_ends(wechat):
    now = [0.0]
    line = wechat.line(clock=lambda: now[0])

    first = line.code(scene="Ab3_-x", page=PAGE)
    line.code(scene="s" * 32, page=PAGE)
    assert (wechat.tokens, wechat.pictures, first.endswith(b"Ab3_-x")) == (
        1, [("Ab3_-x", PAGE), ("s" * 32, PAGE)], True)
    now[0] = 7_100.0
    line.code(scene="again", page=PAGE)

    assert wechat.tokens == 2


def test_a_token_that_somebody_else_has_ended_is_asked_for_anew_once(wechat):
    line = wechat.line()
    line.code(scene="one", page=PAGE)
    assert line.phone_of(wechat.shows("13800138000")) == "+8613800138000"

    wechat.end_token()
    line.code(scene="two", page=PAGE)
    wechat.end_token()

    assert line.phone_of(wechat.shows("13900139000")) == "+8613900139000"
    assert ([scene for scene, _page in wechat.pictures], wechat.tokens) == (["one", "two"], 3)


@pytest.mark.parametrize(("trouble", "permanent", "code"), [
    ({"busy": 1}, False, "-1"), ({"down": True}, False, "no_answer"), ({"secret": "changed"}, True, "40125"),
], ids=["busy", "down", "wrong-secret"])
def test_what_wechat_refuses_says_whether_to_ask_again(wechat, trouble, permanent, code):
    line = wechat.line(secret=trouble.pop("secret", ""))
    for name, value in trouble.items():
        setattr(wechat, name, value)

    with pytest.raises(ChannelError) as error:
        line.code(scene="one", page=PAGE)

    assert (error.value.permanent, error.value.code) == (permanent, code)


@pytest.mark.parametrize("scene", ["", "s" * 33, "a b", "一"], ids=["empty", "long", "blank", "chinese"])
def test_a_scene_that_wechat_does_not_take_never_leaves(wechat, scene):
    with pytest.raises(AssertionError):
        wechat.line().code(scene=scene, page=PAGE)

    assert wechat.pictures == []


def test_a_code_tells_who_it_is_once(wechat):
    line, code = wechat.line(), wechat.opens("o-1", "u-1")

    told = line.code2session(code)

    assert (told.openid, told.unionid) == ("o-1", "u-1")
    with pytest.raises(ChannelError) as refused:
        line.code2session(code)
    assert (refused.value.permanent, refused.value.code) == (True, "40163")
    assert code not in str(refused.value)


def test_nobody_answering_is_no_verdict_on_the_code(wechat):
    line, code = wechat.line(), wechat.opens("o-1")
    wechat.down = True

    with pytest.raises(ChannelError) as away:
        line.code2session(code)
    wechat.down = False

    assert away.value.permanent is False
    assert line.code2session(code).openid == "o-1"
