"""Bank files: every line once, the answer all or none, what failed is the member's again."""

import pytest
from django.db import transaction

from liuke.intake.tables import write_sheet
from liuke.ledger.queries import totals
from liuke.payouts.models import BankFile
from liuke.payouts.queries.lists import bank_sheet, waiting_for_bank
from liuke.payouts.rules import BadPayout
from liuke.payouts.services import bank
from liuke.payouts.tests.builders import NOW, again, aside, ask, card, house, member, own, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """Three pay-outs of 300 yuan to cards, 200 of it taxed nothing by the year, in a file."""
    plan()
    rows = [ask(member(40_000, bank=True, wechat=False), 30_000, way="bank") for _ in range(3)]
    with transaction.atomic():
        return bank.make_file(now=NOW), rows


def answer(tmp_path, lines, kind="csv"):
    path = tmp_path / f"answer.{kind}"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return bank.read_answer(path)


def apply(file, results):
    with transaction.atomic():
        return bank.apply_results(file_id=file.pk, results=results, now=NOW)


def test_a_file_names_who_is_paid_and_how_much_and_holds_each_line_once(three, tmp_path):
    file, rows = three

    path = tmp_path / "file.csv"
    write_sheet(path, bank_sheet(file))

    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "流水号,收款户名,收款账号,开户银行,金额,附言,结果,原因"
    assert lines[1].startswith(f"{rows[0].number},王小明,62220000")
    assert lines[1].endswith(",工商银行,300.00,推广佣金,,")
    assert waiting_for_bank() == (0, 0)
    with pytest.raises(BadPayout), transaction.atomic():
        bank.make_file(now=NOW)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_downloaded_file_comes_back_with_results(three, tmp_path, kind):
    """Filled in with the columns that it has, in the form in which it was taken."""
    file, rows = three
    sheet = bank_sheet(file)
    said = [("成功", ""), ("失败", "户名不符"), ("成功", "")]
    filled = [(*row[:6], *words) for row, words in zip(sheet.rows, said, strict=True)]
    path = tmp_path / f"answer.{kind}"
    write_sheet(path, type(sheet)(name=sheet.name, title=sheet.title, columns=sheet.columns, rows=filled))

    results = bank.read_answer(path)

    assert apply(file, results) == 3
    assert apply(file, results) == 0
    assert [(again(row).state, again(row).why) for row in rows] == [("paid", ""), ("failed", "户名不符"), ("paid", "")]
    assert (own(rows[1].customer), aside(rows[1].customer), house("bank_paid")) == ((40_000, 0), (0, 0), 60_000)
    assert BankFile.objects.get().settled_at == NOW
    assert all(each.balance == 0 for each in totals())


@pytest.mark.parametrize("lines", [
    ["流水号,金额"], ["流水号,结果", "PO1,也许"], ["流水号,结果", "PO1,成功", "PO1,成功"],
    ["流水号,结果", ",成功"], [],
], ids=["no-result", "no-word", "twice", "no-number", "empty"])
def test_what_is_no_answer_is_refused_with_its_line(tmp_path, lines):
    with pytest.raises(BadPayout):
        answer(tmp_path, lines)


def test_a_stranger_or_a_contradiction_changes_nothing_of_the_whole_answer(three):
    file, rows = three

    with pytest.raises(BadPayout):
        apply(file, {rows[0].number: "", "PO9999999999": ""})
    assert again(rows[0]).state == "sending"
    apply(file, {rows[0].number: ""})
    with pytest.raises(BadPayout):
        apply(file, {rows[0].number: "退票", rows[1].number: ""})

    assert (again(rows[0]).state, again(rows[1]).state) == ("paid", "sending")
    with transaction.atomic():
        assert bank.apply_to_rest(file_id=file.pk, now=NOW) == 2
    assert house("bank_paid") == 90_000


def test_a_card_that_two_share_waits_for_somebody_to_look():
    plan()
    ann, bob = member(40_000, wechat=False), member(40_000, wechat=False)
    card(ann, "6222000011112222")
    card(bob, "6222000011112222")

    payout = ask(ann, 30_000, way="bank")

    assert (payout.state, payout.held_for, own(ann)) == ("held", "payee", (40_000, 30_000))
