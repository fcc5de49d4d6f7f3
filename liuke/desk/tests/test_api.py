"""The customer writes, reads back, follows each case and takes one up again; nobody sees what is another's."""

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from liuke.customers.services import tokens
from liuke.desk.models import Attachment, Message, Ticket
from liuke.desk.rules import State
from liuke.desk.services.live import customer_topic
from liuke.desk.tests.rows import agent, answer, customer
from liuke.kit.push import read_ticket
from liuke.mall.tests import builders
from liuke.mall.tests.test_returns import ask, received, walk
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
DESK = "/api/v1/desk"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


class Phone:
    """A logged-in customer's app."""

    def __init__(self, client, who=None):
        self.client, self.who = client, who or customer()
        self.token = tokens.issue_token(customer_id=self.who.pk, now=timezone.now())

    def headers(self, key):
        return {"Authorization": f"Bearer {self.token}", **({"Idempotency-Key": key} if key else {})}

    def get(self, path, **query):
        return self.client.get(DESK + path, query, headers=self.headers(""))

    def post(self, path, body=None, key="key-0001"):
        return self.client.post(DESK + path, body, content_type="application/json", headers=self.headers(key))

    def send(self, file, key="key-0001"):
        return self.client.post(f"{DESK}/pictures", {"file": file}, headers=self.headers(key))


@pytest.fixture
def phone(client):
    return Phone(client)


def photo():
    out = BytesIO()
    Image.new("RGB", (60, 30)).save(out, "JPEG")
    return SimpleUploadedFile("a.php", out.getvalue(), "text/x-php")


def test_a_message_opens_a_case_and_the_same_key_is_the_same_message(phone):
    first = phone.post("/messages", {"text": "快递三天没动"})
    again = phone.post("/messages", {"text": "快递三天没动"})

    assert (first.status_code, again.json()) == (200, first.json())
    assert first.json() == {**first.json(), "author": "customer", "by": "", "text": "快递三天没动", "pictures": []}
    assert first.json()["case"] == Ticket.objects.get().number
    assert phone.post("/messages", {"text": "别的"}).json()["code"] == "message_id_taken"


def test_what_cannot_be_a_message_is_refused(phone):
    assert phone.post("/messages", {"text": ""}).status_code == 422
    assert phone.post("/messages", {"text": "  "}).status_code == 422
    assert phone.post("/messages", {"text": "长" * 5_001}).status_code == 422
    assert phone.post("/messages", {"text": "在吗"}, key="").status_code == 422
    assert not Message.objects.exists()


def test_without_a_token_no_door_opens(client):
    for path in ("/messages", "/cases", "/events", "/pictures/1", "/cases/S1"):
        assert client.get(DESK + path).json()["code"] == "login_needed"


def test_history_comes_page_by_page_without_notes(phone):
    for number in range(53):
        phone.post("/messages", {"text": f"第 {number} 句"}, key=f"key-{number:04}")
    ticket, mei = Ticket.objects.get(), agent(name="梅")
    answer(ticket, mei, "收到", at=timezone.now())

    page = phone.get("/messages").json()
    rest = phone.get("/messages", before=page["next"]).json()

    assert [(each["author"], each["by"], each["text"]) for each in page["messages"]][:2] == [
        ("staff", "梅", "收到"), ("customer", "", "第 52 句")]
    assert [each["text"] for each in rest["messages"]] == ["第 3 句", "第 2 句", "第 1 句", "第 0 句"]
    assert (len(page["messages"]), rest["next"]) == (50, None)


def test_a_picture_is_kept_once_and_given_back_to_its_sender_alone(client, phone, media):
    sent = phone.send(photo())
    assert phone.send(photo()).json() == sent.json()

    (picture,) = sent.json()["pictures"]
    got = phone.get(f"/pictures/{picture}", size="large")
    assert (got.status_code, got["Content-Type"], Attachment.objects.count()) == (200, "image/jpeg", 1)
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3
    assert Phone(client).get(f"/pictures/{picture}").status_code == 404
    refused = phone.send(SimpleUploadedFile("a.jpg", b"<script>"), key="key-0002")
    assert refused.json()["code"] == "not_a_picture"


