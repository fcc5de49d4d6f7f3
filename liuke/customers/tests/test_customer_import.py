"""Customer files: everybody once, nothing taken from anybody, and out again as they came in."""

import csv
import itertools
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from liuke.customers.models import Customer, Identity
from liuke.customers.services.customer_import import Customers
from liuke.intake import engine, services
from liuke.intake.files import open_table
from liuke.kit import crypto

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
names = itertools.count()


def bring(text, folder):
    path = folder / f"people-{next(names)}.csv"
    path.write_text(text, encoding="utf-8")
    run = services.plan_run(
        kind="customers",
        path=path,
        file_name=path.name,
        sha256=open_table(path).sha256,
        options=services.Options(),
    )
    return engine.bring_in(run, Customers(), now=NOW)


def counts(run):
    return run.accepted, run.unchanged, run.rejected


def called():
    return {number: crypto.decrypt(name) for number, name in Customer.objects.values_list("number", "name_enc")}


PEOPLE = "会员号,姓名,手机号,邮箱,入会时间\nM1,王明月,13800138000,w@x.com,2020-01-02\nM2,李雷,13900139000,,\n"


def test_rows_become_customers_and_again_change_nothing(tmp_path):
    assert counts(bring(PEOPLE, tmp_path)) == (2, 0, 0)
    assert counts(bring(PEOPLE, tmp_path)) == (0, 2, 0)

    assert called() == {"M1": "王明月", "M2": "李雷"}
    assert Customer.objects.get(number="M1").joined_at == datetime(2020, 1, 1, 16, tzinfo=UTC)
    assert Identity.objects.count() == 3


def test_a_corrected_row_renames_and_adds_what_is_new(tmp_path):
    bring(PEOPLE, tmp_path)

    run = bring("会员号,姓名,手机号\nM1,王明玥,13700137000\nM2,李雷,13900139000\n", tmp_path)

    assert counts(run) == (1, 1, 0)
    assert called()["M1"] == "王明玥"
    assert Identity.objects.filter(customer__number="M1", kind="phone").count() == 2


def test_a_phone_of_somebody_else_is_not_taken_away(tmp_path):
    bring(PEOPLE, tmp_path)

    run = bring("会员号,手机号\nM2,13800138000\n", tmp_path)

    assert (counts(run), run.reasons) == ((0, 0, 1), {"taken": 1})
    assert Identity.objects.filter(customer__number="M2").count() == 1


def test_rows_nobody_can_use_are_rejected_with_their_reason(tmp_path):
    run = bring("会员号,手机号,姓名\n,,无名\nM3,138****0000,\nM4,,\nM4,,\n", tmp_path)

    assert (counts(run), run.reasons) == (
        (1, 0, 3),
        {"missing_customer": 1, "bad_phone": 1, "duplicated_line": 1},
    )


def test_a_new_member_number_joins_the_customer_known_by_phone(tmp_path):
    bring("手机号,姓名\n13800138000,王明月\n", tmp_path)

    assert counts(bring("会员号,手机号\nERP7,13800138000\n", tmp_path)) == (1, 0, 0)
    assert counts(bring("会员号\nERP7\n", tmp_path)) == (0, 1, 0)
    assert Customer.objects.count() == 1


def test_two_member_numbers_with_one_phone_stay_two_people(tmp_path):
    run = bring("会员号,手机号\nM1,13800138000\nM2,13800138000\n", tmp_path)

    assert Customer.objects.count() == 2
    assert (run.accepted, run.rejected) == (1, 1)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_in_unchanged(tmp_path, ending):
    bring(PEOPLE, tmp_path)
    out = tmp_path / f"people.{ending}"

    call_command("export_customers", out)

    table = open_table(out)
    assert len(list(table.lines())) == 3
    run = services.plan_run(
        kind="customers", path=out, file_name=out.name, sha256=table.sha256, options=services.Options()
    )
    assert counts(engine.bring_in(run, Customers(), now=NOW)) == (0, 2, 0)


def test_a_name_that_looks_like_a_formula_is_harmless(tmp_path):
    bring("会员号,姓名\nM1,=1+1\n", tmp_path)
    out = tmp_path / "people.csv"

    call_command("export_customers", out)

    with open(out, encoding="utf-8-sig", newline="") as file:
        assert next(iter(csv.DictReader(file)))["姓名"] == "'=1+1"
    run = bring(out.read_text(encoding="utf-8-sig"), tmp_path)
    assert counts(run) == (0, 1, 0)
