"""Tickets, results, fallbacks, deliveries and the end: and a proof that anybody can recompute."""

import json
import random
from datetime import timedelta
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from liuke.draws.models import Stock, Ticket
from liuke.draws.queries import draws as queries
from liuke.draws.queries.proof import proof_of, written
from liuke.draws.rules.promise import Prize as Kind
from liuke.draws.rules.proof import faults
from liuke.draws.services import delivering, drawing, ending, purse, tickets
from liuke.draws.tests.builders import DAY, NOW, OPEN, budget, customer, end, give, play, prizes, published
from liuke.kit.errors import NotYours
from liuke.ledger.queries import balance
from liuke.loyalty import words
from liuke.loyalty.queries.history import history
from liuke.loyalty.services import benefits
from liuke.points import queries as points
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
SURE = {"prizes": prizes(stock=5, odds=Fraction(1))}


def verify(draw):
    out, err = StringIO(), StringIO()
    try:
        call_command("draw_verify", str(draw), stdout=out, stderr=err)
    except CommandError as error:
        return str(error), err.getvalue()
    return out.getvalue(), err.getvalue()


def test_a_free_ticket_a_day_then_those_that_were_given():
    draw, ann = published(free_a_day=1, closes_at=OPEN + 3 * DAY), customer()
    assert give(draw, ann, 2) == ""

    sources = [play(draw, ann).source for _ in range(3)]
    with pytest.raises(drawing.NoTicket):
        play(draw, ann)

    assert sources == ["day", "rule", "rule"]
    assert play(draw, ann, now=OPEN + DAY).source == "day"
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_the_same_key_again_is_the_same_drawing():
    draw, ann = published(), customer()
    first = play(draw, ann, key="click-0001", nonce="mine")

    assert play(draw, ann, key="click-0001", nonce="mine") == first
    assert play(draw, ann, key="click-0001", nonce="mine", now=OPEN + 9 * DAY) == first
    with pytest.raises(drawing.OtherDrawing):
        play(draw, ann, key="click-0001", nonce="other")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(("now", "kind"), [
    (NOW, drawing.DrawClosed), (OPEN + DAY, drawing.DrawClosed),
])
def test_a_draw_is_played_while_it_is_open(now, kind):
    draw = published()

    with pytest.raises(kind):
        play(draw, customer(), now=now)


def test_bounds_of_a_day_and_in_all_hold():
    draw, ann = published(free_a_day=0, most_a_day=1, most=2, closes_at=OPEN + 5 * DAY), customer()
    give(draw, ann, 5)

    play(draw, ann)
    with pytest.raises(drawing.EnoughToday):
        play(draw, ann)
    play(draw, ann, now=OPEN + DAY)
    with pytest.raises(drawing.EnoughToday):
        play(draw, ann, now=OPEN + 2 * DAY)


def test_the_audience_alone_may_draw():
    from liuke.customers.tests.builders import make_tag, tag

    vip, ann, bob = make_tag("VIP"), customer(), customer()
    tag(ann, vip)
    draw = published(audience={"tag": {"any": [vip.pk]}})

    assert play(draw, ann).place == 1
    with pytest.raises(drawing.NotInvited):
        play(draw, bob)


def test_a_ticket_of_another_is_not_found_and_an_own_one_can_be_chosen():
    draw, ann, bob = published(free_a_day=0), customer(), customer()
    give(draw, ann, 2)

    with pytest.raises(NotYours):
        play(draw, bob, ticket_number=1)
    assert play(draw, ann, ticket_number=2).number == 2
    with pytest.raises(drawing.NoTicket):
        play(draw, ann, ticket_number=2)


@pytest.mark.parametrize("nonce", ["a|b", "ö", "x" * 65, "a b"])
def test_a_nonce_is_plain(nonce):
    with pytest.raises(drawing.BadNonce):
        play(published(), customer(), nonce=nonce)


