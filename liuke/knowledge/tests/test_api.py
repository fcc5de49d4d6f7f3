"""The doors of help: customers ask, answer and thank each other over JSON, and an accepted answer is paid by a rule."""

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.customers.tests.builders import make_customer
from liuke.knowledge.services import peers
from liuke.knowledge.services.peers import NotAgreed, OwnQuestion
from liuke.loyalty.tests import builders as loyalty
from liuke.points.queries import balance
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
HELP = "/api/v1/help"


class Phone:
    """A customer's app."""

    def __init__(self, client, who):
        self.client, self.who = client, who
        self.token = tokens.issue_token(customer_id=who.pk, now=timezone.now())

    def get(self, path, **query):
        return self.client.get(HELP + path, query, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path, body=None, key="key-0001"):
        return self.client.post(HELP + path, body or {}, content_type="application/json", headers={
            "Authorization": f"Bearer {self.token}", "Idempotency-Key": key})


@pytest.fixture
def asker(client):
    who = make_customer(name="王小满")
    loyalty.order(who, 10_000)
    return Phone(client, who)


@pytest.fixture
def helper(client):
    return Phone(client, make_customer(name="李宁"))


def shown(asker, **more):
    asked = asker.post("/questions", {"text": "推车怎么折叠？", "agreed": True, **more}).json()
    with transaction.atomic():
        peers.review(staff_id=1, show=True, question_id=asked["id"])
    return asked


def test_an_accepted_answer_earns_its_helper_what_the_rule_says_once(asker, helper):
    with transaction.atomic():
        loyalty.rule("答疑有礼", fact_kind="AnswerAccepted", amount="20")
    asked = shown(asker)
    assert (asked["waiting"], asked["by"], asked["answers"]) == (True, "王**", [])
    there = f"/questions/{asked['id']}"

    given = helper.post(f"{there}/answers", {"text": "先按红色按钮"}).json()["answers"]
    again = helper.post(f"{there}/answers", {"text": "先按红色按钮"}).json()["answers"]
    assert [each["id"] for each in again] == [each["id"] for each in given]
    assert (given[0]["mine"], given[0]["waiting"]) == (True, True)
    assert asker.get(there).json()["answers"] == []                       # staff have not looked yet
    with transaction.atomic():
        peers.review(staff_id=1, show=True, answer_id=given[0]["id"])
    for _twice in range(2):
        thanked = asker.post(f"/answers/{given[0]['id']}/accept").json()
        settle()

    assert (thanked["solved"], thanked["answers"][0]["accepted"]) == (True, True)
    assert balance(helper.who.pk, now=timezone.now()).available == 20
    assert balance(asker.who.pk, now=timezone.now()).available == 0


def test_what_does_not_hold_is_refused_with_a_code_and_nobody_accepts_for_another(client, asker, helper):
    assert client.get(f"{HELP}/questions").json()["code"] == "login_needed"
    assert client.post(f"{HELP}/questions", {}, content_type="application/json").status_code == 401
    assert asker.post("/questions", {"text": "在吗", "agreed": False}).json()["code"] == NotAgreed.code
    assert asker.post("/questions", {"text": "", "agreed": True}).status_code == 422
    asked = shown(asker)
    there = f"/questions/{asked['id']}"
    row = helper.post(f"{there}/answers", {"text": "先按红色按钮"}).json()["answers"][0]["id"]
    with transaction.atomic():
        peers.review(staff_id=1, show=True, answer_id=row)

    assert asker.post(f"{there}/answers", {"text": "我自己知道了"}).json()["code"] == OwnQuestion.code
    assert helper.post(f"/answers/{row}/accept").status_code == 404
    assert helper.get("/questions/999999").status_code == 404
    assert asker.post(f"/answers/{row}/vote").json()["answers"][0]["votes"] == 1
    assert asker.post(f"/answers/{row}/vote").json()["answers"][0]["votes"] == 1
    assert [each["id"] for each in helper.get("/questions", q="折叠").json()["questions"]] == [asked["id"]]
    assert helper.get("/questions", mine=True).json()["questions"] == []
