"""The member's doors and the pages of staff: what they may, what they see, and what the audit says of it."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from liuke.customers.services.tokens import issue_token
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.payouts.models import Payout, Run, TaxExport
from liuke.payouts.queries.taxes import missing_quarters, quarters
from liuke.payouts.services import bank, exporting
from liuke.payouts.tasks import run
from liuke.payouts.tests.builders import DAY, NOW, again, ask, identity_check, make_customer, member, number_of, plan

pytestmark = pytest.mark.django_db
PAGES = "/console/payouts/"


@pytest.fixture
def knock(client):
    """`knock("post", "identity", {...}, by=customer)` -> (status, answer)."""

    def asked(method, door, body=None, *, by=None, key=None):
        headers = {"Authorization": f"Bearer {issue_token(customer_id=by.pk, now=timezone.now())}"} if by else {}
        headers |= {"Idempotency-Key": key} if key else {}
        said = getattr(client, method)(f"/api/v1/payouts{door}", data=body, content_type="application/json",
                                       headers=headers)
        return said.status_code, said.json() if said["Content-Type"].startswith("application/json") else said.content

    return asked


def second_row(file):
    return CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()[1]


def test_a_member_verifies_asks_and_reads_the_statement(wechat, knock, monkeypatch):
    plan("per_payment", at=timezone.now() - DAY)
    identity_check(monkeypatch, {number_of(1): "王小明"})
    ann = member(200_000, verified=False)

    status, standing = knock("get", "/standing", by=ann)
    assert (status, standing["free_fen"], standing["code"], standing["ways"]) == (
        200, 200_000, "payout_identity", ["wechat"])
    assert knock("post", "/identity", {"name": "王小明", "number": number_of(1)}, by=ann) == (
        200, {"identity": f"110***********{number_of(1)[-4:]}"})
    asked = {"amount_fen": 45_000, "way": "wechat"}
    status, first = knock("post", "", asked, by=ann, key="one-and-only")
    assert (status, first["state"], first["told"]) == (200, "sending", "正在付款")
    assert knock("post", "", asked, by=ann, key="one-and-only")[1]["id"] == first["id"]

    assert knock("get", "/standing", by=ann)[1]["under_way_fen"] == 45_000
    (month,) = knock("get", f"/statement?year={timezone.now():%Y}", by=ann)[1]
    assert (month["gross_fen"], month["tax_fen"], month["net_fen"]) == (45_000, 0, 45_000)
    status, file = knock("get", f"/statement.xlsx?year={timezone.now():%Y}", by=ann)
    assert second_row(file)[1:] == [1, 450, 0, 450]


@pytest.mark.usefixtures("wechat")
@pytest.mark.parametrize(("door", "body", "key", "answer"), [
    ("", {"amount_fen": 70_000, "way": "wechat"}, "12345678", (409, "payout_above_balance")),
    ("", {"amount_fen": -1, "way": "wechat"}, "12345678", (422, "bad_input")),
    ("", {"amount_fen": 1.5, "way": "wechat"}, "12345678", (422, "bad_input")),
    ("", {"amount_fen": 20_000, "way": "gold"}, "12345678", (422, "payout_bad")),
    ("", {"amount_fen": 20_000, "way": "wechat"}, None, (422, "bad_input")),
    ("/identity", {"name": "王小明", "number": "1"}, None, (422, "payout_bad")),
], ids=["above", "negative", "half-a-fen", "no-way", "no-key", "no-number"])
def test_bad_input_has_a_stable_code_and_writes_nothing(knock, door, body, key, answer):
    plan(at=timezone.now() - DAY)
    ann = member(60_000)

    status, said = knock("post", door, body, by=ann, key=key)

    assert (status, said["code"]) == answer
    assert not Payout.objects.exists()


def test_a_strangers_payout_is_not_there(wechat, knock):
    plan()
    row = ask(member(60_000), 50_000)

    assert knock("get", f"/{row.pk}", by=make_customer())[0] == 404
    assert knock("delete", f"/{row.pk}", by=make_customer())[0] == 404
    assert knock("get", f"/{row.pk}")[0] == 401
    assert knock("delete", f"/{row.pk}", by=row.customer)[1]["state"] == "cancelled"


def test_finance_approves_on_the_page_and_sees_how_the_tax_came_about(wechat, inside):
    plan("per_payment")
    payout = ask(member(200_000), 150_000)
    client = inside(Role.FINANCE)
    assert payout.number in client.get(f"{PAGES}?view=waiting").content.decode()

    client.post(f"{PAGES}decide/", {"pick": [payout.pk], "do": "refuse", "reason": ""})
    assert again(payout).state == "approval"
    client.post(f"{PAGES}decide/", {"pick": [payout.pk], "do": "approve"})

    assert again(payout).state == "sending"
    page = client.get(f"{PAGES}{payout.pk}/").content.decode()
    assert "¥140.00" in page
    assert "按次预扣" in page
    assert AuditEntry.objects.latest("pk").detail == {"payouts": [payout.pk], "count": 1}


def test_a_bank_file_goes_out_and_comes_back_on_the_page(inside):
    plan()
    payout = ask(member(60_000, wechat=False, bank=True), 20_000, way="bank")
    client = inside(Role.FINANCE)
    client.post(f"{PAGES}files/")
    with transaction.atomic(), pytest.raises(bank.BadPayout):
        bank.make_file(now=NOW)
    door = f"{PAGES}files/{payout.parts.get().file_id}/"

    taken = client.post(f"{door}take/", {"as": "csv"})
    assert payout.number in taken.content.decode("utf-8-sig")
    answer = SimpleUploadedFile("answer.csv", f"流水号,结果\n{payout.number},成功\n".encode())
    client.post(f"{door}answer/", {"answer": answer})

    assert again(payout).state == "paid"
    assert "已到账" in client.get(door).content.decode()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        f"payouts.console.files.{name}" for name in ("files_page", "file_take", "file_answer")]


def test_a_closed_quarter_alarms_until_its_identities_were_exported_and_the_audit_says_by_whom(inside):
    plan("per_payment")
    long_ago = timezone.now() - 200 * DAY
    payout = ask(member(200_000, wechat=False, bank=True, name="王小明"), 45_000, way="bank")
    Payout.objects.filter(pk=payout.pk).update(tax_month=long_ago.date().replace(day=1), state="paid")
    oldest = quarters(timezone.now())[-1]
    word = f"{oldest.year}Q{oldest.quarter}"
    client = inside(Role.FINANCE)
    assert missing_quarters(timezone.now()) == [word]
    assert "G13" in client.get(f"{PAGES}tax/").content.decode()
    with transaction.atomic(), pytest.raises(exporting.BadPayout):
        exporting.export_quarter(year=1999, quarter=1, now=timezone.now())

    file = client.post(f"{PAGES}tax/{oldest.year}/{oldest.quarter}/take/")

    row = second_row(file.content)
    assert (row[0], row[1], len(row[2]), row[4:]) == ("王小明", "居民身份证", 18, [1, 450, 0])
    assert missing_quarters(timezone.now()) == []
    assert (TaxExport.objects.get().people, TaxExport.objects.get().made_by.username) == (1, "finance")
    assert AuditEntry.objects.get().target == f"tax_quarter:{word}"


def test_who_may_look_takes_no_identities(inside):
    client = inside(Role.AGENT)

    assert client.get(PAGES).status_code == 200
    for door in ("tax/", "files/", "runs/", "terms/"):
        assert client.get(PAGES + door).status_code == 403
    assert client.post(f"{PAGES}tax/2026/1/take/").status_code == 403
    assert client.post(f"{PAGES}decide/", {"pick": "1", "do": "approve"}).status_code == 403


def test_terms_are_set_in_yuan_and_a_run_goes_on_in_a_job(wechat, inside):
    plan()
    ann = member(60_000)
    client = inside(Role.FINANCE)

    assert client.post(f"{PAGES}terms/", {"minimum": "1", "approve_from": "5"}).status_code == 422
    client.post(f"{PAGES}terms/", {"minimum": "20", "approve_from": "0.00"})
    client.post(f"{PAGES}runs/", {"way": "gold"})
    for _click in range(2):
        client.post(f"{PAGES}runs/", {"way": "wechat"})

    assert "生成中" in client.get(f"{PAGES}runs/").content.decode()
    run(run_id=Run.objects.get().pk)
    assert "¥600.00" in client.get(f"{PAGES}runs/").content.decode()
    assert again(ann.payouts.get()).state == "approval"


def test_what_cannot_be_kept_or_be_a_number_is_refused_at_the_members_doors(knock, monkeypatch):
    plan()
    identity_check(monkeypatch, {number_of(1): "王小明"})
    ann = member(200_000)

    for door, body in (("/bank", {"bank": "招商\x00银行", "number": "6222020000000000001"}),
                       ("/bank", {"bank": "招商银行", "number": "6" * 31}),
                       ("/bank", {"bank": " ", "number": "6" * 16}),
                       ("/bank", {"bank": "招商银行", "number": "<script>alert(1)</script>"})):
        assert knock("put", door, body, by=ann)[0] == 422
    for body in ({"name": "王\x00明", "number": number_of(1)}, {"name": "王小明", "number": "1" * 30},
                 {"name": "", "number": number_of(1)}):
        assert knock("post", "/identity", body, by=ann)[0] == 422
    for amount in (0, -1, 10**30, "1e400", None, 1.5):
        assert knock("post", "", {"amount_fen": amount, "way": "wechat"}, by=ann, key=f"wrong-{amount}")[0] == 422
    assert not Payout.objects.exists()


def test_numbers_that_no_row_can_have_are_none(inside):
    client = inside(Role.FINANCE)

    for picked in ("9" * 30, "9" * 5_000, "-1", "²"):
        assert client.post(f"{PAGES}decide/", {"pick": picked, "do": "approve"}).status_code == 302
    for door in ("statements/987654/", f"statements/{'9' * 30}/",
                 f"statements/{make_customer().pk}/?year={'9' * 5_000}"):
        assert client.get(PAGES + door).status_code == 404
