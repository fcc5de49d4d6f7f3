"""Fault help proposes what solved such matters, says what it came from, and learns from what staff say."""

import pytest
from django.db import transaction

from liuke.customers.models import Customer
from liuke.desk.models import Ticket
from liuke.desk.services import tickets
from liuke.desk.services.products import BY_STAFF, say_product
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, say, ticket_of
from liuke.kit.errors import BadInput, NotYours
from liuke.knowledge import rules
from liuke.knowledge.models import Advice, Solution
from liuke.knowledge.queries import faults
from liuke.knowledge.rules import Source
from liuke.knowledge.services import articles as writing
from liuke.knowledge.services import faults as learning
from liuke.knowledge.services.articles import Words
from liuke.mall.models import RepairQuote, Return
from liuke.mall.tests.builders import line, product, sku
from liuke.org.tests.builders import staff
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
LEAK = "保温杯的杯盖漏水，倒过来就滴"


@pytest.fixture
def mei():
    return agent(name="小美")


@transaction.atomic
def solved(text, words, mei, *, tag="", name=""):
    ticket = ticket_of(say(customer(name=name), text))
    if tag:
        tickets.tag(ticket_id=ticket.pk, name=tag, staff_id=mei.pk, now=NOW)
    answer(ticket, mei, words, at=after(2), state="solved")
    learning.learn(ticket_id=ticket.pk, now=after(3))
    return Ticket.objects.get(pk=ticket.pk)


@transaction.atomic
def article(title, body, mei, **more):
    row = writing.save_article(words=Words(title=title, body=body, **more), staff_id=mei.pk, now=NOW)
    return writing.publish(article_id=row.pk, published=True, staff_id=mei.pk, now=NOW)


@transaction.atomic
def advise(ticket, mei, suggestion, useful):
    return learning.advise(ticket_id=ticket.pk, staff_id=mei.pk, kind=suggestion.kind, source_id=suggestion.id,
                           useful=useful, now=after(9))


def helped(ticket, mei):
    return faults.help_for(ticket, staff_id=mei.pk)


def test_what_solved_a_like_matter_comes_first_with_its_evidence_and_without_the_others_name(mei):
    like = solved("杯盖漏水，杯子倒过来会滴水", "王小满您好，请把密封圈翻面装回，漏水就停了", mei, tag="密封圈",
                  name="王小满")
    solved("快递三天没有动了", "已催快递", mei)
    article("杯盖漏水怎么办", "检查密封圈是否装反。", mei, cause="密封圈", reply="请检查密封圈。")
    ticket = ticket_of(say(customer(), LEAK))

    told = helped(ticket, mei)

    assert {each.kind for each in told.suggestions} == {"ticket", "article"}
    (evidence,) = [each for each in told.suggestions if each.kind == "ticket"]
    assert (evidence.number, evidence.words) == (like.number, "您好，请把密封圈翻面装回，漏水就停了")
    assert told.causes == (("密封圈", 100),)
    assert all(each.likeness >= 100 * rules.LEAST_LIKENESS for each in told.suggestions)


def test_a_matter_never_proposes_itself_and_nothing_said_proposes_nothing(mei):
    ticket = solved(LEAK, "请换密封圈", mei)

    assert helped(ticket, mei).suggestions == ()
    assert helped(ticket_of(say(customer(), "？")), mei).suggestions == ()


def test_the_ranking_learns_from_what_staff_say_and_the_last_word_counts(mei):
    first = solved(LEAK, "办法一", mei)
    second = solved(LEAK, "办法二", mei)
    ticket = ticket_of(say(customer(), LEAK))
    order = [each.number for each in helped(ticket, mei).suggestions]
    assert sorted(order) == sorted([first.number, second.number])
    last = helped(ticket, mei).suggestions[1]

    advise(ticket, mei, last, True)
    advise(ticket, staff("lan"), last, True)

    best = helped(ticket, mei).suggestions[0]
    assert (best.number, best.useful, best.mine) == (last.number, 2, True)
    advise(ticket, mei, best, False)
    assert Advice.objects.filter(staff=mei).count() == 1
    assert [each.mine for each in helped(ticket, mei).suggestions if each.number == last.number] == [False]


