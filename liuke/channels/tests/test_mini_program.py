import pytest

from liuke.channels.errors import ChannelError
from liuke.channels.fakes.mini_program import FakeMiniProgram
from liuke.channels.mini_program import App, MiniProgram

PAGE = "pages/welcome/index"


@pytest.fixture
def wechat():
    return FakeMiniProgram()


def line_to(wechat, *, secret=None, clock=lambda: 0.0):
    return MiniProgram(App(wechat.appid, secret or wechat.secret), client=wechat.client(), clock=clock)


def test_codes_come_with_one_token_until_it_ends(wechat):
    now = [0.0]
    line = line_to(wechat, clock=lambda: now[0])

    first = line.code(scene="Ab3_-x", page=PAGE)
    line.code(scene="s" * 32, page=PAGE)
    assert (wechat.tokens, wechat.codes, first.endswith(b"Ab3_-x")) == (1, [("Ab3_-x", PAGE), ("s" * 32, PAGE)], True)
    now[0] = 7_100.0
    line.code(scene="again", page=PAGE)

    assert wechat.tokens == 2


def test_a_token_that_somebody_else_has_ended_is_asked_for_anew_once(wechat):
    line = line_to(wechat)
    line.code(scene="one", page=PAGE)
    wechat.end_token()

    line.code(scene="two", page=PAGE)

    assert [scene for scene, _page in wechat.codes] == ["one", "two"]


@pytest.mark.parametrize(("trouble", "permanent", "code"), [
    ({"busy": 1}, False, "-1"), ({"down": True}, False, "no_answer"), ({"secret": "changed"}, True, "40125"),
], ids=["busy", "down", "wrong-secret"])
def test_what_wechat_refuses_says_whether_to_ask_again(wechat, trouble, permanent, code):
    line = line_to(wechat)
    for name, value in trouble.items():
        setattr(wechat, name, value)

    with pytest.raises(ChannelError) as error:
        line.code(scene="one", page=PAGE)

    assert (error.value.permanent, error.value.code) == (permanent, code)


@pytest.mark.parametrize("scene", ["", "s" * 33, "a b", "一"], ids=["empty", "long", "blank", "chinese"])
def test_a_scene_that_wechat_does_not_take_never_leaves(wechat, scene):
    with pytest.raises(AssertionError):
        line_to(wechat).code(scene=scene, page=PAGE)

    assert wechat.codes == []