def test_what_has_run_out_falls_to_what_was_stated():
    many = [Kind(position=1, name="一等奖", kind="points", odds=Fraction(1, 2), count=1, amount=500, fallback=2),
            Kind(position=2, name="二等奖", kind="points", odds=Fraction(1, 2), count=2, amount=50, fallback=3),
            Kind(position=3, name="谢谢参与", kind="nothing", odds=Fraction(0))]
    draw, ann = published(prizes=many, free_a_day=0), customer()
    give(draw, ann, 10)

    found = [play(draw, ann).prize.position for _ in range(10)]

    assert (found.count(1), found.count(2), found.count(3)) == (1, 2, 7)
    assert list(Stock.objects.order_by("pk").values_list("drawn", flat=True)) == [1, 2, 7]
    assert list(faults(**vars_of(proof_of(draw)))) == []


def vars_of(proof):
    return {name: getattr(proof, name) for name in ("terms", "terms_hash", "seed_hash", "seed", "entries")}


def test_what_was_won_is_delivered_once_and_said_on_the_timeline():
    row, ann = budget(10_000), customer()
    draw = published(budgets={"points": row.pk}, **SURE)
    ticket = play(draw, ann)

    settle()
    for _again in range(2):
        with transaction.atomic():
            delivering.deliver(ticket_id=ticket.pk, now=OPEN)

    assert points.balance(ann.pk, now=OPEN).available == 100
    assert words.why(history(ann.pk).entries[0]) == "抽奖“双十一转盘”中奖"
    ticket.refresh_from_db()
    assert (ticket.delivery, balance(purse.source_of(draw.pk, "points")).posted) == ("done", 400)
    assert list(Fact.objects.filter(customer=ann, kind__in=["DrawPlayed", "PrizeDelivered"]).order_by("pk").values_list(
        "kind", flat=True)) == ["DrawPlayed", "PrizeDelivered"]


def test_a_prize_that_cannot_be_given_is_stuck_and_tried_again(monkeypatch):
    draw, ann = published(**SURE), customer()
    ticket = play(draw, ann)
    kind = benefits.benefit_of("points")
    with monkeypatch.context() as patch:
        patch.setattr(kind, "give", lambda gifts, *, now: ["gone"])
        settle()
    ticket.refresh_from_db()
    assert (ticket.delivery, ticket.stuck_reason) == ("stuck", "gone")

    with transaction.atomic():
        delivering.deliver_left(now=OPEN)

    ticket.refresh_from_db()
    assert (ticket.delivery, points.balance(ann.pk, now=OPEN).available) == ("done", 100)


def test_the_end_shows_the_seed_and_gives_the_rest_back():
    row = budget(10_000)
    draw = published(budgets={"points": row.pk}, **SURE)
    play(draw, customer())
    settle()

    end(draw)
    with transaction.atomic():
        ending.empty_purses(now=OPEN + 2 * DAY)
        ending.empty_purses(now=OPEN + 3 * DAY)

    assert (draw.state, len(draw.seed)) == ("ended", 64)
    assert (balance(row.address).posted, balance(purse.source_of(draw.pk, "points")).posted) == (9_900, 0)


def test_a_draw_is_stopped_with_a_reason_that_everybody_reads():
    draw = published()
    with transaction.atomic():
        ending.stop(draw_id=draw.pk, reason="奖品出现质量问题", now=OPEN)
    draw.refresh_from_db()

    assert (draw.state, draw.stop_reason) == ("ended", "奖品出现质量问题")
    with pytest.raises(drawing.DrawClosed):
        play(draw, customer())


