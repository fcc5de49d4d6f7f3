"""Suggested from the days, decided by somebody else, owed in the ledger, paid with the wages."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.desk.tests.rows import NOW, agent
from liuke.ledger.models import Account
from liuke.ledger.queries import balance
from liuke.performance.models import Bonus, StaffDay
from liuke.performance.services import bonus
from liuke.performance.services.bonus import Decided, MonthRuns, NotOwn

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 8)


def worked(person, *, day=date(2026, 5, 20), **figures):
    StaffDay.objects.create(staff=person, day=day, kind="quality", **figures)


def suggest(month=MAY):
    with transaction.atomic():
        return bonus.suggest(month=month, today=JUNE, now=NOW)


def decide(row, by, **more):
    with transaction.atomic():
        return bonus.decide(bonus_id=row.pk, by_id=by.pk, now=NOW, **{"agree": True, **more})


def test_a_month_is_suggested_once_it_is_over_and_brought_up_to_date():
    ann, ben = agent("ann", role="agent"), agent("ben", role="agent")
    worked(ann, solved=40, firsts=40)
    worked(ben, answers=3)

    assert (suggest(), suggest()) == (1, 1)
    worked(ann, day=date(2026, 5, 21), solved=10)
    suggest(date(2026, 5, 31))                           # as the clock says it: the day before the first

    row = Bonus.objects.get()
    assert (row.staff, row.suggested_fen) == (ann, 100_00 + 50_00 + 50 * 50)
    with pytest.raises(MonthRuns):
        suggest(date(2026, 6, 1))


def test_what_is_approved_is_owed_in_the_ledger_until_wages_pay_it():
    ann, boss = agent("ann", role="agent"), agent("boss")
    worked(ann, solved=40)
    suggest()
    row = Bonus.objects.get()

    decide(row, boss)
    decide(row, boss)
    worked(ann, day=date(2026, 5, 30), solved=40)
    suggest()
    owed = balance(f"service_bonus:staff:{ann.pk}").posted
    with transaction.atomic():
        paid = bonus.mark_paid(month=MAY, now=NOW), bonus.mark_paid(month=MAY, now=NOW)

    assert (owed, paid) == (70_00, (1, 0))
    row.refresh_from_db()
    assert (row.state, row.fen, row.suggested_fen) == ("paid", 70_00, 70_00)
    assert balance(f"service_bonus:staff:{ann.pk}").posted == 0
    assert Account.objects.filter(purpose="service_bonus_wages").exists()


def test_nobody_decides_their_own_and_nothing_twice():
    boss, other = agent("boss"), agent("other")
    worked(boss, solved=40)
    suggest()
    row = Bonus.objects.get()

    with pytest.raises(NotOwn):
        decide(row, boss)
    decide(row, other, agree=False, note="病假一周")
    with pytest.raises(Decided):
        decide(row, other)

    assert not Account.objects.filter(purpose="service_bonus").exists()


def test_the_page_asks_for_a_reason_when_the_amount_is_another(client):
    ann, boss = agent("ann", role="agent", name="=安"), agent("boss")
    last = bonus.month_of(bonus.month_of(timezone.localdate()).replace(day=1) - timedelta(days=1))
    worked(ann, day=last, solved=40)
    client.force_login(boss)
    client.post(reverse("performance:suggest"), {"month": f"{last:%Y-%m}"})
    row = Bonus.objects.get()

    for amount in ("88.5", "9" * 30, "-1", "abc"):
        client.post(reverse("performance:decide", args=[row.pk]), {"agree": "yes", "amount": amount, "note": ""})
    assert client.post(reverse("performance:decide", args=[10**9]), {"agree": "yes"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "suggested"
    client.post(reverse("performance:decide", args=[row.pk]), {"agree": "yes", "amount": "88.5", "note": "带新人"})
    row.refresh_from_db()

    assert (row.state, row.fen, row.note) == ("approved", 88_50, "带新人")
    file = client.get(reverse("performance:bonus_file") + f"?month={last:%Y-%m}").content.decode()
    assert file.splitlines()[1] == f"ann,'=安,{last:%Y-%m},88.50"
    assert "带新人" in client.get(reverse("performance:bonuses") + f"?month={last:%Y-%m}").content.decode()


def test_one_sees_ones_own_figures_and_managers_everybodys(client):
    ann, ben = agent("ann", role="agent", name="安"), agent("ben", role="agent", name="本")
    worked(ann, day=timezone.localdate(), solved=9, firsts=9, rated=2, scores=9, score_squares=41)
    client.force_login(ann)

    assert "9" in client.get(reverse("performance:person", args=[ann.pk])).content.decode()
    assert client.get(reverse("performance:person", args=[ben.pk])).status_code == 403
    assert client.get(reverse("performance:people")).status_code == 403
    client.force_login(agent("boss"))
    assert "安" in client.get(reverse("performance:people") + "?days=7&kind=quality").content.decode()
