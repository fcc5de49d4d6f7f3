"""What was said is found by a part of it: whatever reading everything would find is proposed by the index."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from liuke.desk import personal
from liuke.desk.finding import around, normal, words_of
from liuke.desk.models import Message
from liuke.desk.queries import finding, inbox
from liuke.desk.queries.inbox import Ask
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, say, ticket_of

FEW = st.text(st.sampled_from("奶瓶裂了推车轮Ab１２3 ，。!ﬁé\u0301\n"), max_size=40)


@given(text=FEW, asked=FEW)
def test_whatever_reading_finds_is_proposed(text, asked):
    words = words_of(asked)
    wanted = finding.marks_of(" ".join(words))

    if words and all(word in normal(text) for word in words):
        assert set(wanted) <= set(finding.marks_of(text))
        assert 0 < len(around(text, words)) <= 62


@pytest.mark.django_db
def test_agents_find_a_matter_by_what_was_said_in_it_with_the_words_around():
    who = customer(name="王小满")
    ticket = ticket_of(say(who, "你好", thread="a"))
    say(who, "推车的左前轮裂了，ＡＢ-77 那一批的，才用了一个月，能换新的吗", thread="a", at=after(1))
    other = ticket_of(say(customer(), "轮子很好，没有裂", thread="b"))
    answer(other, agent(), "谢谢您的夸奖", at=after(2))

    def found(text):
        return {row.ticket.pk: row.said for row in inbox.page(Ask(list="", text=text)).rows}

    assert set(found("裂了")) == {ticket.pk}
    assert "左前轮裂了" in found("前轮")[ticket.pk]
    assert set(found("ab-77 推车")) == set(found("ab-77")) == {ticket.pk}
    assert set(found("夸奖")) == {other.pk}
    assert set(found("轮")) == set(found("了裂")) == set(found("！！")) == set()


@pytest.mark.django_db
def test_what_is_forgotten_is_not_found_any_more():
    who = customer()
    say(who, "地址是幸福路 12 号")
    assert finding.said("幸福路")

    with transaction.atomic():
        personal.blank([who.pk], NOW)

    assert finding.said("幸福路") == {}
    assert Message.objects.get().marks == []
