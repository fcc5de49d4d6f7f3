"""Draws over the JSON API: the promise, drawing, one's own, and the proof for everybody."""

import json
from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.draws.models import Ticket
from liuke.draws.rules import results
from liuke.draws.tests.builders import customer, end, give, prizes, promise, published
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
HOME = "/api/v1/draws/"


def live(**changes):
    """A draw that is open at this very moment."""
    now = timezone.now()
    return published(now=now - timedelta(hours=2), opens_at=now - timedelta(hours=1),
                     closes_at=now + timedelta(hours=1), **changes)


@pytest.fixture
def ask(client):
    def call(by, path="", body=None, key=None):
        headers = {"authorization": f"Bearer {tokens.issue_token(customer_id=by.pk, now=timezone.now())}"} if by else {}
        headers |= {"Idempotency-Key": key} if key else {}
        if body is None:
            return client.get(HOME + path, headers=headers)
        return client.post(HOME + path, body, content_type="application/json", headers=headers)

    return call


def test_anybody_sees_what_is_promised_and_a_customer_how_often_they_may_draw(ask):
    draw, ann = live(), customer()

    told = ask(None, draw.number).json()
    assert (told["phase"], told["seed"], told["seed_hash"], told["usable"]) == ("open", "", draw.seed_hash, None)
    shown = ("name", "odds", "odds_told", "count", "left")
    assert [tuple(each[name] for name in shown) for each in told["prizes"]] == [
        ("一百积分", "1/2", "50%", 5, 5), ("谢谢参与", "1/2", "50%", None, None)]
    assert told["segments"][1] == {"position": 2, "begin": 180.0, "end": 360.0}
    assert [each["usable"] for each in ask(ann).json()] == [1]


def test_a_customer_draws_and_the_same_key_answers_the_same(ask):
    draw, ann = live(prizes=prizes(odds=Fraction(1))), customer()

    first = ask(ann, f"{draw.number}/play", {"nonce": "from-my-phone"}, key="click-0001").json()
    again = ask(ann, f"{draw.number}/play", {"nonce": "from-my-phone"}, key="click-0001").json()
    settle()

    assert first == again
    assert (first["prize"]["name"], first["won"], first["delivery"], first["place"]) == ("一百积分", True, "wanted", 1)
    assert 0 < first["angle"] < 180
    assert first["cells"].count(1) == 3
    assert first["link"] == results.link(draw.terms_hash, place=1, ticket=1, nonce="from-my-phone", position=1)
    mine = ask(ann, "mine/tickets?won=true").json()
    assert [(each["prize"], each["delivery"]) for each in mine] == [("一百积分", "done")]
    assert ask(ann, f"{draw.number}/tickets").json() == mine


@pytest.mark.parametrize(("body", "key", "status", "code"), [
    ({"nonce": "other"}, "click-0001", 409, "draw_key_taken"),
    ({}, "click-0002", 409, "draw_no_ticket"),
    ({"ticket": 9}, "click-0002", 404, "not_found"),
    ({"nonce": "a|b"}, "click-0002", 422, "bad_input"),
    ({}, None, 422, "bad_input"),
])
def test_refusals_have_stable_codes(ask, body, key, status, code):
    draw, ann = live(), customer()
    ask(ann, f"{draw.number}/play", {"nonce": "x"}, key="click-0001")

    answer = ask(ann, f"{draw.number}/play", body, key=key)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_strangers_drafts_and_closed_draws(ask):
    draw, ann = published(), customer()
    give(draw, ann)

    assert ask(None, f"{draw.number}/play", {}, key="click-0001").status_code == 401
    missing = ask(None, "D999999999")
    assert (missing.status_code, missing.json()["message"]) == (404, "没有这项内容，或者它不属于您")
    closed = ask(ann, f"{draw.number}/play", {}, key="click-0001")
    assert (closed.status_code, closed.json()["code"]) == (409, "draw_closed")


def test_the_proof_is_for_everybody_and_names_nobody(ask):
    draw, ann = live(), customer()
    ask(ann, f"{draw.number}/play", {"nonce": "x"}, key="click-0001")

    before = json.loads(b"".join(ask(None, f"{draw.number}/proof").streaming_content))
    end(draw)
    after = json.loads(b"".join(ask(None, f"{draw.number}/proof").streaming_content))

    assert (before["entries"], before["seed"]) == ([], "")
    assert results.hash_of(bytes.fromhex(after["seed"])) == before["seed_hash"]
    assert [each["ticket"] for each in after["entries"]] == [Ticket.objects.get().number]
    assert promise().name in after["terms"]["name"]


def test_the_public_page_shows_prizes_odds_and_fingerprints_without_login(client):
    draw = live(prizes=prizes(odds=Fraction(1, 8)))

    shown = client.get(f"/draws/{draw.number}/").content.decode()

    for words in ("双十一转盘", "12.5%", "87.5%", draw.seed_hash, draw.terms_hash, "小满母婴", "发完后改为：谢谢参与"):
        assert words in shown
    assert client.get("/draws/D404/").status_code == 404
