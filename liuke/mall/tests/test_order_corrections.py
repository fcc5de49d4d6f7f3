"""A later file: what it corrects, what it adds, when nobody can say, and the error file that is mended alone."""

import csv
import itertools
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.customers.models import Customer
from liuke.intake import staging
from liuke.intake.models import Rejection, Run
from liuke.mall.models import Order, OrderChange, OrderLine
from liuke.mall.services.order_import import Orders
from liuke.mall.tests.order_files import bring, counts, orders, rejected, row
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def changes():
    return sorted(OrderChange.objects.values_list("order__number", "line_key", "field", "before", "after"))


@contextmanager
def thrown_away():
    """A database for one example: everything in it is undone. The engine may open durable transactions inside."""
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True
        yield
        transaction.set_rollback(True)


class TestCorrections:
    def test_a_corrected_row_updates_its_order_and_says_what_changed(self, tmp_path):
        bring([row(), row(sku="S2")], tmp_path)

        run = bring([row(quantity="3"), row(sku="S2")], tmp_path)

        assert counts(run) == (1, 1, 0)
        assert orders()["A1"]["money"] == (4000, 0, 0, 4000, 0)
        assert changes() == [
            ("A1", "", "total_fen", "2000", "4000"),
            ("A1", "S1~1", "amount_fen", "1000", "3000"),
            ("A1", "S1~1", "quantity", "1", "3"),
        ]
        assert {change.run_id for change in OrderChange.objects.all()} == {run.pk}
        assert Fact.objects.get(kind="OrderCorrected").data == {"order_id": Order.objects.get().pk, "run_id": run.pk}
        assert counts(bring([row(quantity="3"), row(sku="S2")], tmp_path)) == (0, 2, 0)

    def test_a_status_that_went_on_is_a_correction_with_its_fact(self, tmp_path):
        bring([row(状态="待付款")], tmp_path)

        bring([row(状态="已完成")], tmp_path)
        bring([row(状态="已退款")], tmp_path)

        assert orders()["A1"]["state"] == "refunded"
        kinds = Counter(Fact.objects.values_list("kind", flat=True))
        assert kinds == {"CustomerJoined": 1, "OrderPaid": 1, "OrderRefunded": 1, "OrderCorrected": 2}

    def test_a_line_that_a_later_file_leaves_out_stays(self, tmp_path):
        bring([row(), row(sku="S2")], tmp_path)

        bring([row(sku="S3")], tmp_path)

        assert [line[0] for line in orders()["A1"]["lines"]] == ["S1", "S2", "S3"]

    def test_which_of_two_like_lines_is_meant_is_never_guessed(self, tmp_path):
        bring([row(quantity="1"), row(quantity="2")], tmp_path)

        run = bring([row(quantity="3")], tmp_path)
        assert [line["原因代码"] for line in rejected(run)] == ["ambiguous_line"]

        whole = bring([row(quantity="1"), row(quantity="3")], tmp_path)
        assert counts(whole) == (1, 1, 0)
        assert [line[2] for line in orders()["A1"]["lines"]] == [1, 3]

    def test_an_order_moves_to_another_customer_only_as_a_whole(self, tmp_path):
        bring([row(), row(sku="S2")], tmp_path)

        part = bring([row(member="M2")], tmp_path)
        assert (counts(part), orders()["A1"]["customer"]) == ((0, 0, 1), "M1")

        whole = bring([row(member="M2"), row(sku="S2", member="M2")], tmp_path)
        assert (counts(whole), orders()["A1"]["customer"]) == ((2, 0, 0), "M2")

    def test_orders_of_the_shop_are_never_touched(self, tmp_path):
        bring([row(order="B1")], tmp_path)
        Order.objects.update(source="shop", number="A1")

        bring([row(quantity="9")], tmp_path)

        assert Order.objects.get(source="shop").total_fen == 1000


class TestErrorFile:
    def mend(self, run, folder, **columns):
        """The error file with these columns put right, as a person would save it."""
        rows = [line | columns for line in rejected(run)]
        path = folder / f"mended-{run.pk}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    def test_it_is_mended_and_brought_in_alone(self, tmp_path):
        run = bring([row(quantity="1"), row(quantity="abc"), row(sku="S2")], tmp_path)

        mended = bring(self.mend(run, tmp_path, 数量="5"), tmp_path)

        assert counts(mended) == (1, 0, 0)
        assert [line[:3:2] for line in orders()["A1"]["lines"]] == [("S1", 1), ("S1", 5), ("S2", 1)]
        again = bring(self.mend(run, tmp_path, 数量="5"), tmp_path)
        assert counts(again) == (0, 1, 0)

    def test_not_mended_it_is_rejected_again_for_the_same_reasons(self, tmp_path):
        run = bring([row(), row(), row(quantity="x"), row(member="")], tmp_path)

        again = bring(self.mend(run, tmp_path), tmp_path)

        assert (counts(again), again.reasons) == ((0, 0, 3), run.reasons)

    def test_a_twin_that_is_given_a_line_number_is_a_second_line(self, tmp_path):
        run = bring([row(), row()], tmp_path)

        mended = bring(self.mend(run, tmp_path, 行号="2"), tmp_path)

        assert counts(mended) == (1, 0, 0)
        assert len(orders()["A1"]["lines"]) == 2

    def test_a_bad_correction_corrects_its_own_line_when_it_is_mended(self, tmp_path):
        bring([row(quantity="1"), row(quantity="2")], tmp_path)
        run = bring([row(quantity="x"), row(quantity="1")], tmp_path)

        bring(self.mend(run, tmp_path, 数量="7"), tmp_path)

        assert [line[2] for line in orders()["A1"]["lines"]] == [1, 7]

    def test_a_workbook_gives_a_workbook_back(self, tmp_path):
        import xlsxwriter

        from liuke.intake.files import open_table

        path = tmp_path / "orders.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for at, line in enumerate([list(row()), list(row().values()), list(row(quantity="=x").values())]):
                for column, value in enumerate(line):
                    sheet.write_string(at, column, value)

        run = bring(path, tmp_path)

        assert counts(run) == (1, 0, 1)
        lines = list(open_table(Path(run.error_file)).lines())
        assert lines[1].cells[4] == "=x"