def test_a_case_says_who_took_it_what_comes_next_and_until_when(client, phone):
    phone.post("/messages", {"text": "开线了"})
    (case,) = phone.get("/cases").json()["cases"]
    ticket, mei = Ticket.objects.get(), agent(name="梅")
    assert (case["title"], case["kind"], case["next"], case["taken_by"]) == ("开线了", "quality", "answer", "")
    assert case["expected_at"] is not None

    Ticket.objects.update(assignee=mei)
    answer(ticket, mei, "请拍照", at=timezone.now(), state=State.PENDING_CUSTOMER)

    told = phone.get(f"/cases/{ticket.number}").json()
    assert (told["state"], told["next"], told["taken_by"]) == ("pending_customer", "you", "梅")
    assert [step["what"] for step in told["steps"]] == ["opened", "answered", "pending_customer"]
    assert Phone(client).get(f"/cases/{ticket.number}").status_code == 404


def test_a_case_about_goods_tells_what_was_decided_and_leads_to_the_parcels_of_both_ways(client):
    order, mei = received(of=builders.sku(stock=5)), agent(name="梅")
    phone, request = Phone(client, order.customer), ask(order, "exchange")
    walk(request, "approve", "send_back", "receive", "inspect", "replace", staff_id=mei.pk)
    settle()

    (case,) = phone.get("/cases").json()["cases"]
    told = phone.get(f"/cases/{case['number']}").json()

    assert (told["kind"], told["request"]) == ("return", request.number)
    assert "decided" in [step["what"] for step in told["steps"]]
    goods = client.get(f"/api/v1/shop/returns/{told['request']}", headers=phone.headers("")).json()
    assert (goods["way_back_tracking"], goods["way_out_tracking"]) == ("T-SEND_BACK", "T-REPLACE")
    assert [step["move"] for step in goods["steps"]] == [
        "ask", "approve", "send_back", "receive", "inspect", "replace"]
    stranger = Phone(client)
    assert client.get(f"/api/v1/shop/returns/{told['request']}", headers=stranger.headers("")).status_code == 404


def test_a_solved_case_is_taken_up_again_once_and_an_open_one_is_not(phone):
    phone.post("/messages", {"text": "开线了"})
    ticket = Ticket.objects.get()
    refused = phone.post(f"/cases/{ticket.number}/reopen", {"text": "还是不行"}, key="key-0002")
    assert refused.json()["code"] == "case_not_reopened"
    answer(ticket, agent(), "换新的", at=timezone.now(), state=State.SOLVED)

    for _twice in range(2):
        told = phone.post(f"/cases/{ticket.number}/reopen", {"text": "谢谢，还是不行"}, key="key-0003").json()

    assert (told["state"], told["next"], told["done_at"]) == ("open", "answer", None)
    assert Message.objects.filter(author="customer").count() == 2


def test_events_are_heard_for_ones_own_topic(phone):
    url = phone.get("/events").json()["url"]

    (text,) = parse_qs(urlsplit(url).query)["ticket"]
    assert read_ticket(text).topics == (customer_topic(phone.who.pk),)


def test_a_case_is_rated_while_we_ask(client, phone):
    phone.post("/messages", {"text": "开线了"})
    ticket = Ticket.objects.get()
    answer(ticket, agent(), "换新的", at=timezone.now(), state=State.SOLVED)
    where = f"/cases/{ticket.number}"
    assert phone.post(f"{where}/rating", {"score": 5}).json()["code"] == "rating_not_asked"
    settle()
    assert phone.get(where).json()["rate_until"] is not None

    told = phone.post(f"{where}/rating", {"score": 4, "reasons": ["fast"]}).json()

    assert (told["score"], told["rate_until"]) == (4, None)
    assert phone.post(f"{where}/rating", {"score": 9}).status_code == 422
    assert Phone(client).post(f"{where}/rating", {"score": 1}).status_code == 404