class TestTickets:
    def test_given_once_per_key_and_not_after_the_end(self):
        draw, ann = published(), customer()

        assert [give(draw, ann, 2, key="award:1:1:customer") for _ in range(2)] == ["", ""]
        assert Ticket.objects.count() == 2
        assert give(draw, ann, now=OPEN + DAY) == "draw_closed"
        assert give(draw, ann, 101) == "too_many"

    def test_pending_ones_are_good_after_their_release(self):
        draw, ann = published(free_a_day=0), customer()
        give(draw, ann, key="award:1:1:customer", pending=True)
        with pytest.raises(drawing.NoTicket):
            play(draw, ann)

        with transaction.atomic():
            tickets.release(keys=["award:1:1:customer"])

        assert play(draw, ann).place == 1

    def test_unused_ones_are_taken_back_and_drawn_ones_stay(self):
        draw, ann = published(free_a_day=0), customer()
        give(draw, ann, 4, key="award:1:1:customer")
        play(draw, ann)
        gift = benefits.Gift(key="award:1:1:customer", customer_id=ann.pk, amount=4, details={"draw": draw.pk})
        kind = benefits.benefit_of("draw_ticket")

        for left in (2, 2, 0):
            with transaction.atomic():
                kind.take_back(gift, amount=2, left=left, key=f"back:{left}", now=OPEN)

        assert list(Ticket.objects.order_by("number").values_list("state", flat=True)) == ["drawn", *["taken"] * 3]
        assert queries.mine_in(draw, ann.pk, now=OPEN).usable == 0


class TestVerify:
    @pytest.fixture
    def played(self):
        draw = published(free_a_day=0, most=0)
        chance = random.Random(7)
        people = [customer() for _ in range(6)]
        for at in range(30):
            by = chance.choice(people)
            give(draw, by)
            play(draw, by, nonce=f"n{at}")
        return draw

    def test_from_the_database_before_and_after_the_end(self, played):
        assert "all 30 results follow from the seed (the seed is still secret)" in verify(played)[0]

        assert verify(end(played)) == (f"{played.number}: all 30 results follow from the seed\n", "")

    def test_from_a_published_file_that_names_nobody(self, played, tmp_path):
        end(played)
        file = tmp_path / "proof.json"
        file.write_text("".join(written(played)))

        assert "all 30 results" in verify(file)[0]
        said = json.loads(file.read_text())
        assert set(said["entries"][0]) == {"place", "ticket", "nonce", "prize", "link"}
        said["entries"][16]["prize"] = said["entries"][16]["prize"] % 2 + 1
        number = said["entries"][16]["ticket"]
        file.write_text(json.dumps(said))
        message, details = verify(file)
        assert f"ticket {number} is recorded with prize" in details
        assert "1 of 30 results do not follow" in message

    def test_a_ticket_that_was_changed_behind_our_back_is_named(self, played):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE draws_ticket DISABLE TRIGGER draws_ticket_stands")
            cursor.execute("UPDATE draws_ticket SET prize_id = (SELECT id FROM draws_prize p WHERE p.id <> prize_id"
                           " AND p.draw_id = draws_ticket.draw_id LIMIT 1) WHERE place = 11")
            cursor.execute("ALTER TABLE draws_ticket ENABLE TRIGGER draws_ticket_stands")

        message, details = verify(played)

        assert "results do not follow" in message
        assert f"ticket {Ticket.objects.get(place=11).number} is recorded" in details

    def test_before_the_end_the_file_shows_promises_alone(self, played):
        said = json.loads("".join(written(played)))

        assert (said["seed"], said["entries"]) == ("", [])
        assert said["seed_hash"] == played.seed_hash

    @pytest.mark.parametrize("text", ["", "{}", '{"entries": [1]}'])
    def test_a_file_that_is_no_proof_is_refused(self, tmp_path, text):
        (tmp_path / "x.json").write_text(text)

        assert "is no proof" in verify(tmp_path / "x.json")[0]
        assert "no published draw D404" in verify("D404")[0]


def test_tickets_follow_a_merge():
    from liuke.customers.services import merge

    draw, ann, bob = published(closes_at=OPEN + timedelta(days=40)), customer(), customer()
    give(draw, bob, 2)
    with transaction.atomic():
        row = merge.merge(survivor_id=ann.pk, merged_id=bob.pk, now=NOW)
    settle()
    assert set(Ticket.objects.values_list("customer_id", flat=True)) == {ann.pk}

    with transaction.atomic():
        merge.undo_merge(merge_id=row.pk, now=NOW)
    settle()
    assert set(Ticket.objects.values_list("customer_id", flat=True)) == {bob.pk}
