"""Words say what a ticket is about, whether it is dangerous and whether anything is asked at all."""

import time

import pytest

from liuke.desk.triage import (
    KINDS,
    MATRIX,
    RISKS,
    SEVERITY_OF,
    TIERS,
    Priority,
    Severity,
    TicketKind,
    judged,
    only_thanks,
    ranked,
)


@pytest.mark.parametrize(("words", "risk", "word"), [
    ("充电器冒烟了，太危险", "safety", "冒烟"), ("宝宝起疹子了", "safety", "起疹"),
    ("My son had an ALLERGIC reaction", "safety", "allergic"),
    ("再不处理我就打12315", "legal", "12315"), ("我要找记者曝光你们", "media", "记者"),
    ("要找律师，孩子受伤了", "safety", "受伤"), ("请问什么时候发货", None, ""),
    ("The charger caught fire last night", "safety", "caught fire"),
    ("It started a fire in our kitchen", "safety", "fire"),
    ("奶奶摔伤了", "safety", "摔伤"), ("额头磕破了一块", "safety", "磕破"), ("果冻把人噎住了", "safety", "噎"),
    ("孩子从餐椅上摔了下来", "safety", "孩子 摔了"), ("我家娃的手被桌腿夹住", "safety", "娃 夹住"),
    ("My kid was hurt by it", "safety", "kid hurt"), ("this toy hurt my daughter", "safety", "hurt daughter"),
    ("我要曝光！宝宝吃完吐了", "safety", "宝宝 吐了"), ("我家宝贝从上面摔下来", "safety", "我家宝贝 摔下"),
    ("my son fell off the chair", "safety", "son fell off"), ("my child's finger was hurt", "safety", "child hurt"),
], ids=["smoke", "rash", "english", "hotline", "press", "safety before law", "nothing", "caught fire", "a fire",
        "fall", "bump", "choking", "child fell", "child pinched", "child hurt", "hurt child", "child before press",
        "my treasure fell", "son fell", "finger hurt"])
def test_danger_is_found_by_words(words, risk, word):
    assert (judged(words).risk, judged(words).word) == (risk, word)


@pytest.mark.parametrize("words", [
    "孩子很喜欢，谢谢", "给宝宝买的，屏幕摔过的可以换吗", "这个杯子摔了一下也没坏", "今年这款太火了",
    "孩子用着好。纸箱角上磕了一下", "孩子很喜欢", "火了", "fire sale", "给孩子买的，很好", "宝贝收到了，盒子摔了一个角",
    "亲，宝贝卡住了打不开", "the wheel of my kid's car fell off", "The baby seat lost a screw and fell over",
    "the fire tablet", "the fire hydrant toy is missing",
    "Is there a fire sale this week?", "a fire pit for the garden", "my baby fell asleep in it", "such a cute kid",
    "price cut for kids",
    "It hurts that you raised the price", "the person who sold it to my son was kind", "a firewall setting",
])
def test_what_only_sounds_like_danger_calls_nobody_out(words):
    assert judged(words).risk is None


@pytest.mark.parametrize(("words", "kind"), [
    ("快递三天没动了，物流查不到", "logistics"), ("这个怎么安装啊", "usage"), ("我想退货", "return"),
    ("衣服开线了还掉色", "quality"),
    ("保修期内能修一下吗", "repair"), ("我要投诉你们的态度", "complaint"),
    ("建议出个大号的", "suggestion"), ("在吗", None),
], ids=["logistics", "usage", "return", "quality", "repair", "complaint", "suggestion", "unsure"])
def test_a_kind_is_named_when_one_leads(words, kind):
    assert judged(words).kind == kind


def test_every_kind_has_words_or_comes_from_elsewhere_and_a_severity():
    assert set(KINDS) == set(TicketKind) - {TicketKind.MENTION}
    assert set(SEVERITY_OF) == set(TicketKind)
    assert all(word == word.lower() for words in (*RISKS.values(), *KINDS.values()) for word in words)


def test_every_severity_has_a_priority_for_every_tier_and_vip_is_never_later():
    assert set(MATRIX) == {(severity, tier) for severity in Severity for tier in TIERS}
    assert all(MATRIX[severity, "vip"] <= MATRIX[severity, "plain"] for severity in Severity)


def test_the_reason_of_a_priority_is_told():
    assert ranked(kind="usage", tier="vip") == (ranked(kind="suggestion", tier="vip"))
    assert ranked(kind="usage", tier="vip").why == "low+vip"
    assert ranked(kind="", tier="plain").priority is Priority.NORMAL
    danger = ranked(kind="usage", tier="plain", risk="safety", word="冒烟")
    assert (danger.priority, danger.why) == (Priority.URGENT, "safety:冒烟")


@pytest.mark.parametrize(("words", "thanks"), [
    ("谢谢", True), ("好的，谢谢您！", True), ("ok, thanks", True), ("👍", True), ("", False),
    ("谢谢，可是还没收到", False), ("好的，那什么时候发货", False),
], ids=["thanks", "polite", "english", "thumb", "nothing", "but", "question"])
def test_thanks_are_told_from_questions(words, thanks):
    assert only_thanks(words) is thanks


def test_no_words_take_long_to_read():
    begun = time.process_time()

    for words in ("嗯" * 29 + "?", "好的" * 14 + "?", "谢谢 " * 9 + "??", "，" * 29 + "x"):
        assert not only_thanks(words)

    assert time.process_time() - begun < 0.5