def test_what_was_reopened_or_rated_low_counts_less(mei):
    good, bad = solved(LEAK, "办法一", mei), solved(LEAK, "办法二", mei)
    Solution.objects.filter(ticket=good).update(score=5)
    Solution.objects.filter(ticket=bad).update(score=1)
    ticket = ticket_of(say(customer(), LEAK))

    assert [each.number for each in helped(ticket, mei).suggestions] == [good.number, bad.number]


def test_the_goods_that_staff_named_go_before_what_else_the_customer_has(mei):
    named, owned = product(), product()
    answers = {}
    for goods, words in ((named, "请把密封圈翻面装回"), (owned, "请寄回来换一个杯盖")):
        ticket = ticket_of(say(customer(), LEAK))
        with transaction.atomic():
            say_product(ticket_id=ticket.pk, product_id=goods.pk, said_by=BY_STAFF, now=NOW)
            answer(ticket, mei, words, at=after(2), state="solved")
            learning.learn(ticket_id=ticket.pk, now=after(3))
        answers[goods.pk] = words
    who = Customer.objects.get(pk=line(sku(of=owned), by=customer()).order.customer_id)
    ticket = ticket_of(say(who, LEAK))
    assert helped(ticket, mei).suggestions[0].words == answers[owned.pk]

    with transaction.atomic():
        say_product(ticket_id=ticket.pk, product_id=named.pk, said_by=BY_STAFF, now=NOW)

    told = helped(ticket, mei).suggestions
    assert [(each.words, each.product) for each in told] == [(answers[named.pk], True), (answers[owned.pk], False)]


def test_what_an_earlier_repair_of_this_customer_found_is_the_likelier_cause(mei):
    solved(LEAK, "请换密封圈", mei, tag="密封圈")
    solved(LEAK, "请寄回换杯盖", mei, tag="杯盖变形")
    bought = line(sku(), by=customer())
    ticket = ticket_of(say(bought.order.customer, LEAK))
    before = dict(helped(ticket, mei).causes)
    earlier = Return.objects.create(number="R1", key="r1", order=bought.order, customer=bought.order.customer,
                                    kind="repair", reason="quality", state="closed", asked_at=NOW)
    RepairQuote.objects.create(request=earlier, diagnosis="杯盖变形\n已寄回", amount_fen=0, under_warranty=True,
                               quoted_at=NOW)

    told = helped(ticket, mei)

    assert before["密封圈"] == before["杯盖变形"]
    assert told.suggestions[0].cause == "杯盖变形"
    assert dict(told.causes)["杯盖变形"] > before["杯盖变形"]


def test_a_farewell_is_never_proposed_as_what_helped(mei):
    who = customer()
    ticket = ticket_of(say(who, LEAK))
    for minute, (by, text) in enumerate((
            (mei, "您好，是什么时候买的呢？"), (who, "上周买的"), (mei, "请把密封圈翻面装回，漏水就停了。"),
            (who, "好的，谢谢您"), (mei, "好的亲，麻烦打个分支持一下我们店铺的小伙伴"),
            (mei, "不客气，祝您生活愉快！"))):
        if by == who:
            say(who, text, at=after(minute))
        else:
            answer(ticket, mei, text, at=after(minute), state="solved")
    polite = solved(LEAK, "感谢您的反馈，祝您生活愉快", mei, tag="密封圈")
    settle()

    told = {each.number: each.words for each in helped(ticket_of(say(customer(), LEAK)), mei).suggestions}

    assert told == {ticket.number: "请把密封圈翻面装回，漏水就停了。", polite.number: ""}


T, C = rules.Turn(True, "请更换阀门再试一次"), rules.Turn(False, "还是漏水")
OK = rules.Turn(False, "谢谢", thanks=True)


