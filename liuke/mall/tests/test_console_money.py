"""The pages of payments, reconciliation and statements: who sees what, and what a person can do about it."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from liuke.channels.payment import BillRow
from liuke.mall.models import BillDifference, Notice, Payment, Refund, Statement, SupplierStaff
from liuke.mall.services import bills, fulfilment, settlement
from liuke.mall.services.refunds import Part, refund_lines
from liuke.mall.services.settlement import Party
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import opened
from liuke.mall.tests.cashbox import paid as paid_by_wechat
from liuke.mall.tests.test_fulfilment import paid, send
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


@pytest.fixture
def finance(client):
    person = org.staff("song", role=Role.FINANCE)
    client.force_login(person)
    return person


def page(client, name, *args, **asked):
    response = client.get(reverse(f"mall:{name}", args=args), asked)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(client, name, *args, **said):
    return client.post(reverse(f"mall:{name}", args=args), said, follow=True)


def failed(wechat):
    """A refund that the provider refused for good."""
    order = paid_by_wechat(wechat).orders.get()
    with transaction.atomic():
        refund = refund_lines(order_id=order.pk, parts=[Part(order.lines.get().pk, 1)], key=order.number, reason="破损",
                              now=timezone.now())
    Refund.objects.filter(pk=refund.pk).update(state="failed", error="NOT_ENOUGH: 余额不足", tries=3, try_at=None)
    return refund


def test_empty_pages_say_what_they_are_for(client, finance):
    for view, said in (
        ("stuck", "没有卡住的退款"), ("transfers", "没有等待确认的转账"), ("notices", "没有对不上的来款"),
        ("payments", "还没有收款"), ("refunds", "还没有退款"), ("dance", "还没有收款"),
    ):
        assert said in page(client, "payments", view=view), view
    assert "还没有账单" in page(client, "bills")
    assert "还没有结算单" in page(client, "statements")


def test_a_failed_refund_comes_first_and_is_tried_again(client, finance, wechat):
    refund = failed(wechat)
    text = page(client, "payments")
    assert ("余额不足" in text, "再试一次" in text, "1 笔退款要人处理" in text) == (True, True, True)

    post(client, "refund_again", refund.pk)
    again = post(client, "refund_again", refund.pk)

    assert Refund.objects.get().state == "wanted"
    assert "正在处理或已经完成" in again.content.decode()
    assert AuditEntry.objects.get().action == "mall.console.payments.refund_again"


def test_a_failed_refund_is_sent_by_hand_or_given_up(client, finance, wechat):
    refund = failed(wechat)
    assert "请填写银行流水号" in post(client, "refund_sent", refund.pk, reference=" ").content.decode()
    post(client, "refund_sent", refund.pk, reference="B77")
    assert Refund.objects.get().state == "done"

    other = failed(wechat)
    post(client, "refund_drop", other.pk)
    assert Refund.objects.get(pk=other.pk).state == "cancelled"
    for name in ("refund_again", "refund_sent", "refund_drop"):
        assert client.post(reverse(f"mall:{name}", args=[987_654])).status_code == 404


def test_a_receipt_that_fits_nothing_is_explained(client, finance):
    notice = Notice.objects.create(provider="wechat", event="E1", body=b"{}", outcome="wrong_amount", amount_fen=100,
                                   needs_look=True)
    assert "金额不符" in page(client, "payments")

    post(client, "notice_explain", notice.pk, explanation="顾客多付，已退")

    notice.refresh_from_db()
    assert (notice.needs_look, notice.explained_by) == (False, finance)
    assert client.post(reverse("mall:notice_explain", args=[notice.pk])).status_code == 404


def test_a_transfer_waits_in_its_list(client, finance, bank):
    group = builders.purchase(now=timezone.now())
    payment = opened(group, provider="transfer", way="bank")

    assert payment.number in page(client, "payments")
    assert "应付 ¥19.90" in page(client, "transfer", payment.number)
    assert client.get(reverse("mall:transfer", args=["X"])).status_code == 404
    Payment.objects.update(state="closed")
    assert "不再等待确认" in page(client, "transfer", payment.number)


def test_a_difference_is_listed_until_it_is_explained(client, finance):
    bill = bills.compare(provider="wechat", day=date(2026, 11, 1), now=timezone.now(), rows=[BillRow(
        subject="payment", number="P-9", amount_fen=500, fee_fen=3, state="paid", ref="W1")])
    difference = BillDifference.objects.get()
    assert "1 处差异" in page(client, "bills")
    text = page(client, "bill", bill.pk)
    assert ("我们没有" in text, "P-9" in text, "¥5.00" in text) == (True, True, True)

    assert "请写明处理结果" in post(client, "bill_explain", difference.pk, explanation=" ").content.decode()
    post(client, "bill_explain", difference.pk, explanation="测试付款")

    text = page(client, "bill", bill.pk)
    assert ("测试付款" in text, "没有待查明的差异" in text) == (True, True)
    assert "相符" in page(client, "bills")


def settled(at=datetime(2026, 10, 2, tzinfo=UTC)):
    """An order that was received and whose goods can no longer come back."""
    order = paid()
    send(order, f"SF{order.pk}")
    with transaction.atomic():
        fulfilment.receive(number=order.number, customer_id=order.customer_id, now=at)
        settlement.settle_order(order_id=order.pk)
    return order


def draft(order, period=OCTOBER):
    with transaction.atomic():
        return settlement.open_statement(party=Party(supplier_id=order.supplier_id), from_on=period[0],
                                         until_on=period[1])


def test_a_statement_is_closed_paid_and_every_line_leads_to_its_order(client, finance):
    order = settled()
    row = draft(order)
    text = page(client, "statement", row.number)
    assert reverse("mall:order", args=[order.number]) in text
    assert "¥10.00" in text

    assert client.post(reverse("mall:statement_paid", args=[row.number]), {"reference": "B1"}).status_code == 404
    post(client, "statement_close", row.number)
    assert "请填写银行流水号" in post(client, "statement_paid", row.number, reference="").content.decode()
    post(client, "statement_paid", row.number, reference="B1")

    row.refresh_from_db()
    assert (row.state, row.total_fen, row.reference) == ("paid", 1000, "B1")
    assert row.number in page(client, "statements", state="paid")
    assert row.number not in page(client, "statements", state="open")


def test_the_workbook_sums_to_the_statement(client, finance):
    row = draft(settled())

    answer = client.get(reverse("mall:statement_file", args=[row.number]))

    table = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert table[-1][5] == sum(line[5] for line in table[1:-1]) == 10
    assert row.number in answer["Content-Disposition"]


def test_a_draft_is_opened_for_a_party_and_whole_days(client, finance):
    order = settled()

    post(client, "statement_new", party=f"supplier:{order.supplier_id}", **{"from": "2026-10-01", "last": "2026-10-31"})
    for wrong in ({"party": "x"}, {"party": "supplier:"}, {"from": "?"}, {"last": ""}):
        said = {"party": f"supplier:{order.supplier_id}", "from": "2026-10-01", "last": "2026-10-30", **wrong}
        assert "请选择结算对象" in post(client, "statement_new", **said).content.decode(), wrong
    assert client.post(reverse("mall:statement_new"), {
        "party": "shop:987654", "from": "2026-10-01", "last": "2026-10-31"}).status_code == 404

    assert [(row.from_on, row.until_on) for row in Statement.objects.all()] == [OCTOBER]


def test_a_period_that_is_not_over_cannot_be_closed(client, finance):
    today = timezone.localdate()
    row = draft(settled(), (today - timedelta(days=3), today + timedelta(days=3)))

    answer = post(client, "statement_close", row.number)

    assert "结算周期还没有结束" in answer.content.decode()
    assert Statement.objects.get().state == "open"


def test_a_suppliers_staff_reads_its_own_statements_and_changes_none(client):
    mine, other = settled(), settled()
    rows = draft(mine), draft(other)
    person = org.staff("shen", role=Role.SUPPLIER)
    SupplierStaff.objects.create(supplier=mine.supplier, staff=person)
    client.force_login(person)

    text = page(client, "statements")
    assert (rows[0].number in text, rows[1].number in text) == (True, False)
    assert other.supplier.name not in text
    assert mine.number in page(client, "statement", rows[0].number)
    for name in ("statement", "statement_file"):
        assert client.get(reverse(f"mall:{name}", args=[rows[1].number])).status_code == 404
    for name in ("statement_close", "statement_paid"):
        assert client.post(reverse(f"mall:{name}", args=[rows[0].number])).status_code == 403
    for name in ("payments", "bills"):
        assert client.get(reverse(f"mall:{name}")).status_code == 403


def test_the_pages_cost_a_fixed_number_of_statements(client, finance, django_assert_max_num_queries):
    rows = [draft(settled()) for _ in range(6)]
    client.get(reverse("mall:statements"))

    with django_assert_max_num_queries(12):
        client.get(reverse("mall:statements"))
    with django_assert_max_num_queries(12):
        client.get(reverse("mall:statement", args=[rows[0].number]))
    with django_assert_max_num_queries(12):
        client.get(reverse("mall:payments"))
