"""Customers help each other: with consent, seen by staff first, rewarded within limits that farming does not pay."""

from datetime import timedelta

import pytest
from django.db import transaction

from liuke.customers.tests.builders import make_customer
from liuke.desk.tests.rows import NOW, agent
from liuke.kit.errors import BadInput, NotYours
from liuke.knowledge import rules
from liuke.knowledge.models import Answer, Question
from liuke.knowledge.queries import peers as reading
from liuke.knowledge.services import peers
from liuke.knowledge.services.peers import AlreadyAccepted, NotAgreed, OwnQuestion, TooMuchToday
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


@transaction.atomic
def asked(who=None, text="推车怎么折叠？", *, key="q1", now=NOW, shown=True, **more):
    row = peers.ask(customer_id=(who or make_customer()).pk, text=text, agreed=True, key=key, now=now, **more)
    if shown:
        peers.review(staff_id=1, show=True, question_id=row.pk)
    row.refresh_from_db()
    return row


@transaction.atomic
def answered(question, who=None, text="先按红色按钮", *, key="a1", now=NOW, shown=True):
    row = peers.answer(question_id=question.pk, customer_id=(who or make_customer()).pk, text=text, key=key, now=now)
    if shown and row.state == rules.WAITING:
        peers.review(staff_id=1, show=True, answer_id=row.pk)
    row.refresh_from_db()
    return row


@transaction.atomic
def accepted(row, *, by_asker=False, now=NOW):
    who = {"asker_id": row.question.customer_id} if by_asker else {"staff_id": agent().pk}
    return peers.accept(answer_id=row.pk, now=now, **who)


def earned():
    return Fact.objects.filter(kind="AnswerAccepted").count()


def test_a_question_needs_consent_and_is_seen_by_staff_before_others_see_it():
    who = make_customer(name="王小满")
    with pytest.raises(NotAgreed), transaction.atomic():
        peers.ask(customer_id=who.pk, text="在吗", agreed=False, key="k", now=NOW)

    row = asked(who, shown=False)

    other = make_customer()
    assert reading.questions(reader_id=other.pk)[0] == []
    assert [each.waiting for each in reading.questions(reader_id=who.pk, mine=True)[0]] == [True]
    with transaction.atomic():
        peers.review(staff_id=1, show=True, question_id=row.pk)
    (shown,) = reading.questions(reader_id=other.pk, text="折叠")[0]
    assert (shown.by, shown.mine) == ("王**", False)


def test_danger_is_not_for_others_to_answer_and_the_same_key_is_the_same_question():
    who = make_customer()
    with pytest.raises(BadInput), transaction.atomic():
        peers.ask(customer_id=who.pk, text="孩子误食了电池怎么办", agreed=True, key="k", now=NOW)

    assert asked(who, key="same").pk == asked(who, key="same").pk
    assert Question.objects.count() == 1


def test_a_new_helpers_words_wait_and_a_trusted_ones_are_shown_at_once():
    helper = make_customer()
    first = answered(asked(), helper, shown=False)
    assert first.state == rules.WAITING
    with transaction.atomic():
        peers.review(staff_id=1, show=True, answer_id=first.pk)
    first.refresh_from_db()
    accepted(first)

    assert answered(asked(key="q2"), helper, key="a2", shown=False).state == rules.OPEN
    hidden = answered(asked(key="q3"), helper, key="a3")
    with transaction.atomic():
        peers.review(staff_id=1, show=False, answer_id=hidden.pk)
    assert answered(asked(key="q4"), helper, key="a4", shown=False).state == rules.WAITING     # trust is gone


def test_an_accepted_answer_earns_once_and_no_second_one_is_accepted():
    question = asked()
    best, other = answered(question), answered(question, key="a2")

    assert accepted(best).unrewarded == ""
    accepted(best)
    with pytest.raises(AlreadyAccepted):
        accepted(other)

    fact = Fact.objects.get(kind="AnswerAccepted")
    assert (fact.customer_id, fact.data) == (best.customer_id, {"answer_id": best.pk, "question_id": question.pk})
    assert reading.question(question.pk, reader_id=None).answers[0].accepted is True


def test_only_who_asked_or_staff_accept_and_an_asker_who_never_bought_rewards_nobody():
    question = asked()
    row = answered(question)
    with pytest.raises(NotYours), transaction.atomic():
        peers.accept(answer_id=row.pk, asker_id=make_customer().pk, now=NOW)

    assert accepted(row, by_asker=True).unrewarded == "asker_never_bought"
    assert (earned(), Question.objects.get().solved) == (0, True)


def test_two_who_take_turns_earn_once_in_ninety_days():
    one, two = make_customer(), make_customer()
    accepted(answered(asked(one), two))
    back = accepted(answered(asked(two, key="q2"), one, key="a2"))
    later = NOW + rules.SAME_PAIR_AGAIN + timedelta(days=1)
    again = accepted(answered(asked(one, key="q3", now=later), two, key="a3", now=later), now=later)

    assert (back.unrewarded, again.unrewarded, earned()) == ("same_pair", "", 2)


def test_a_week_has_room_for_five_rewards():
    helper = make_customer()
    rows = [accepted(answered(asked(key=f"q{number}"), helper, key=f"a{number}")) for number in range(7)]

    assert [row.unrewarded for row in rows] == [""] * rules.REWARDED_A_WEEK + ["week_full"] * 2


def test_nobody_answers_themselves_or_in_bulk():
    who, helper = make_customer(), make_customer()
    with pytest.raises(OwnQuestion):
        answered(asked(who), who)
    for number in range(rules.ANSWERS_A_DAY):
        answered(asked(key=f"q{number}"), helper, key=f"a{number}")
    with pytest.raises(TooMuchToday):
        answered(asked(key="more"), helper, key="more")
    assert answered(asked(key="next"), helper, key="next", now=NOW + timedelta(days=2)).pk


def test_votes_count_by_trust_and_once():
    helper, voter = make_customer(), make_customer()
    accepted(answered(asked(key="q0"), voter, key="a0"))                  # so the voter's trust is one
    row = answered(asked(key="q1"), helper)
    with transaction.atomic():
        for who in (voter, voter, make_customer()):
            peers.vote(answer_id=row.pk, customer_id=who.pk)
        with pytest.raises(NotYours):
            peers.vote(answer_id=row.pk, customer_id=helper.pk)

    assert Answer.objects.get(pk=row.pk).votes == 3


def test_staff_see_what_waits_and_decide(client):
    mei, question = agent(), asked(shown=False)
    client.force_login(mei)

    assert "推车怎么折叠？" in client.get("/console/help/peers/").content.decode()
    client.post(f"/console/help/peers/question/{question.pk}/", {"do": "show"})
    row = answered(question)
    client.post(f"/console/help/peers/answer/{row.pk}/", {"do": "accept"})

    assert (Question.objects.get().state, earned()) == (rules.OPEN, 1)