@pytest.mark.parametrize(("turns", "at"), [
    ([], None), ([C], None), ([C, T], 1), ([C, T, OK, rules.Turn(True, "我们店里还有别的阀门可以看看")], 1),
    ([C, T, OK, C, rules.Turn(True, "已经给您补寄一副新的阀门")], 4), ([C, OK, T], 2),
    ([C, T, rules.Turn(True, "您试过了吗，现在还漏吗？")], 1), ([C, rules.Turn(True, "请问是哪一天买的呢？")], 1),
    ([C, rules.Turn(True, "You're welcome, have a nice day")], None), ([C, T, rules.Turn(True, "好的")], 1),
    ([C, rules.Turn(True, "感谢反馈，阀门有问题，已为您补寄一副")], 1),
], ids=range(11))
def test_which_turn_solved_a_matter(turns, at):
    assert rules.solving(turns) == at


def test_solving_and_reopening_reach_the_index_by_the_facts(mei):
    who = customer()
    ticket = ticket_of(say(who, LEAK))
    answer(ticket, mei, "请换密封圈", at=after(2), state="solved")
    settle()
    assert Solution.objects.get().reopened is False

    say(who, "还是漏，没有解决", at=after(30))
    settle()

    assert Solution.objects.get().reopened is True


def test_advice_about_nothing_is_refused(mei):
    ticket = ticket_of(say(customer(), LEAK))
    for kind, error in (("book", BadInput), ("article", NotYours)):
        with pytest.raises(error), transaction.atomic():
            learning.advise(ticket_id=ticket.pk, staff_id=mei.pk, kind=kind, source_id=7, useful=True, now=NOW)


def test_rarer_words_tell_more_and_likeness_lies_between_nothing_and_one():
    weighed = rules.weights([1, 2], {1: 90, 2: 1}, 100)

    assert weighed[2] > weighed[1] > 0
    assert rules.likeness(weighed, [2]) > rules.likeness(weighed, [1]) > rules.likeness(weighed, [3]) == 0
    assert rules.likeness(weighed, [1, 2]) == 1
    told_around = rules.weights([1, 2, *range(10, 30)], {1: 90, 2: 1}, 100)
    assert rules.likeness(told_around, [2], {1, 2}) > rules.LEAST_LIKENESS > rules.likeness(told_around, [1], {1, 2})
    assert rules.likeness(told_around, [2], {1, 2}) < rules.likeness(told_around, [2, 10], {1, 2}) < 1
    assert rules.likeness(weighed, range(3_000)) < 1


def test_what_a_source_is_worth_goes_by_product_outcome_and_advice():
    plain = rules.worth(Source(marks=()), 1.0, {7})

    assert plain == 1
    assert rules.worth(Source(marks=(), product_ids=[7]), 1.0, {7}) == 1.5
    assert rules.worth(Source(marks=(), product_ids=[8]), 1.0, {7}) == 0.5
    assert rules.worth(Source(marks=(), useful=3), 1.0, {7}) == pytest.approx(1.6)
    assert rules.worth(Source(marks=(), useless=3), 1.0, {7}) == pytest.approx(0.4)
    assert rules.worth(Source(marks=(), score=5, reopened=True), 1.0, {7}) == pytest.approx(0.84)


def test_the_panel_beside_a_ticket_offers_the_words_and_takes_advice(client, mei):
    solved(LEAK, "请换密封圈", mei, tag="密封圈")
    ticket = ticket_of(say(customer(), LEAK))
    client.force_login(mei)

    page = client.get(f"/console/help/faults/{ticket.number}/").content.decode()
    source = Solution.objects.get().pk
    again = client.post(f"/console/help/faults/{ticket.number}/advise/",
                        {"kind": "ticket", "source": source, "useful": "yes"})

    assert 'data-insert="请换密封圈"' in page
    assert "密封圈 100%" in page
    assert 'aria-pressed="true"' in again.content.decode()
    assert Advice.objects.get().useful is True
