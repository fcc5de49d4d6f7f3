"""Everything about one person in one zip: taken once, in time, by whoever may."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction

from liuke.customers.models import PersonalExport
from liuke.customers.rules.records import EXPORT_LIFE, Wishes
from liuke.customers.services import export, merge, records
from liuke.customers.tests.builders import NOW, give, make_customer, make_tag, tag
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle


@transaction.atomic
def request(customer):
    return export.request_export(customer_id=customer.pk, now=NOW)


@transaction.atomic
def build(row):
    return export.build_export(export_id=row.pk, now=NOW)


@transaction.atomic
def take(row, now=NOW):
    return zipfile.ZipFile(io.BytesIO(export.take_export(export_id=row.pk, now=now)))


@pytest.mark.django_db
class TestExport:
    def test_the_zip_holds_all_we_know_in_three_forms(self):
        customer = make_customer(name="王<明月>", phone="13800138000")
        merged = make_customer(name="=小月", email="a@b.cn")
        tag(customer, make_tag("母婴"))
        give(customer)
        with transaction.atomic():
            records.set_wishes(customer_id=customer.pk, wishes=Wishes(birth_month_day=229), now=NOW)
            merge.merge(survivor_id=customer.pk, merged_id=merged.pk, now=NOW)
        row = build(request(customer))

        packed = take(row)

        data = json.loads(packed.read("data.json"))
        assert [(each["name"], each["birthday"]) for each in data["customer"]] == [("王<明月>", "02-29"), ("=小月", "")]
        assert [each["value"] for each in data["identities"]] == ["+8613800138000", "a@b.cn"]
        assert [(each["channel"], each["state"], each["text"]) for each in data["consents"]] == [
            ("短信", "同意", "marketing-1")]
        assert [each["tag"] for each in data["tags"]] == ["母婴"]
        assert {each["kind"] for each in data["timeline"]} == {
            "CustomerJoined", "IdentityAdded", "TagAdded", "ConsentGiven", "CustomersMerged"}
        rows = list(csv.reader(io.StringIO(packed.read("csv/customer.csv").decode("utf-8-sig"))))
        assert rows[0][:2] == ["会员号", "姓名"]
        assert [each[1] for each in rows[1:]] == ["王<明月>", "'=小月"]
        html = packed.read("index.html").decode()
        assert "<title>个人信息副本 " in html
        assert "王&lt;明月&gt;" in html

    def test_a_job_makes_it_and_making_it_again_changes_nothing(self):
        row = request(make_customer())
        settle(name="customers.build_export")

        made = PersonalExport.objects.get()
        assert made.ready_at
        assert made.expires_at == made.ready_at + EXPORT_LIFE
        assert bytes(build(row).zip_enc) == bytes(made.zip_enc)

    def test_it_is_taken_once_and_told(self):
        row = request(make_customer())
        with pytest.raises(export.NotReady):
            take(row)
        build(row)

        take(row)
        with pytest.raises(export.Gone) as refused:
            take(row)

        assert (refused.value.code, refused.value.status) == ("export_gone", 410)
        assert PersonalExport.objects.get().zip_enc is None
        assert Fact.objects.get(kind="PersonalDataExported").data == {"export_id": row.pk}

    def test_what_nobody_takes_in_time_is_gone(self):
        row, fresh = build(request(make_customer())), build(request(make_customer()))
        PersonalExport.objects.filter(pk=fresh.pk).update(expires_at=NOW + timedelta(days=9))

        with pytest.raises(export.Gone):
            take(row, now=NOW + EXPORT_LIFE)
        with transaction.atomic():
            assert export.delete_expired_exports(now=NOW + EXPORT_LIFE) == 1
            assert export.delete_expired_exports(now=NOW + EXPORT_LIFE) == 0

        assert take(fresh)

    def test_nothing_of_it_can_be_read_in_the_database(self):
        row = build(request(make_customer(name="王明月")))

        assert zipfile.is_zipfile(io.BytesIO(bytes(row.zip_enc))) is False
        assert "王明月".encode() not in bytes(row.zip_enc)


@pytest.mark.parametrize(("text", "cell"), [("+8613800138000", "+8613800138000"), ("-12.5", "-12.5"), ("=1+1", "'=1+1"),
                                            ("@x", "'@x"), ("+cmd", "'+cmd"), ("", ""), ("王", "王")])
def test_a_cell_that_looks_like_a_formula_is_harmless(text, cell):
    assert export._harmless(text) == cell