class Killed(BaseException):
    """Stands for kill -9: nothing of ours may catch it."""


def snapshot():
    lines = OrderLine.objects.order_by("order__number", "key")
    return (
        orders(),
        list(lines.values_list("order__number", "key", "sku", "quantity", "amount_fen")),
        sorted(Customer.objects.values_list("number", flat=True)),
        sorted(Fact.objects.values_list("kind", "happened_at")),
    )


@pytest.mark.crash
@pytest.mark.parametrize("moment", range(12))
def test_killed_at_any_moment_and_started_again_it_ends_like_one_clean_run(tmp_path, monkeypatch, moment):
    monkeypatch.setattr("liuke.intake.rules.CHUNK_ROWS", 7)
    monkeypatch.setattr("liuke.intake.rules.SLOT_ROWS", 6)
    rows = [row(order=f"A{n % 9}", sku=f"S{n % 4}", quantity=str(n % 3), member=f"M{n % 9}") for n in range(40)]
    with thrown_away():
        clean = bring(rows, tmp_path)
        wanted, totals, reasons = snapshot(), counts(clean), clean.reasons
    file, calls = tmp_path / "killed.csv", itertools.count()
    file.write_text((tmp_path / clean.file_name).read_text(encoding="utf-8"), encoding="utf-8")

    def dies(function):
        def wrapped(*args, **kwargs):
            result = function(*args, **kwargs)
            if next(calls) == moment:
                raise Killed
            return result

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr("liuke.intake.staging.fill", dies(staging.fill))
        patch.setattr(Orders, "merge", dies(Orders.merge))
        with pytest.raises(Killed):
            bring(file, tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_work")

    again = bring(file, tmp_path)

    assert (counts(again), again.reasons) == (totals, reasons)
    assert Run.objects.count() == 1
    assert Rejection.objects.count() == 0
    assert snapshot() == wanted


ROWS = st.builds(
    row,
    order=st.sampled_from(["A1", "A2", "C3", ""]),
    sku=st.sampled_from(["S1", "S2"]),
    quantity=st.sampled_from(["1", "2", "-1", "x"]),
    price=st.sampled_from(["10", "0.335", "?"]),
    member=st.sampled_from(["M1", "M1", "M1", "M2"]),
)


def by_hand(rows):
    """What a fresh database holds after these rows, worked out slowly; and how many rows were taken."""
    good, seen = [], set()
    for line in rows:
        number, quantity = line["订单号"], line["数量"]
        readable = number and quantity != "x" and line["单价"] != "?"
        if readable and not (quantity == "-1" and not number.startswith("C")):
            good.append(line)
    owners = {number: {each["会员号"] for each in good if each["订单号"] == number} for number in ("A1", "A2", "C3")}
    taken = []
    for line in good:
        content = tuple(sorted(line.items()))
        if len(owners[line["订单号"]]) == 1 and content not in seen:
            seen.add(content)
            taken.append(line)
    lines = Counter()
    for line in taken:
        pieces = int(line["数量"])
        fen = (abs(pieces) * {"10": 10_000, "0.335": 335}[line["单价"]] + 5) // 10
        lines[line["订单号"], line["SKU"], pieces, fen if pieces > 0 else -fen] += 1
    return lines, len(taken)


def by_import():
    return Counter(OrderLine.objects.values_list("order__number", "sku", "quantity", "amount_fen"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=14), st.randoms(use_true_random=False))
def test_any_messy_file_in_any_order_agrees_with_working_it_out_by_hand(tmp_path, rows, random):
    lines, taken = by_hand(rows)
    with thrown_away():
        run = bring(rows, tmp_path)
        assert (by_import(), run.accepted, run.rejected) == (lines, taken, len(rows) - taken)

        shuffled = random.sample(rows, len(rows))
        again = bring(shuffled, tmp_path)
        assert (by_import(), counts(again)) == (lines, (0, taken, len(rows) - taken))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=10))
def test_mending_the_error_file_ends_where_a_right_file_would_have_ended(tmp_path, rows):
    rows = [line | {"会员号": "M1", "订单号": line["订单号"] or "A1", "数量": line["数量"].strip("-")} for line in rows]
    right = [line | {"数量": line["数量"].replace("x", "7"), "单价": line["单价"].replace("?", "8")} for line in rows]
    with thrown_away():
        bring(right, tmp_path)
        wanted = by_import()
    with thrown_away():
        run = bring(rows, tmp_path)
        if run.rejected:
            mended = [
                line | {"数量": line["数量"].replace("x", "7"), "单价": line["单价"].replace("?", "8")}
                for line in rejected(run)
            ]
            path = tmp_path / f"mended-{run.pk}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, mended[0])
                writer.writeheader()
                writer.writerows(mended)
            bring(path, tmp_path)
        assert by_import() == wanted
