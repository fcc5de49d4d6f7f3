"""A simulated customer answers by rules, and the score follows from the talk alone."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.training import drills
from liuke.training.drills import BadScript, Said
from liuke.training.examples import BLANK, LATE, RASH

SCRIPTS = {"blank": BLANK, "rash": RASH, "late": LATE}
WORDS = ("对不起", "孩子现在怎么样", "请先停用", "去医院看看", "请拍一下批号", "我给您全额退款",
         "今天请品控核实，明天答复您", "您使用不当", "没事的", "？", "ＯＫ", "催快递", "嘉兴", "补发", "周五联系您")


def script(name="rash", **changes):
    return drills.script_of(json.dumps({**SCRIPTS[name], **changes}, ensure_ascii=False))


def played(texts, seconds=10, name="rash"):
    return drills.play(script(name), [Said(text, seconds) for text in texts])


WELL = ["非常抱歉，宝宝现在怎么样，有没有发热？", "请先停用，严重的话去医院，费用我们承担。", "请拍一下包装上的批号。",
        "我先给您全额退款。", "批号已请品控核实，今天下班前答复您。"]


def test_a_talk_that_does_all_it_should_has_all_the_points():
    told = played(WELL)

    assert (told.score, told.end, told.passed) == (100, "satisfied", True)
    assert [(mark.got, mark.at) for mark in told.marks] == [(10, 1), (25, 1), (20, 2), (10, 2), (15, 3), (20, 5)]
    assert told.answers[0] == ("没发烧，就是红，洗澡的时候会哭。",)
    assert len(told.answers[1]) == 2                     # one message that did two things


def test_money_before_people_and_blame_cost_mood_until_the_customer_leaves():
    told = played(["我给您退款", "不可能是我们的问题，您使用不当", "退款吧"])

    assert (told.end, told.passed) == ("left", False)
    assert told.answers[1][0] == "你的意思是我没照顾好孩子？"
    assert [mark.name for mark in told.marks if mark.kind == "fault"] == ["推给客户"]


def test_who_lets_the_customer_wait_loses_points_and_is_asked_again():
    slow = played(WELL, seconds=91)

    assert (slow.score, slow.end) == (75, "satisfied")
    assert drills.lines(script(), [Said("在的", 91)])[1] == ("customer", "人呢？？")


def test_case_width_and_blanks_do_not_matter():
    assert drills.plain(" Ｓｏ　ＲＲy ") == drills.plain("sorry")


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(SCRIPTS)), st.lists(st.tuples(
    st.one_of(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join), st.text(max_size=30)),
    st.integers(0, 400)), max_size=16))
def test_any_talk_ends_scores_within_bounds_and_never_changes_what_was_said(name, talk):
    of, said = script(name), [Said(text, seconds) for text, seconds in talk]

    whole = drills.play(of, said)

    assert 0 <= whole.score <= 100
    assert len(whole.answers) == len(said)
    assert whole.end or len(said) < of.turns
    assert not whole.passed or (whole.end == "satisfied" and whole.score >= of.passes)
    points = sum(mark.of for mark in whole.marks)
    assert points == sum(goal.points for goal in of.goals)
    assert whole.score == min(max(100 * sum(mark.got for mark in whole.marks) // points, 0), 100)
    for count in range(len(said)):
        assert drills.play(of, said[:count]).answers == whole.answers[:count]


@pytest.mark.parametrize(("path", "value", "where"), [
    (("rules",), [], "rules"), (("rules", 0, "needs"), ["没有这个标记"], "flag"),
    (("goals", 0, "points"), -5, "goals.0"),
    (("goals", 0, "flag"), "问人", "goals.0"), (("persona", "mood"), 99, "persona.mood"), (("typo",), 1, "typo"),
    (("rules", 0, "said"), [[" "]], "said"), (("faults", 0, "said"), [], "faults"), (("turns",), 10**9, "turns"),
], ids=["no rules", "unknown flag", "negative", "two ways", "mood", "unknown", "blank word", "fault", "turns"])
def test_a_script_that_cannot_be_played_is_refused_with_the_place(path, value, where):
    wrong = copy.deepcopy(RASH)
    at = wrong
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value

    with pytest.raises(BadScript, match=where):
        drills.script_of(json.dumps(wrong))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "[" * 5000],
                         ids=["empty", "open", "list", "null", "text", "deep"])
def test_what_is_no_script_is_refused(text):
    with pytest.raises(BadScript):
        drills.script_of(text)


def test_a_script_without_a_good_end_is_refused():
    wrong = copy.deepcopy(BLANK)
    wrong["rules"][-1]["ends"] = ""

    with pytest.raises(BadScript, match="satisfied"):
        drills.script_of(json.dumps(wrong))
