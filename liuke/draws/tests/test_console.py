"""The pages of staff: a draw is written, refused, published, watched, checked."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from liuke.draws.models import Draw, Prize, Ticket
from liuke.draws.tests.builders import budget, customer, draft, play, prizes, published
from liuke.loyalty.models import RuleVersion
from liuke.loyalty.services import benefits, ruling
from liuke.loyalty.services.awarding import award
from liuke.loyalty.tests.builders import paid, terms
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
HOME = "/console/draws/"


def form(lines, **changes):
    now = timezone.localtime()
    said = {"name": "周年庆转盘", "look": "wheel", "opens_at": (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
            "closes_at": (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"), "free_a_day": "1", "most_a_day": "0",
            "most": "0", "rules": "每天一次", "contact": "小满母婴", "prize-TOTAL_FORMS": str(len(lines)),
            "prize-INITIAL_FORMS": "0", **changes}
    for at, line in enumerate(lines):
        said |= {f"prize-{at}-{name}": value for name, value in line.items()}
    return said


def lines(**changes):
    return [{"name": "一百积分", "kind": "points", "amount": "100", "count": "5", "odds": "0.1%", **changes},
            {"name": "谢谢参与", "kind": "nothing", "odds": "99.9%"}]


def test_an_operator_writes_publishes_and_nothing_changes_after_that(inside):
    row, operator = budget(10_000), inside(Role.OPERATOR)

    operator.post(HOME + "new/", form(lines(), points_budget=row.pk))
    draw = Draw.objects.get()
    operator.post(f"{HOME}{draw.pk}/publish/")

    first, second = Prize.objects.order_by("position")
    assert (first.name, Fraction(first.numerator, first.denominator), first.count, first.fallback) == (
        "一百积分", Fraction(1, 1000), 5, 2)
    assert (second.count, second.fallback) == (None, None)
    draw.refresh_from_db()
    assert draw.state == "published"
    shown = operator.get(f"{HOME}{draw.pk}/").content.decode()
    assert draw.seed_hash in shown
    assert "0.1%" in shown
    assert "抽奖已经公示，不能再更改（G15" in operator.get(f"{HOME}{draw.pk}/change/", follow=True).content.decode()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "draws.console.pages.draw_new", "draws.console.pages.draw_publish"]


@pytest.mark.parametrize(("line", "more", "says"), [
    ({"odds": "0.2%"}, {}, "概率之和多出 0.1%"),
    ({"odds": "lots"}, {}, "概率请写成 1/1000"),
    ({"count": "0"}, {}, "请填写大于 0 的整数"),
    ({"amount": ""}, {}, "请填写大于 0 的整数"),
    ({"kind": "cash", "amount": "0.5"}, {}, "G20"),
    ({"fallback": "1"}, {}, "会发完的奖品要写明"),
    ({}, {"rules": "转发到朋友圈后可抽"}, "G16"),
    ({}, {"closes_at": "2020-01-01T00:00"}, "结束要晚于开始"),
])
def test_what_cannot_be_saved_is_said_and_kept(inside, line, more, says):
    answer = inside(Role.OPERATOR).post(HOME + "new/", form(lines(**line), points_budget=budget().pk, **more))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "周年庆转盘" in answer.content.decode()
    assert not Draw.objects.exists()


@pytest.mark.parametrize(("more", "says"), [({"contact": ""}, "G15"), ({"points_budget": ""}, "G15")])
def test_what_the_public_must_know_is_asked_for_when_publishing(inside, more, says):
    operator = inside(Role.OPERATOR)
    operator.post(HOME + "new/", form(lines(), **{"points_budget": budget().pk, **more}))

    answer = operator.post(f"{HOME}{Draw.objects.get().pk}/publish/", follow=True)

    assert says in answer.content.decode()
    assert Draw.objects.get().state == "draft"


def test_a_draft_is_changed_and_deleted(inside):
    draw, operator = draft(), inside(Role.OPERATOR)

    assert 'value="双十一转盘"' in operator.get(f"{HOME}{draw.pk}/change/").content.decode()
    operator.post(f"{HOME}{draw.pk}/change/", form(lines(), points_budget=budget().pk))
    assert Draw.objects.get().name == "周年庆转盘"
    operator.post(f"{HOME}{draw.pk}/drop/")
    assert not Draw.objects.exists()


def test_live_numbers_winners_check_and_another_try(inside, monkeypatch):
    draw, ann = published(prizes=prizes(odds=Fraction(1))), customer(name="王小满")
    kind = benefits.benefit_of("points")
    with monkeypatch.context() as patch:
        patch.setattr(kind, "give", lambda gifts, *, now: ["budget"])
        ticket = play(draw, ann)
        settle()
    operator = inside(Role.OPERATOR)

    assert "去处理" in operator.get(f"{HOME}{draw.pk}/numbers/").content.decode()
    assert "王小满" in operator.get(f"{HOME}{draw.pk}/winners/").content.decode()
    operator.post(f"{HOME}{draw.pk}/winners/{ticket.pk}/deliver/")
    assert Ticket.objects.get().delivery == "done"
    assert "每一次结果都能由密钥重算出来" in operator.get(f"{HOME}{draw.pk}/check/").content.decode()
    assert "参加抽奖" in operator.get(f"/console/customers/{ann.pk}/").content.decode()


def test_a_draw_is_stopped_with_a_reason(inside):
    draw, operator = published(opens_at=timezone.now() + timedelta(hours=1),
                               closes_at=timezone.now() + timedelta(hours=9)), inside(Role.OPERATOR)

    operator.post(f"{HOME}{draw.pk}/stop/", {"reason": " "})
    assert Draw.objects.get().state == "published"
    operator.post(f"{HOME}{draw.pk}/stop/", {"reason": "奖品有质量问题"})

    assert Draw.objects.get().state == "ended"
    assert "奖品有质量问题" in operator.get(f"/draws/{draw.number}/").content.decode()


def test_a_rule_gives_tickets_of_a_draw_that_is_chosen_in_its_form(inside):
    now = timezone.now()
    draw, ann = published(now=now, opens_at=now + timedelta(hours=1), closes_at=now + timedelta(days=9)), customer()
    shown = inside(Role.OPERATOR).get("/console/loyalty/rules/new/").content.decode()
    assert f"双十一转盘 ({draw.number})" in shown

    with pytest.raises(benefits.BadDetails):
        ruling.write_rule(name="送抽奖", now=now, terms=terms(benefit="draw_ticket", amount="2", starts_at=now,
                                                           details={"draw": 0}))
    ruling.write_rule(name="送抽奖", now=now, terms=terms(benefit="draw_ticket", amount="2", starts_at=now,
                                                       details={"draw": draw.pk}))
    award(facts=[paid(ann, 10_000, at=now)], now=now)

    assert list(Ticket.objects.values_list("customer_id", "source")) == [(ann.pk, "rule")] * 2
    assert RuleVersion.objects.get().details == {"draw": draw.pk}


@pytest.mark.parametrize("path", ["", "1/winners/"])
def test_empty_pages_say_what_they_are_for(inside, path):
    if path:
        path = f"{draft().pk}/winners/"

    assert 'class="empty' in inside().get(HOME + path).content.decode()


@pytest.mark.parametrize(("role", "path", "status"), [
    (Role.OPERATOR, "new/", 200), (Role.FINANCE, "new/", 403), (Role.AGENT, "", 200), (Role.SUPPLIER, "", 403),
])
def test_who_may_look_and_write(inside, role, path, status):
    assert inside(role).get(HOME + path).status_code == status

