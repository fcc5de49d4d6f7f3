"""Lists hold what they say, page by page; counters agree with the rows whatever happens; few statements."""

import random

import pytest
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from liuke.desk.models import Ticket, TicketCount
from liuke.desk.queries import inbox
from liuke.desk.queries.inbox import Ask
from liuke.desk.rules import State
from liuke.desk.services import counts, deadlines, routing, shape, tickets
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, say, ticket_of

AFTER = ("", State.SOLVED, State.PENDING_CUSTOMER)
pytestmark = pytest.mark.django_db


def true_counts(staff):
    alive = Ticket.objects.filter(done_at=None)
    return {
        "mine": alive.filter(assignee=staff).count(), "free": alive.filter(assignee=None).count(),
        "waiting": alive.filter(waiting_since_at__isnull=False).count(),
        "overdue": alive.filter(overdue_since_at__isnull=False).count(), "urgent": alive.filter(priority=1).count(),
        "pending": alive.filter(state="pending_customer").count(), "open": alive.count(),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counters_agree_with_the_rows_whatever_happens(seed):
    pick = random.Random(seed)
    staff, people = [agent() for _each in range(2)], [customer() for _each in range(3)]
    acts = {
        "say": lambda at: say(pick.choice(people), pick.choice(["在吗", "冒烟了", "谢谢"]), at=at,
                              thread=f"t{pick.randrange(6)}"),
        "answer": lambda at: answer(one(), pick.choice(staff), at=at, state=pick.choice(AFTER)),
        "take": lambda at: routing.take(ticket_id=one().pk, staff_id=pick.choice(staff).pk, now=at, over=True),
        "state": lambda at: tickets.set_state(ticket_id=one().pk, state=pick.choice(AFTER[1:]), now=at),
        "spam": lambda at: shape.mark_spam(ticket_id=one().pk, staff_id=staff[0].pk, now=at),
        "back": lambda at: shape.take_back(ticket_id=one().pk, staff_id=staff[0].pk, now=at),
        "due": lambda at: deadlines.mark_due(now=at),
        "fold": lambda _at: counts.fold(),
    }

    def one():
        return pick.choice(list(Ticket.objects.order_by("pk")))

    for step in range(40):
        name = "say" if not Ticket.objects.exists() else pick.choice(sorted(acts))
        try:
            with transaction.atomic():
                acts[name](after(step * 5))
        except shape.Refused:
            continue
        assert inbox.counts(staff[0].pk) == true_counts(staff[0]), (step, name)
    before = inbox.counts(staff[1].pk)
    with transaction.atomic():
        while counts.fold():
            pass
    assert inbox.counts(staff[1].pk) == before
    assert TicketCount.objects.count() == len(set(TicketCount.objects.values_list("name", flat=True)))


def test_pages_follow_each_other_without_loss_whatever_the_due(monkeypatch):
    monkeypatch.setattr(inbox, "INBOX_PAGE", 4)
    who = customer()
    made = [ticket_of(say(who, "在吗", thread=f"t{number}")) for number in range(11)]
    pick = random.Random(7)
    for row in made:
        due = pick.choice([None, after(10), after(20)])
        Ticket.objects.filter(pk=row.pk).update(priority=pick.choice([1, 2, 3]), due_at=due)

    seen, after_ = [], ""
    for _round in range(9):
        page = inbox.page(Ask(list="open", after=after_))
        seen += [row.ticket.pk for row in page.rows]
        after_ = page.next
        if not after_:
            break

    wanted = Ticket.objects.order_by("priority", F("due_at").asc(nulls_last=True), "pk").values_list("pk", flat=True)
    assert seen == list(wanted)
    assert inbox.page(Ask(list="done", after="1~~5")).rows == ()
    assert len(inbox.page(Ask(list="open", after="nonsense")).rows) == 4


def test_somebody_is_found_by_name_phone_number_and_tag():
    who, other = customer(name="王小满"), customer(name="李思琪")
    ticket = ticket_of(say(who, "奶瓶裂了"))
    ticket_of(say(other, "快递没到"))
    with transaction.atomic():
        tickets.tag(ticket_id=ticket.pk, name="奶瓶", staff_id=agent().pk, now=NOW)

    for text in ("王小满", "小满", ticket.number, ticket.number[:9].lower() + ticket.number[9:], "奶瓶"):
        assert ticket.pk in [row.ticket.pk for row in inbox.page(Ask(list="", text=text)).rows], text
    (row,) = inbox.page(Ask(list="open", text="奶瓶")).rows
    assert (row.name, row.title, row.tags) == ("王小满", "奶瓶裂了", ("奶瓶",))
    assert inbox.page(Ask(list="open", text="没有这个人")).rows == ()


def test_a_list_is_one_statement_and_its_counters_one(django_assert_num_queries):
    who, mei = customer(), agent()
    for number in range(3):
        say(who, thread=f"t{number}")

    with django_assert_num_queries(1):
        assert len(inbox.page(Ask(list="open")).rows) == 3
    with django_assert_num_queries(1):
        inbox.counts(mei.pk)


def test_the_next_matter_is_the_most_urgent_on_which_somebody_waits():
    who, mei = customer(), agent()
    rows = [ticket_of(say(who, text, thread=text)) for text in ("在吗", "冒烟了", "快递")]
    Ticket.objects.update(assignee=mei)
    answer(rows[1], mei, at=after(1))

    assert inbox.next_of(mei.pk, but=rows[0].pk) == rows[2]


@pytest.mark.parametrize(("count", "said"), [
    (0, "0"), (1_000, "1,000"), (1_001, "1,000+"), (10**9, "1,000+")])
def test_a_counter_says_a_thousand_and_more_above_that(client, count, said):
    client.force_login(agent())
    TicketCount.objects.create(name="open", count=count)

    tabs = client.get(reverse("desk:tickets"), {"list": "open"}).context["tabs"]

    assert [tab.count for tab in tabs if tab.here] == [said]
