"""What is done to a whole record."""

import io
import zipfile

import pytest
from django.urls import reverse

from liuke.console.tests import builders
from liuke.customers.models import Customer, Identity, Merge, PersonalExport
from liuke.customers.queries import records
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def at(name, customer, *more):
    return reverse(f"console:{name}", args=[customer.pk, *more])


def test_the_other_record_is_found_by_name(client, owner):
    one, other = builders.known(), builders.known("李思琪", "13900005678")

    page = client.get(at("merge", one), {"q": "lisiqi"}).content.decode()

    assert f"?other={other.pk}" in page
    assert f"?other={one.pk}" not in client.get(at("merge", one), {"q": "wxm"}).content.decode()


def test_two_records_are_compared_merged_and_taken_apart_again(client, owner):
    one, other = builders.known(), builders.known("李思琪", "13900005678")

    compared = client.get(at("merge", one), {"other": other.pk}).content.decode()
    assert "王小满" in compared
    assert "李思琪" in compared
    merged = client.post(at("merge", one), {"other": other.pk, "keep": other.pk}, follow=True)

    assert merged.redirect_chain[-1][0] == at("customer", other)
    assert client.get(at("customer", one))["Location"] == at("customer", other)
    assert Identity.objects.filter(customer=other).count() == 2
    assert "已并入这里" in merged.content.decode()

    (toast,) = merged.context["messages"]
    client.post(toast.extra_tags)

    assert Identity.objects.filter(customer=other).count() == 1
    assert records.detail(one.pk).merged_into_id is None


def test_a_merge_of_others_cannot_be_undone_from_here(client, owner):
    one, other, third = builders.known(), builders.known("李思琪", "13900005678"), builders.known("张伟", "")
    client.post(at("merge", one), {"other": other.pk, "keep": one.pk})

    assert client.post(at("merge_undo", third, Merge.objects.get().pk)).status_code == 404
    assert Merge.objects.get().undone_at is None


def test_a_record_is_not_merged_with_itself(client, owner):
    one = builders.known()

    client.post(at("merge", one), {"other": one.pk, "keep": one.pk})

    assert Merge.objects.count() == 0


def test_all_that_is_known_is_handed_out_once(client, owner):
    customer = builders.known()
    client.post(at("export_request", customer))
    assert "正在整理此人的全部资料" in client.get(at("customer", customer)).content.decode()
    settle()
    row = PersonalExport.objects.get()

    first = client.post(at("export_take", customer, row.pk))
    again = client.post(at("export_take", customer, row.pk), follow=True)

    assert "王小满" in zipfile.ZipFile(io.BytesIO(first.content)).read("data.json").decode()
    assert [str(each) for each in again.context["messages"]] == ["这份资料已被下载过或已过期，请重新导出。"]


def test_an_export_of_another_person_is_404(client, owner):
    one, other = builders.known(), builders.known("李思琪", "13900005678")
    client.post(at("export_request", one))

    assert client.post(at("export_take", other, PersonalExport.objects.get().pk)).status_code == 404


def test_forgetting_says_what_will_happen_and_asks_for_the_number(client, owner):
    customer = builders.known()
    builders.order(customer)

    page = client.get(at("forget", customer)).content.decode()
    assert "删除 1 个手机号" in page
    assert "保留 1 个订单（¥128.00）" in page

    wrong = client.post(at("forget", customer), {"number": "1"})
    assert wrong.status_code == 422
    assert "什么也没有删除" in wrong.content.decode()
    assert records.detail(customer.pk).name == "王小满"

    done = client.post(at("forget", customer), {"number": customer.number}, follow=True).content.decode()
    assert "已注销的客户" in done
    assert Identity.objects.count() == 0
    assert Customer.objects.get().forgotten_at is not None


def test_a_forgotten_customer_offers_nothing_to_change(client, owner):
    customer = builders.known()
    client.post(at("forget", customer), {"number": customer.number})

    page = client.get(at("customer", customer)).content.decode()

    assert at("customer_edit", customer) not in page
    assert at("tag_add", customer) not in page
