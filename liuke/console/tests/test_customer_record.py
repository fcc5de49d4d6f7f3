"""Changing a customer's record."""

import pytest
from django.urls import reverse

from liuke.console.tests import builders
from liuke.customers.models import Customer, CustomerTag, Identity, PossibleTwins
from liuke.customers.queries import records
from liuke.customers.rules.records import Wishes
from liuke.org.models import AuditEntry

pytestmark = pytest.mark.django_db


def at(name, customer, *more):
    return reverse(f"console:{name}", args=[customer.pk, *more])


def said(response):
    return [str(each) for each in response.context["messages"]]


def test_a_customer_is_added_at_the_counter(client, owner):
    response = client.post(reverse("console:customer_new"), {"name": "王小满", "phone": "138 0000 1234"})

    customer = Customer.objects.get()
    assert response["Location"] == at("customer", customer)
    detail = records.detail(customer.pk)
    assert (detail.name, detail.identities[0].hint) == ("王小满", "138****1234")


def test_a_known_phone_opens_the_customer_who_has_it(client, owner):
    known = builders.known()

    response = client.post(reverse("console:customer_new"), {"name": "别人", "phone": "13800001234"})

    assert response["Location"] == at("customer", known)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(("form", "why"), [
    ({}, "请至少填写姓名或手机号"), ({"name": "王", "phone": "12345"}, "这不像一个手机号"),
])
def test_a_form_says_beside_the_field_how_to_mend_it_and_keeps_what_was_typed(client, owner, form, why):
    response = client.post(reverse("console:customer_new"), form)

    assert response.status_code == 422
    assert why in response.content.decode()
    assert f'value="{form.get("name", "")}"' in response.content.decode() or not form
    assert Customer.objects.count() == 0


def test_name_and_wishes_are_changed_together(client, owner):
    customer = builders.known()

    client.post(at("customer_edit", customer), {
        "name": "王小滿", "best_channel": "wecom", "quiet_from": "22:00", "quiet_until": "08:00", "birthday": "3月8日",
    })

    detail = records.detail(customer.pk)
    assert detail.name == "王小滿"
    assert detail.wishes == Wishes(best_channel="wecom", quiet_from_minutes=1320, quiet_until_minutes=480,
                                   birth_month_day=308)


@pytest.mark.parametrize("form", [{"quiet_from": "22:00"}, {"birthday": "2-30"}, {"birthday": "昨天"}])
def test_wishes_that_cannot_be_are_not_kept(client, owner, form):
    customer = builders.known()

    response = client.post(at("customer_edit", customer), {"name": "王小满", **form})

    assert response.status_code == 422
    assert records.detail(customer.pk).wishes == Wishes()


def test_a_tag_goes_on_and_off_and_each_can_be_undone(client, owner):
    customer = builders.known()

    on = client.post(at("tag_add", customer), {"name": "新手妈妈"}, follow=True)
    (toast,) = on.context["messages"]
    off = client.post(toast.extra_tags, follow=True)
    assert CustomerTag.objects.count() == 0
    (toast,) = off.context["messages"]
    client.post(toast.extra_tags)

    assert CustomerTag.objects.get().tag.name == "新手妈妈"


def test_a_phone_of_another_record_is_noted_as_perhaps_one_person(client, owner):
    one, other = builders.known(), builders.known("王小滿", "13900005678")

    page = client.post(at("identity_add", one), {"value": "13900005678"}, follow=True).content.decode()

    assert "它属于另一份客户档案" in page
    assert "可能与“王小滿”是同一个人" in page
    assert PossibleTwins.objects.get().high_id == other.pk


def test_a_phone_in_full_is_shown_to_those_who_may_and_leaves_a_trace(client, owner):
    customer = builders.known()
    identity = Identity.objects.get()

    response = client.post(at("identity_reveal", customer, identity.pk))

    assert "+8613800001234" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    (row,) = AuditEntry.objects.all()
    assert (row.action, row.detail) == ("console.customers.reveal", {"identity_id": identity.pk})


def test_an_identity_of_somebody_else_is_404(client, owner):
    one, other = builders.known(), builders.known("李思琪", "13900005678")
    theirs = Identity.objects.get(customer=other)

    assert client.post(at("identity_reveal", one, theirs.pk)).status_code == 404
    client.post(at("identity_remove", one, theirs.pk))
    assert Identity.objects.filter(pk=theirs.pk).exists()


def test_tags_are_renamed_merged_and_deleted_by_their_name(client, owner):
    customer = builders.known()
    mum, baby = builders.tagged(customer, "新手妈妈"), builders.tagged(customer, "宝妈")

    def change(tag, name):
        return said(client.post(reverse("console:tag_change", args=[tag.pk]), {"name": name}, follow=True))

    assert change(mum, "妈妈") == ["已改名为“妈妈”"]
    assert change(baby, "妈妈") == ["已并入“妈妈”"]
    assert change(mum, "") == ["还有客户带着这个标签，请先移除，或改成别的标签名来合并。"]
    assert list(CustomerTag.objects.values_list("tag__name", flat=True)) == ["妈妈"]
